"""What every parser of meeting lists owes, whatever bytes it is given; broken where an AssertionError says so.

`parse(bytes)` ends soon, and either refuses in one sentence or accounts for every record with meetings that the
tables accept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from attendance.directory.feeds.parsed import Fault, ParsedFeed, ParsedMeeting
from attendance.directory.kinds import FeedFormat
from attendance.directory.models import Meeting
from attendance.directory.occurrences import occurrences
from attendance.directory.upkeep.importing import import_feed
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.texts import UNFIT

NOW = datetime(2026, 1, 7, 12, 0, tzinfo=UTC)
ELSEWHERE = ["feed", "clinic", "amends", "fellowship"]
LONGEST_SENTENCE = 1000


def read(parse: Callable[[bytes], ParsedFeed], data: bytes) -> ParsedFeed | None:
    """What the parser makes of the bytes, checked; None where it refuses them."""
    try:
        feed = parse(data)
    except Refused as refusal:
        sentence = refusal.sentence
    else:
        check(feed)
        return feed
    check_sentence(sentence)
    assert sentence.endswith("Nothing was changed."), sentence
    return None


def check(feed: ParsedFeed) -> None:
    """Every record is a meeting of its own slug, or a fault that says why."""
    slugs = {meeting.slug for meeting in feed.meetings}
    assert len(slugs) == len(feed.meetings), "a slug appears twice"
    assert feed.read == len(feed.meetings) + len(feed.rejected)
    for fault in (*feed.rejected, *feed.mended):
        check_fault(fault)
    for slug in feed.still_there:
        check_encodable(slug)
    for meeting in feed.meetings:
        check_meeting(meeting)


def check_fault(fault: Fault) -> None:
    """It is said in one sentence, of which record."""
    check_sentence(fault.why)
    check_encodable(fault.slug)


def check_sentence(text: str) -> None:
    """It is there, is not endless, and can be printed."""
    assert text.strip(), "a sentence is empty"
    assert len(text) <= LONGEST_SENTENCE, f"a sentence has {len(text)} characters"
    check_encodable(text)


def check_encodable(text: str) -> None:
    """Neither half a character nor a NUL, which no column takes."""
    text.encode()
    assert "\0" not in text


def check_meeting(meeting: ParsedMeeting) -> None:
    """Each value fits its column, and all of them the constraints of the table."""
    for value in (getattr(meeting, column.name) for column in fields(meeting)):
        for text in value if isinstance(value, tuple) else [value]:
            if isinstance(text, str):
                assert not UNFIT.search(text), f"{text!r} holds what no page should"
    assert all(isinstance(code, str) and code for code in meeting.types)
    assert set(meeting.weeks) <= {1, 2, 3, 4, 5, -1}
    as_row(meeting).clean_fields(exclude=ELSEWHERE)
    assert ":" not in meeting.slug
    assert meeting.day is not None or not meeting.weeks
    assert meeting.day is not None or meeting.starts_at is None
    if meeting.ends_at is not None:
        assert meeting.starts_at not in (None, meeting.ends_at)
    assert (meeting.latitude is None) == (meeting.longitude is None)
    if meeting.latitude is not None and meeting.longitude is not None:
        north, east = meeting.latitude, meeting.longitude
        assert -90 <= north <= 90, north
        assert -180 <= east <= 180, east
        assert (north, east) != (0, 0)
    assert meeting.updated_at is None or meeting.updated_at.tzinfo is not None


def as_row(meeting: ParsedMeeting) -> Meeting:
    """The row it would become."""
    values: dict[str, Any] = {column.name: getattr(meeting, column.name) for column in fields(meeting)}
    values |= {"types": list(meeting.types), "weeks": list(meeting.weeks)}
    values["time_zone"] = meeting.time_zone or "Europe/London"
    return Meeting(fingerprint="f" * 64, **values)


def check_import(parse: Callable[[bytes], ParsedFeed], data: bytes, format: FeedFormat) -> None:
    """The database takes it in, and the same bytes change nothing the second time. Leaves no row behind."""
    stated: dict[str, Any] = {
        "feed_name": "fuzz",
        "fellowship_name": "Narcotics Anonymous",
        "format": format,
        "time_zone": "Europe/London",
        "by": Actor.command("fuzz"),
        "now": NOW,
        "accept_closing": True,
    }
    with transaction.atomic():
        first = import_feed(parsed=parse(data), **stated)
        again = import_feed(parsed=parse(data), **stated)
        for summary in (first, again):
            assert summary.read == summary.added + summary.changed + summary.unchanged + summary.rejected
        assert (again.added, again.changed, again.closed) == (0, 0, 0), again
        for meeting in Meeting.objects.all():
            if (weekly := meeting.weekly_time) is not None:
                assert len(occurrences(weekly, NOW, 2)) == 2
        transaction.set_rollback(True)
