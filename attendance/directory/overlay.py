"""A clinic's own word on meetings, laid over what their feeds say. What is recorded is about the feed's meeting."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import islice
from typing import TypeVar

from django.db.models import Q

from attendance.directory.models import Meeting
from clinic.errors import Refused
from clinic.models import Clinic

# What a clinic may say otherwise. Whatever else a feed says of a meeting, and whether it has closed, follows the feed.
EDITABLE = (
    *("name", "day", "weeks", "starts_at", "ends_at", "attendance_option", "types", "notes", "url"),
    *("location", "location_notes", "address", "city", "region", "approximate", "latitude", "longitude"),
    *("conference_url", "conference_phone", "conference_notes"),
)
# An end of the clinic's beside a start of the list's might be none, and half a position is no place.
TOGETHER = (("day", "weeks", "starts_at", "ends_at"), ("latitude", "longitude"))
FOLLOWING = (
    *EDITABLE,
    *("slug", "published_slug", "group_name", "time_zone", "fellowship_id", "updated_at", "closed_on"),
)
COLUMNS = [name.removesuffix("_id") for name in FOLLOWING]
# Rows a query: an amendment has many columns, and there is a limit to the values of one query.
ROWS_A_QUERY = 100
A_QUERY = 1000
T = TypeVar("T")


def as_seen(rows: Iterable[Meeting]) -> list[Meeting]:
    """What was found among the meetings seen by a clinic, each as the meeting that it is: an amendment is laid over
    the one that it amends, so that whatever is done with it is done with that one."""
    return [_laid_over(row.amends, row) if row.amends is not None else row for row in rows]


def by_numbers(clinic: Clinic, numbers: Iterable[int]) -> dict[int, Meeting]:
    """The meetings of these numbers as a clinic sees them, closed ones too; one query however many."""
    wanted = list(numbers)
    itself = Q(pk__in=wanted, amends__isnull=True) | Q(amends__in=wanted)
    return {meeting.pk: meeting for meeting in as_seen(Meeting.objects.seen_by(clinic).filter(itself))}


def lay_over(clinic: Clinic, meetings: Collection[Meeting]) -> list[Meeting]:
    """Have meetings that are at hand already say what a clinic says of them; the same ones, with one query."""
    amendments = {row.amends_id: row for row in clinic.own_meetings.filter(amends__in=meetings)}
    return [
        _laid_over(meeting, amendments[meeting.pk]) if meeting.pk in amendments else meeting
        for meeting in meetings
    ]


def _laid_over(meeting: Meeting, amendment: Meeting) -> Meeting:
    meeting.hidden = {name: getattr(meeting, name) for name in amendment.edited}
    for name in amendment.edited:
        setattr(meeting, name, getattr(amendment, name))
    meeting.amendment = amendment
    return meeting


def differing(amendment: Meeting, meeting: Meeting) -> list[str]:
    """The fields that are a clinic's from now on, in the order of a form: those in which it says something else than
    the list, and with one of several that make sense together alone the others too."""
    differ = {name for name in EDITABLE if getattr(amendment, name) != getattr(meeting, name)}
    for together in TOGETHER:
        if differ.intersection(together):
            differ.update(together)
    return [name for name in EDITABLE if name in differ]


def close(meetings: Collection[int], on: date) -> None:
    """Close the meetings of these numbers, and whatever amends them: a clinic's word does not keep one open."""
    for some in batched(meetings):
        Meeting.objects.filter(pk__in=some).update(closed_on=on)
        follow(some)


def batched(whole: Iterable[T]) -> Iterator[list[T]]:
    """Numbers or rows in portions that one query takes."""
    rest = iter(whole)
    while some := list(islice(rest, A_QUERY)):
        yield some


def follow(changed: Collection[int]) -> None:
    """Let the amendments of meetings whose feed has changed them say the same again, but for what was edited."""
    following = list(Meeting.objects.filter(amends__in=changed).select_related("amends"))
    for amendment in following:
        take_over(amendment)
    if following:
        Meeting.objects.bulk_update(following, COLUMNS, batch_size=ROWS_A_QUERY)


def meant(meeting: Meeting, clinic: Clinic) -> Meeting:
    """The meeting to be recorded: of an amendment the one it amends. Raises Refused for another clinic's own."""
    meant = meeting.amends or meeting
    if meant.clinic_id not in (None, clinic.pk):
        raise Refused("There is no such meeting here.", "meeting")
    return meant


def take_over(amendment: Meeting) -> None:
    """Have an amendment say what its meeting says, but for what was edited. Not saved."""
    meeting = amendment.amends
    assert meeting is not None
    for name in FOLLOWING:
        if name not in amendment.edited:
            setattr(amendment, name, getattr(meeting, name))
