"""Next times that suit a client: where they have been, what they chose, where their contact goes, others near by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from zoneinfo import ZoneInfo

from django.db.models import Case, Max, Q, QuerySet, Value, When

from attendance.directory.kinds import AttendanceOption
from attendance.directory.models import Meeting
from attendance.directory.occurrences import Occurrence, next_held
from attendance.register import meeting_choices
from clinic.models import Client
from reminders.contacts.models import LocalContact

MOST_TIMES = 5
MOST_KNOWN = 25
# Of the others only those soon on are read; a fellowship may list thousands.
SOON = 40
# About twenty kilometres to the north and south, and somewhat less to the east and west.
NEAR_DEGREES = 0.18


class Why(Enum):
    """Why a time is offered."""

    BEEN = auto()
    CHOSEN = auto()
    CONTACT_GOES = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Offer:
    """A meeting's next holding, and why it is offered."""

    meeting: Meeting
    held: Occurrence
    why: Why


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Times to offer, and meetings to choose from when somebody says where they went."""

    times: list[Offer]
    known: list[Meeting]


def suggest(
    client: Client, contact: LocalContact | None, now: datetime, another_way: bool = False
) -> Suggestions:
    """The next times for a client from an aware moment on, five at most, each meeting once.

    First where they have been, then what they chose, then where their contact goes, then others of the
    fellowships they have been to; for somebody who has been nowhere, any that is near, all kinds alike
    (evidence E13). Those that did not suit come after everything else. another_way: other fellowships come
    first, in case this one does not suit. The number of queries does not grow with the number of meetings.
    """
    attended, fellowships = _attended(client)
    chosen = list(meeting_choices.chosen_by_client(client).values_list("meeting", flat=True))
    unsuited = set(meeting_choices.unsuited_of(client).values_list("meeting", flat=True))
    with_contact = set(contact.meetings.values_list("pk", flat=True)) if contact is not None else set()
    known_ids = with_contact.union(attended, chosen, unsuited)
    mine = {meeting.pk: meeting for meeting in _read(Meeting.objects.offered().filter(pk__in=known_ids))}
    been = [mine[pk] for pk in attended if pk in mine]
    picked = [mine[pk] for pk in chosen if pk in mine and pk not in attended]
    elsewhere = [meeting for pk, meeting in mine.items() if pk not in attended and pk not in chosen]
    together = [meeting for meeting in elsewhere if meeting.pk in with_contact]
    left = [meeting for meeting in elsewhere if meeting.pk not in with_contact]
    others = _near(client, been or picked or together, now).exclude(pk__in=known_ids)
    if another_way:
        others = others.exclude(fellowship__in=fellowships)
    else:
        wanted = fellowships or ({contact.fellowship_id} if contact is not None else set())
        others = others.filter(fellowship__in=wanted) if wanted else others
    tiers = [
        (Why.BEEN, been),
        (Why.CHOSEN, picked),
        (Why.CONTACT_GOES, together),
        (Why.OTHER, [*_read(others[:SOON]), *left]),
    ]
    times: list[Offer] = []
    for last in (False, True):
        for why, tier in tiers[::-1] if another_way else tiers:
            turn = [meeting for meeting in tier if (meeting.pk in unsuited) == last]
            times += [Offer(*pair, why) for pair in next_held(turn, now, MOST_TIMES - len(times))]
    known = {m.pk: m for m in (*been, *picked, *together, *(offer.meeting for offer in times))}
    return Suggestions(times, list(known.values())[:MOST_KNOWN])


def meeting_by_id(pk: int) -> Meeting | None:
    """A meeting that somebody may say they went to: any of the directory, which is public.

    It need not be one of those on offer now: they move on while a person thinks.
    """
    return Meeting.objects.filter(pk=pk).first()


def _attended(client: Client) -> tuple[list[int], set[int]]:
    """The ids of the meetings a client has been to, the latest first; and of the fellowships."""
    rows = list(
        client.attendances.filter(voided_at__isnull=True)
        .order_by()
        .values_list("meeting", "fellowship")
        .annotate(last=Max("attended_on"))
        .order_by("-last")
    )
    meetings = [meeting for meeting, _, _ in rows if meeting is not None]
    return meetings, {fellowship for _, fellowship, _ in rows if fellowship is not None}


def _read(meetings: QuerySet[Meeting]) -> list[Meeting]:
    return list(meetings.select_related("fellowship"))


def _near(client: Client, known: Iterable[Meeting], now: datetime) -> QuerySet[Meeting]:
    """Meetings on offer in the clinic's time zone, soonest first; near a place that is known, if any is."""
    clinic = client.clinic
    near = Q()
    place = next((meeting for meeting in known if meeting.latitude is not None), None)
    if place is None:
        # Where the clinic's contacts go is where the clinic is.
        local = Meeting.objects.filter(local_contacts__clinic=clinic, local_contacts__active=True)
        place = local.filter(latitude__isnull=False).first()
    if place is not None and place.latitude is not None and place.longitude is not None:
        near = Q(attendance_option=AttendanceOption.ONLINE) | Q(
            latitude__range=(place.latitude - NEAR_DEGREES, place.latitude + NEAR_DEGREES),
            longitude__range=(place.longitude - NEAR_DEGREES, place.longitude + NEAR_DEGREES),
        )
    local_now = now.astimezone(ZoneInfo(clinic.time_zone))
    today = local_now.weekday()
    over_today = When(day=today, starts_at__lt=local_now.time(), then=Value(7))
    days_ahead = Case(over_today, *(When(day=(today + n) % 7, then=Value(n)) for n in range(7)))
    return (
        Meeting.objects.offered()
        .filter(near, time_zone=clinic.time_zone, starts_at__isnull=False)
        .order_by(days_ahead, "starts_at", "name", "pk")
    )
