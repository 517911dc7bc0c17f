"""What a client answers on their page, as verbs; each may come twice, and the second time changes nothing."""

from datetime import date, datetime

from django.db import transaction

from attendance.directory.models import Meeting
from attendance.register import correcting, pausing, recording
from attendance.register.models import Answer, Source
from attendance.standing import reasons
from clinic import audit, clock, consents, locking
from clinic.actors import Actor
from clinic.effects import Effect
from clinic.errors import Refused
from clinic.models import Client
from clinic.weeks import WEEK, week_of
from reminders.contacts.models import Introduction
from reminders.links.client_page import told_attendances, told_check_ins
from reminders.links.question import DAYS_BACK, day_text
from reminders.worklist.models import TaskKind
from reminders.worklist.tasks import Need, about_introduction, raise_again, raise_tasks

HOW = "link"


@transaction.atomic
def went(
    *, client: Client, attended_on: date, by: Actor, now: datetime, meeting: Meeting | None = None
) -> Effect:
    """Record that the client says they went; their earlier 'I did not' for that week is taken back with it.

    Raises Refused, kindly, for a day that cannot be taken here.
    """
    today = clock.local_date(now, client.clinic.time_zone)
    if attended_on > today:
        raise Refused("That day is still to come. Which day was it?", "day")
    if client.episodes.order_by("intake_on")[0].intake_on > attended_on:
        raise Refused("That was before you first came to us, so there is nothing to note for it.", "day")
    if (today - attended_on).days > DAYS_BACK:
        raise Refused("That is a while ago. Please tell your keyworker, who can still note it.", "day")
    receipt = recording.record(
        client=client, attended_on=attended_on, source=Source.CLIENT, meeting=meeting, by=by, now=now
    )
    week = week_of(attended_on, client.clinic.week_starts_on)
    for told in told_check_ins(client, today):
        if told.week == week:
            pausing.void_check_in(check_in=told, by=by, now=now)
    return receipt.effect


@transaction.atomic
def did_not_go(*, client: Client, week: date, by: Actor, now: datetime) -> bool:
    """Note that the client says they did not go in a week; False where that is noted already.

    Raises Refused where they have told us that they went: one of the two is a mistake.
    """
    # Held before anything is asked: 'I went' may be on its way at this moment.
    locking.client(client.pk)
    today = clock.local_date(now, client.clinic.time_zone)
    for told in told_attendances(client, today):
        if week <= told.attended_on < week + WEEK:
            day = day_text(told.attended_on)
            raise Refused(f"You told us that you went on {day}. If that was a mistake, take it back first.")
    try:
        _, new = pausing.check_in(
            client=client, week=week, answer=Answer.DID_NOT_GO, source=Source.CLIENT, by=by, now=now
        )
    except Refused as refusal:
        raise Refused("That week cannot be answered for here. Please tell your keyworker.") from refusal
    return new


@transaction.atomic
def ring_me(*, client: Client, by: Actor, now: datetime) -> bool:
    """Put 'asked to be rung' at the top of the keyworker's list; False where it stands there already."""
    held = locking.client(client.pk)
    if held.keyworker_tasks.filter(kind=TaskKind.RING_ME, about="", done_at__isnull=True).exists():
        return False
    asked_on = reasons.day_text(clock.local_date(now, held.clinic.time_zone))
    raise_again(Need(held, TaskKind.RING_ME, f"Asked to be rung on {asked_on}."), now)
    audit.record(
        by=by, now=now, verb="client.asked_to_be_rung", subject=held, clinic=held.clinic, client=held
    )
    return True


@transaction.atomic
def stop(*, client: Client, by: Actor, now: datetime) -> int:
    """Stop messages over every channel at once, for all who share the number; how many consents that took back."""
    return consents.stop_at_their_address(client=client, how=HOW, by=by, now=now)


@transaction.atomic
def rather_no_call(*, introduction: Introduction, by: Actor, now: datetime) -> bool:
    """End an introduction by taking its consent back; False where it is over already.

    The keyworker is asked to find out why: it may be a matter of taste, or one of safety.
    """
    client = locking.client(introduction.client_id)
    if not consents.revoke(consent=introduction.consent, how=HOW, by=by, now=now):
        return False
    reason = f"Would rather not be rung by {introduction.contact}: ask why, and offer somebody else."
    raise_tasks([Need(client, TaskKind.INTRODUCE, reason, about_introduction(introduction.pk))], now)
    return True


@transaction.atomic
def take_back_attendance(*, client: Client, pk: int, by: Actor, now: datetime) -> bool:
    """Void a meeting the client told us of by mistake; False where there is none of theirs to take back.

    Raises Refused where somebody else has reported it too.
    """
    locking.client(client.pk)
    today = clock.local_date(now, client.clinic.time_zone)
    told = next((one for one in told_attendances(client, today) if one.pk == pk), None)
    if told is None:
        return False
    if not told.self_only:
        raise Refused("Somebody else has noted that one as well. Please tell your keyworker.")
    return correcting.void(attendance=told, reason="The client took it back by their link.", by=by, now=now)


@transaction.atomic
def take_back_check_in(*, client: Client, pk: int, by: Actor, now: datetime) -> bool:
    """Void 'I did not go' where it was a mistake; False where there is none of theirs to take back."""
    locking.client(client.pk)
    today = clock.local_date(now, client.clinic.time_zone)
    told = next((one for one in told_check_ins(client, today) if one.pk == pk), None)
    return told is not None and pausing.void_check_in(check_in=told, by=by, now=now)
