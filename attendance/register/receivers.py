"""Speaks up where something below is about to contradict what was recorded, and lets go of what it makes pointless."""

from datetime import date, datetime
from typing import Any

from django.db.models import Min
from django.dispatch import receiver

from attendance.register import meeting_choices, meeting_plans, transferring
from attendance.register.merging import join_attendances
from attendance.register.models import Attendance
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.events import (
    client_closed,
    client_transferred,
    clients_merged,
    clients_merging,
    facts_changed,
    intake_moving,
)
from clinic.merging.rows import Merging
from clinic.models import Client, Transfer
from clinic.weeks import WEEK


@receiver(intake_moving)
def keep_facts_after_intake(sender: object, client: Client, intake_on: date, **_: Any) -> None:
    """Refuse a first intake after an attendance, or after a week the client told us of."""
    attended = client.attendances.filter(voided_at__isnull=True).aggregate(first=Min("attended_on"))["first"]
    if attended is not None and attended < intake_on:
        raise Refused(f"{intake_on} is after a meeting attended on {attended}.", "intake_on")
    week = client.checkins.filter(voided_at__isnull=True).aggregate(first=Min("week"))["first"]
    if week is not None and week + WEEK <= intake_on:
        raise Refused(f"{intake_on} is after the week of {week}, which the client told of.", "intake_on")


@receiver(client_closed)
def plan_nothing_more(sender: object, client: Client, now: datetime, **_: Any) -> None:
    """Take the plans and choices of a client back who was closed; tracked again, they plan and choose anew.

    A choice is a plan without an end, and cancels the entry in the calendar of somebody who is no client any more.
    What did not suit them is about what was: it stays known.
    """
    closing = Actor.system("closing")
    meeting_plans.void_ahead(client, closing, now)
    meeting_choices.void_choices(client, closing, now)


@receiver(client_transferred)
def bring_along(
    sender: object, transfer: Transfer, newcomer: Client, by: Actor, now: datetime, **_: Any
) -> None:
    """Copy what happened to the client's record in the clinic that took them over."""
    transferring.copy(transfer, newcomer, by, now)


@receiver(clients_merging)
def one_attendance(sender: object, merging: Merging, **_: Any) -> None:
    """Make one of what is on both records."""
    join_attendances(merging)


@receiver(clients_merged)
def tell_of_attendance(sender: object, merging: Merging, **_: Any) -> None:
    """Let the stages above know that attendance came."""
    facts_changed.send(
        sender=Attendance, clinic=merging.clinic, client_ids=[merging.kept.pk], now=merging.now
    )
