"""Meetings that clients have chosen to go to from now on, and those that did not suit them (evidence E8, E12)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from attendance.directory import overlay
from attendance.directory.models import Meeting
from attendance.register import meeting_plans
from attendance.register.models import ChosenMeeting, UnsuitedMeeting
from attendance.register.taking_back import take_back
from clinic import audit, locking
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import Client


@transaction.atomic
def choose(*, client: Client, meeting: Meeting, by: Actor, now: datetime) -> tuple[ChosenMeeting, bool]:
    """Write down that a client goes to a meeting from now on; the choice, and whether it is new.

    That the meeting had been said not to suit is taken back with it. A clinic's word on a meeting stands for the
    meeting itself. Raises Refused for a client who was closed, a meeting that is not held any more or at present,
    and another clinic's own.
    """
    client = locking.client(client.pk)
    meeting = _seen(client, meeting)
    if not meeting.is_offered:
        raise Refused(f"{meeting} is not held at present.", "meeting")
    for said in unsuited_of(client).filter(meeting=meeting):
        suits_after_all(unsuited=said, by=by, now=now)
    held = chosen_by_client(client).filter(meeting=meeting).first()
    if held is not None:
        return held, False
    written = ChosenMeeting.objects.create(
        clinic=client.clinic, client=client, meeting=meeting, chosen_at=now, chosen_by=by.label
    )
    audit.record(by=by, now=now, verb="meeting.chosen", subject=written, clinic=client.clinic, client=client)
    return written, True


def void_choice(*, chosen: ChosenMeeting, by: Actor, now: datetime) -> bool:
    """Take a choice back, keeping it on record; False where it was taken back already."""
    return take_back(chosen, verb="meeting.not_chosen", by=by, now=now)


@transaction.atomic
def did_not_suit(
    *, client: Client, meeting: Meeting, by: Actor, now: datetime, reason: str = ""
) -> tuple[UnsuitedMeeting, bool]:
    """Write down that a meeting did not suit a client; that word, and whether it is new.

    A choice of the meeting and plans ahead to go there are taken back with it. The meeting need not be held any
    more: it is about how it was. A clinic's word on a meeting stands for the meeting itself. Raises Refused for a
    client who was closed, and another clinic's own meeting.
    """
    client = locking.client(client.pk)
    meeting = _seen(client, meeting)
    for chosen in chosen_by_client(client).filter(meeting=meeting):
        void_choice(chosen=chosen, by=by, now=now)
    for planned in meeting_plans.not_past(client, now).filter(meeting=meeting):
        meeting_plans.void_plan(planned=planned, by=by, now=now)
    held = unsuited_of(client).filter(meeting=meeting).first()
    if held is not None:
        return held, False
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
    return written, True


def suits_after_all(*, unsuited: UnsuitedMeeting, by: Actor, now: datetime) -> bool:
    """Take back that a meeting did not suit, keeping it on record; False where it was taken back already."""
    return take_back(unsuited, verb="meeting.suits_after_all", by=by, now=now)


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
