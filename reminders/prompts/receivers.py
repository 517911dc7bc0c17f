"""Lets what happened to a client tell on prompts, tasks, introductions and links, in the same transaction."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.dispatch import receiver

from attendance.register.models import Attendance
from attendance.standing.events import flags_closed
from attendance.standing.facts import ClosedBecause
from attendance.standing.models import Flag
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.events import (
    client_closed,
    client_transferred,
    clients_merged,
    clients_merging,
    clients_parting,
    consent_revoked,
    consents_written,
    facts_changed,
    newcomer_leaving,
    policy_changed,
)
from clinic.merging.rows import Merging
from clinic.models import Client, Clinic, Consent, ConsentState, Merge, Purpose, Transfer
from clinic.weeks import day_text
from reminders.contacts import introducing
from reminders.contacts.events import introduction_moved
from reminders.contacts.models import Introduction, IntroductionState
from reminders.prompts import merging as putting_together
from reminders.prompts.ladder import Step
from reminders.prompts.models import PlannedFlag, Prompt, SignedLink
from reminders.prompts.planning import cancel_unsent
from reminders.prompts.states import PromptState
from reminders.prompts.wording import NAMES_THE_CONTACT
from reminders.worklist import by_itself, tasks
from reminders.worklist.models import TaskKind
from reminders.worklist.tasks import Need

NOT_ASKED = "The introduction ended before their contact was asked to ring: talk to them about another."
WHY = {
    ClosedBecause.ATTENDED: "They went to a meeting.",
    ClosedBecause.TRACKING_ENDED: "Tracking ended.",
    ClosedBecause.CORRECTED: "The record was corrected.",
}


@receiver(newcomer_leaving)
def keep_whom_we_wrote_to(sender: object, client: Client, **_: Any) -> None:
    """Refuse to take somebody off the record whom a message was tried to reach; what is only planned goes with them."""
    if client.prompts.filter(tries__isnull=False).exists():
        raise Refused("They were sent a message since, so they stay, with what the file said of them.")
    client.prompts.all().delete()


@receiver(flags_closed)
def forget_the_run(sender: object, flags: list[Flag], now: datetime, **_: Any) -> None:
    """Cancel what was still to be sent about missed weeks that have ended, and finish the tasks about them."""
    for why, sentence in WHY.items():
        ended = [flag for flag in flags if flag.closed_because == why]
        if ended:
            unsent = Prompt.objects.filter(flag__in=ended, state=PromptState.PLANNED)
            if why is ClosedBecause.ATTENDED:
                _cancel_with_the_day(unsent)
            cancel_unsent(unsent, sentence)
            by_itself.end_runs(((flag.client_id, flag.run) for flag in ended), sentence, now)


def _cancel_with_the_day(unsent: QuerySet[Prompt]) -> None:
    """Cancel prompts with the day on which their clients last went; few wait at one time, so a query a day is few."""
    went: defaultdict[date, list[int]] = defaultdict(list)
    attended = Attendance.objects.filter(
        client__in=unsent.values("client"), voided_at__isnull=True
    ).order_by()
    for client_id, day in attended.values_list("client").annotate(Max("attended_on")):
        went[day].append(client_id)
    for day, client_ids in went.items():
        cancel_unsent(unsent.filter(client__in=client_ids), f"Attended on {day_text(day)}.")


@receiver(facts_changed, sender=Attendance)
def note_first_meeting(
    sender: object, clinic: Clinic, client_ids: list[int], now: datetime, **_: Any
) -> None:
    """Finish the tasks of those who have been to a first meeting."""
    by_itself.first_meetings(client_ids, now)


@receiver(policy_changed)
def plan_anew(sender: object, clinic: Clinic, now: datetime, **_: Any) -> None:
    """Let the ladder look at every open flag again: another policy may make another step due."""
    PlannedFlag.objects.filter(flag__clinic=clinic).delete()


@receiver(client_closed)
def let_go(sender: object, client: Client, now: datetime, **_: Any) -> None:
    """Cancel everything unsent about a client who was closed, to contacts too; end introductions and links."""
    by = Actor.system("closing")
    cancel_unsent(client.prompts.all(), "The client was closed.")
    introducing.end_for(client, "The client was closed.", by, now)
    SignedLink.objects.filter(client=client, revoked_at__isnull=True).update(revoked_at=now)
    by_itself.closed(client, now)


@receiver(client_transferred)
def ask_anew(sender: object, transfer: Transfer, newcomer: Client, now: datetime, **_: Any) -> None:
    """Have somebody ask for consent to messages: what they agreed to in another clinic, they agreed to there."""
    why = f"They came from {transfer.clinic}, and no consent to messages came along. Ask them."
    tasks.raise_tasks([Need(newcomer, TaskKind.CONFIRM_CONSENT, why, f"transfer {transfer.pk}")], now)


@receiver(consents_written)
def ask_to_confirm(sender: object, consents: list[Consent], by: Actor, now: datetime, **_: Any) -> None:
    """Have somebody ask for what consents to prompts lack: once a client, until none of theirs lacks it."""
    prompts = [one for one in consents if one.purpose == Purpose.PROMPTS and one.client.closed_on is None]
    needs = [
        Need(
            one.client,
            TaskKind.CONFIRM_CONSENT,
            f"{one.get_channel_display()}: consent came without its date or how it was given. Ask them.",
            f"consent {one.pk}",
        )
        for one in prompts
        if one.state is ConsentState.TO_CONFIRM
    ]
    if needs:
        tasks.raise_tasks(needs, now)
    if len(needs) < len(prompts):
        by_itself.consents_confirmed({one.client_id for one in prompts}, by, now)


@receiver(consent_revoked)
def need_not_confirm(sender: object, consent: Consent, by: Actor, now: datetime, **_: Any) -> None:
    """A consent that was taken back need not be confirmed any more."""
    by_itself.consents_confirmed({consent.client_id}, by, now)


@receiver(introduction_moved)
def answer_the_worklist(
    sender: object, introduction: Introduction, to: IntroductionState, by: Actor, now: datetime, **_: Any
) -> None:
    """Finish what asked for an introduction once there is one, and what says they could not speak once they did."""
    if to is IntroductionState.AGREED:
        by_itself.introduced(introduction.client, by, now)
    elif to is IntroductionState.SPOKE:
        by_itself.contact_reached(introduction.client, introduction.pk, by, now)


@receiver(consent_revoked)
def share_no_more(sender: object, consent: Consent, now: datetime, **_: Any) -> None:
    """End the introduction whose consent was taken back, with whatever was still to go to the contact."""
    if consent.purpose != Purpose.INTRODUCTION:
        return
    for introduction in consent.client.introductions.filter(consent=consent):
        _ask_nobody(introduction, now)
        SignedLink.objects.filter(
            client=consent.client, contact=introduction.contact, revoked_at__isnull=True
        ).update(revoked_at=now)
        introducing.move(
            introduction=introduction,
            to=IntroductionState.ENDED,
            by=Actor.system("consent"),
            now=now,
            reason="Consent was taken back.",
        )


def _ask_nobody(introduction: Introduction, now: datetime) -> None:
    """Cancel what was still to go to the contact or speaks of their call; a person is to find another.

    What else is to go to the client goes, without the contact's name.
    """
    unsent = Prompt.objects.filter(introduction=introduction, state=PromptState.PLANNED).filter(
        Q(contact__isnull=False) | Q(step__in=NAMES_THE_CONTACT)
    )
    needs = [
        Need(introduction.client, TaskKind.INTRODUCE, NOT_ASKED, str(run), run)
        for run in unsent.filter(step=Step.REACH_OUT).values_list("run", flat=True)
    ]
    cancel_unsent(unsent, "Consent to the introduction was taken back.")
    if needs:
        tasks.raise_tasks(needs, now)


@receiver(clients_merging)
def settle_what_waits(sender: object, merging: Merging, **_: Any) -> None:
    """Cancel what would go twice, and make one of what waits for a person on both records."""
    putting_together.prepare(merging)


@receiver(clients_merged)
def look_again(sender: object, merging: Merging, **_: Any) -> None:
    """Decide anew what is due to the client who stays."""
    putting_together.decide_anew(merging)


@receiver(clients_parting)
def part_in_peace(sender: object, merge: Merge, **_: Any) -> None:
    """Wait for what is going out at this moment."""
    putting_together.wait_for_what_is_going_out([merge.kept_id, merge.merged_id])
