"""Next times that suit a client: where they have been, what they chose, where their contact goes, others near by."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from django.db.models import Max

from attendance.directory import overlay
from attendance.directory.choosing.finding import place_of
from attendance.directory.choosing.geography import Point
from attendance.directory.finding import meeting_by_number
from attendance.directory.models import Meeting
from attendance.directory.occurrences import Occurrence, next_held, occurrences
from attendance.register import meeting_choices
from attendance.register.suitable import suitable
from clinic.models import Client, Clinic
from reminders.contacts.models import LocalContact

MOST_TIMES = 5
MOST_KNOWN = 25
# Of what else suits so many are looked at: some are known to them already.
MOST_OTHERS = 40


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

    First where they have been, then what they chose, then where their contact goes, then what else suits them
    (see register.suitable), of the fellowships they have been to first; for somebody who has been nowhere all
    kinds alike (evidence E13). Those that did not suit come after everything else. another_way: other fellowships come
    first, in case this one does not suit. The number of queries does not grow with the number of meetings.
    """
    attended, fellowships = _attended(client)
    chosen = list(meeting_choices.chosen_by_client(client).values_list("meeting", flat=True))
    unsuited = set(meeting_choices.unsuited_of(client).values_list("meeting", flat=True))
    with_contact = set(contact.meetings.values_list("pk", flat=True)) if contact is not None else set()
    known_ids = with_contact.union(attended, chosen, unsuited)
    mine = {
        pk: meeting
        for pk, meeting in overlay.by_numbers(client.clinic, known_ids).items()
        if meeting.is_offered
    }
    been = [mine[pk] for pk in attended if pk in mine]
    picked = [mine[pk] for pk in chosen if pk in mine and pk not in attended]
    elsewhere = [meeting for pk, meeting in mine.items() if pk not in attended and pk not in chosen]
    together = [meeting for meeting in elsewhere if meeting.pk in with_contact]
    left = [meeting for meeting in elsewhere if meeting.pk not in with_contact]
    wanted = fellowships or ({contact.fellowship_id} if contact is not None else set())
    near = _around(client, (*been, *picked, *together))
    others = _others(client, known_ids, wanted, another_way, now, near)
    tiers = [
        (Why.BEEN, been),
        (Why.CHOSEN, picked),
        (Why.CONTACT_GOES, together),
        (Why.OTHER, [*others, *left]),
    ]
    times: list[Offer] = []
    for last in (False, True):
        for why, tier in tiers[::-1] if another_way else tiers:
            turn = [meeting for meeting in tier if (meeting.pk in unsuited) == last]
            # What they know by the day; of the rest the best first.
            held = _in_order(turn, now) if why is Why.OTHER else next_held(turn, now, MOST_TIMES)
            times += [Offer(*pair, why) for pair in held[: MOST_TIMES - len(times)]]
    known = {m.pk: m for m in (*been, *picked, *together, *(offer.meeting for offer in times))}
    return Suggestions(times, list(known.values())[:MOST_KNOWN])


def meeting_by_id(pk: int, clinic: Clinic) -> Meeting | None:
    """A meeting that a client of a clinic may say they went to: any of the directory, which is public, or of its own.

    It need not be one of those on offer now: they move on while a person thinks.
    """
    return meeting_by_number(str(pk), clinic)


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


def _others(
    client: Client,
    known: Collection[int],
    fellowships: Collection[int],
    another_way: bool,
    now: datetime,
    near: Point | None,
) -> list[Meeting]:
    """What else suits them, as choosing has it; those of some fellowships first, or with another_way none of those."""
    found = [one.meeting for one in suitable(client, now, fallback=near, most=MOST_OTHERS).suits]
    others = [meeting for meeting in found if meeting.pk not in known]
    if another_way:
        return [meeting for meeting in others if meeting.fellowship_id not in fellowships]
    return sorted(others, key=lambda meeting: meeting.fellowship_id not in fellowships)


def _in_order(meetings: Iterable[Meeting], now: datetime) -> list[tuple[Meeting, Occurrence]]:
    return [(one, occurrences(one.weekly_time, now, 1)[0]) for one in meetings if one.weekly_time is not None]


def _around(client: Client, known: Iterable[Meeting]) -> Point | None:
    """Where meetings that they know are, else where the clinic's contacts go, which is where the clinic is."""
    places = (place_of(meeting) for meeting in known)
    place = next((place for place in places if place is not None), None)
    if place is not None:
        return place
    local = Meeting.objects.filter(local_contacts__clinic=client.clinic, local_contacts__active=True)
    first = local.filter(latitude__isnull=False).first()
    return place_of(first) if first is not None else None
