"""What a local contact answers on their page, as verbs. Nobody asks them whether anybody went anywhere."""

from datetime import datetime

from django.db import transaction

from clinic import audit, locking
from clinic.actors import Actor
from reminders.contacts import introducing
from reminders.contacts.models import Introduction, IntroductionState, LocalContact
from reminders.worklist.models import TaskKind
from reminders.worklist.tasks import Need, about_introduction, raise_again


@transaction.atomic
def will_ring(*, introduction: Introduction, by: Actor, now: datetime) -> bool:
    """Note that the contact will ring; False where that no longer follows."""
    held = _locked(introduction)
    if held.state == IntroductionState.AGREED:
        # The answer can come before the outbox has written down that the question went out.
        introducing.move(introduction=held, to=IntroductionState.ASKED, by=Actor.system("link"), now=now)
    return introducing.move(introduction=held, to=IntroductionState.ACCEPTED, by=by, now=now)


@transaction.atomic
def spoke(*, introduction: Introduction, by: Actor, now: datetime) -> bool:
    """Note that the two have spoken; False where that is known, or it is over."""
    return introducing.move(introduction=introduction, to=IntroductionState.SPOKE, by=by, now=now)


@transaction.atomic
def could_not_reach(*, introduction: Introduction, by: Actor, now: datetime) -> bool:
    """Tell the keyworker that the contact rang in vain; False where they know, or it is over."""
    held = _locked(introduction)
    known = held.client.keyworker_tasks.filter(
        kind=TaskKind.NOT_REACHED, about=about_introduction(held.pk), done_at__isnull=True
    )
    if held.ended_at is not None or known.exists():
        return False
    reason = f"{held.contact} rang and could not reach them: find out how they can be reached."
    raise_again(Need(held.client, TaskKind.NOT_REACHED, reason, about_introduction(held.pk)), now)
    audit.record(
        by=by,
        now=now,
        verb="introduction.not_reached",
        subject=held,
        clinic=held.clinic,
        client=held.client,
    )
    return True


@transaction.atomic
def not_this_time(*, introduction: Introduction, by: Actor, now: datetime) -> bool:
    """End the introduction at the contact's wish, and ask the keyworker for somebody else."""
    held = _locked(introduction)
    stepped_back = held.state == IntroductionState.SPOKE
    reason = "stepped back after they had spoken" if stepped_back else "could not this time"
    return _end(held, f"{held.contact} {reason}.", by, now)


@transaction.atomic
def stop_serving(*, contact: LocalContact, by: Actor, now: datetime) -> bool:
    """End a contact's service, and their introductions, each with a task; False where it had ended."""
    changed = LocalContact.objects.filter(pk=contact.pk, active=True).update(active=False)
    if not changed:
        return False
    audit.record(by=by, now=now, verb="contact.stopped", subject=contact, clinic=contact.clinic)
    under_way = contact.introductions.filter(ended_at__isnull=True).order_by("client_id")
    for introduction in under_way:
        _end(_locked(introduction), f"{contact} no longer serves as a contact.", by, now)
    return True


def _locked(introduction: Introduction) -> Introduction:
    """The introduction as it stands, its client locked first, as everywhere."""
    locking.client(introduction.client_id)
    return Introduction.objects.select_related("client", "clinic", "contact").get(pk=introduction.pk)


def _end(introduction: Introduction, reason: str, by: Actor, now: datetime) -> bool:
    if not introducing.move(
        introduction=introduction, to=IntroductionState.ENDED, by=by, now=now, reason=reason
    ):
        return False
    sentence = f"{reason} Introduce somebody else."
    raise_again(
        Need(introduction.client, TaskKind.DECLINED, sentence, about_introduction(introduction.pk)), now
    )
    return True
