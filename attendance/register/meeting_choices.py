"""Meetings that clients have chosen to go to from now on, and those that did not suit them (evidence E8, E12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from attendance.directory import overlay
from attendance.directory.models import Meeting
from attendance.register import meeting_plans
from attendance.register.models import ChosenMeeting, PlannedMeeting, UnsuitedMeeting
from attendance.register.taking_back import let_stand, take_back
from clinic import audit, locking
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import Client


@dataclass(frozen=True, slots=True)
class WithIt:
    """What was taken back with the word that a meeting did not suit."""

    chosen: list[ChosenMeeting]
    planned: list[PlannedMeeting]


@transaction.atomic
def choose(
    *, client: Client, meeting: Meeting, by: Actor, now: datetime
) -> tuple[ChosenMeeting, bool, list[UnsuitedMeeting]]:
    """Write down that a client goes to a meeting from now on; the choice, whether it is new, and what went with it.

    That the meeting had been said not to suit is taken back with it. A clinic's word on a meeting stands for the
    meeting itself. Raises Refused for a client who was closed, a meeting that is not held any more or at present,
    and another clinic's own.
    """
    client = locking.client(client.pk)
    meeting = _seen(client, meeting)
    if not meeting.is_offered:
        raise Refused(f"{meeting} is not held at present.", "meeting")
    instead = list(unsuited_of(client).filter(meeting=meeting))
    for said in instead:
        suits_after_all(unsuited=said, by=by, now=now)
    held = chosen_by_client(client).filter(meeting=meeting).first()
    if held is not None:
        return held, False, instead
    written = ChosenMeeting.objects.create(
        clinic=client.clinic, client=client, meeting=meeting, chosen_at=now, chosen_by=by.label
    )
    audit.record(by=by, now=now, verb="meeting.chosen", subject=written, clinic=client.clinic, client=client)
    return written, True, instead


def void_choice(*, chosen: ChosenMeeting, by: Actor, now: datetime) -> bool:
    """Take a choice back, keeping it on record; False where it was taken back already."""
    return take_back(chosen, verb="meeting.not_chosen", by=by, now=now)


def restore_choice(*, chosen: ChosenMeeting, by: Actor, now: datetime) -> bool:
    """Let a choice stand again that was taken back by a slip of the hand; False where it stands.

    Raises Refused for a client who was closed, and where the meeting was chosen again or said not to suit since.
    """
    return _restore(chosen, "meeting.choice_restored", by, now)


@transaction.atomic
def did_not_suit(
    *, client: Client, meeting: Meeting, by: Actor, now: datetime, reason: str = ""
) -> tuple[UnsuitedMeeting, bool, WithIt]:
    """Write down that a meeting did not suit a client; that word, whether it is new, and what went with it.

    A choice of the meeting and plans ahead to go there are taken back with it. The meeting need not be held any
    more: it is about how it was. A clinic's word on a meeting stands for the meeting itself. Raises Refused for a
    client who was closed, and another clinic's own meeting.
    """
    client = locking.client(client.pk)
    meeting = _seen(client, meeting)
    with_it = WithIt(
        chosen=list(chosen_by_client(client).filter(meeting=meeting)),
        planned=list(meeting_plans.not_past(client, now).filter(meeting=meeting)),
    )
    for chosen in with_it.chosen:
        void_choice(chosen=chosen, by=by, now=now)
    for planned in with_it.planned:
        meeting_plans.void_plan(planned=planned, by=by, now=now)
    held = unsuited_of(client).filter(meeting=meeting).first()
    if held is not None:
        return held, False, with_it
    written = UnsuitedMeeting.objects.create(
        clinic=client.clinic,
        client=client,
        meeting=meeting,
        reason=reason,
        said_at=now,
        said_by=by.label,
    )
    audit.record(
        by=by, now=now, verb="meeting.did_not_suit", subject=written, clinic=client.clinic, client=client
    )
    return written, True, with_it


def suits_after_all(*, unsuited: UnsuitedMeeting, by: Actor, now: datetime) -> bool:
    """Take back that a meeting did not suit, keeping it on record; False where it was taken back already."""
    return take_back(unsuited, verb="meeting.suits_after_all", by=by, now=now)


def restore_unsuited(*, unsuited: UnsuitedMeeting, by: Actor, now: datetime) -> bool:
    """Let the word that a meeting did not suit stand again, as restore_choice does a choice."""
    return _restore(unsuited, "meeting.word_restored", by, now)


@transaction.atomic
def _restore(row: ChosenMeeting | UnsuitedMeeting, verb: str, by: Actor, now: datetime) -> bool:
    client = locking.client(row.client_id)
    row.refresh_from_db()
    if row.voided_at is None:
        return False
    if client.closed_on is not None:
        raise Refused(f"{client} was closed on {client.closed_on}.")
    if chosen_by_client(client).filter(meeting=row.meeting_id).exists():
        raise Refused(f"{row.meeting} was chosen since: take that back instead.")
    if unsuited_of(client).filter(meeting=row.meeting_id).exists():
        raise Refused(f"{row.meeting} was said not to suit since: take that back instead.")
    let_stand(row, client, verb=verb, by=by, now=now)
    return True


def void_choices(client: Client, by: Actor, now: datetime) -> None:
    """Take every choice of a client back; what did not suit them stays known."""
    for chosen in chosen_by_client(client):
        void_choice(chosen=chosen, by=by, now=now)


def chosen_by_client(client: Client) -> QuerySet[ChosenMeeting]:
    """The choices of a client that stand, the first first, each with its meeting."""
    chosen = client.chosen_meetings.filter(voided_at__isnull=True)
    return chosen.select_related("meeting__feed", "meeting__fellowship")


def chosen_as_seen(client: Client) -> list[ChosenMeeting]:
    """The same for people to read: each meeting as the client's clinic sees it."""
    chosen = list(chosen_by_client(client))
    overlay.lay_over(client.clinic, [one.meeting for one in chosen])
    return chosen


def unsuited_of(client: Client) -> QuerySet[UnsuitedMeeting]:
    """What did not suit a client and was not taken back, the first first, each with its meeting."""
    unsuited = client.unsuited_meetings.filter(voided_at__isnull=True)
    return unsuited.select_related("meeting__feed", "meeting__fellowship")


def unsuited_as_seen(client: Client) -> list[UnsuitedMeeting]:
    """The same for people to read: each meeting as the client's clinic sees it."""
    unsuited = list(unsuited_of(client))
    overlay.lay_over(client.clinic, [one.meeting for one in unsuited])
    return unsuited


def _seen(client: Client, meeting: Meeting) -> Meeting:
    """The meeting that is meant; raises Refused for a client who was closed and one that their clinic does not see."""
    if client.closed_on is not None:
        raise Refused(f"{client} was closed on {client.closed_on}.")
    return overlay.meant(meeting, client.clinic)
