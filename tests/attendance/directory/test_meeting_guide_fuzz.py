"""Whatever a feed holds, reading it ends, accounts for every record, and yields what the tables accept."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendance.directory.feeds import meeting_guide
from attendance.directory.kinds import FeedFormat
from attendance.directory.models import Meeting
from attendance.directory.occurrences import occurrences
from attendance.directory.upkeep.importing import import_feed
from clinic.errors import Refused
from tests.attendance.directory.lists import KEYS, NOW, OPERATOR

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=80)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3)
)
CLOSE_TO_REAL = {
    "slug": st.sampled_from(["a", "b", "a-1", 7, "x" * 70, "a:b"]),
    "name": st.sampled_from(["Lunch", "<b>Lunch</b>", ""]),
    "day": st.integers(-1, 7) | st.lists(st.integers(0, 7), max_size=3) | st.sampled_from(["1", "monday"]),
    "time": st.sampled_from(["12:30", "7 pm", "", "25:00"]),
    "end_time": st.sampled_from(["13:30", "00:00", "12:30", "24:00"]),
    "timezone": st.sampled_from(["Europe/London", "Europe", "../etc", ""]),
    "latitude": st.floats() | st.just("53.8"),
    "longitude": st.floats() | st.just("-1.5"),
    "types": st.lists(st.sampled_from(["O", "TC", "ONL", "?"]), max_size=3),
    "updated": st.sampled_from(["2025-01-01 00:00:00", "9999-12-31T23:59:59-14:00", "1/2/2025 1:00:00 AM"]),
}
RECORDS = st.fixed_dictionaries(
    {}, optional={key: CLOSE_TO_REAL[key] | VALUES if key in CLOSE_TO_REAL else VALUES for key in KEYS}
)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes):
    try:
        feed = meeting_guide.parse(data)
    except Refused:
        feed = None
    assert feed is None or feed.read == len(feed.meetings) + len(feed.rejected)


@settings(deadline=None)
@given(st.lists(RECORDS | VALUES, max_size=6))
def test_every_record_is_accounted_for(records: list[Any]):
    feed = meeting_guide.parse(json.dumps(records).encode())
    assert feed.read == len(feed.meetings) + len(feed.rejected) >= len(records)
    assert len({meeting.slug for meeting in feed.meetings}) == len(feed.meetings)
    assert all(fault.why for fault in (*feed.rejected, *feed.mended))


@pytest.mark.slow
@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(st.lists(RECORDS, min_size=1, max_size=6))
def test_what_is_read_the_tables_accept_and_a_second_reading_changes_nothing(records: list[Any]):
    data = json.dumps(records).encode()
    stated: dict[str, Any] = {
        "feed_name": "fuzz",
        "fellowship_name": "Narcotics Anonymous",
        "format": FeedFormat.MEETING_GUIDE,
        "time_zone": "Europe/London",
        "by": OPERATOR,
        "now": NOW,
        "accept_closing": True,
    }
    first = import_feed(parsed=meeting_guide.parse(data), **stated)
    again = import_feed(parsed=meeting_guide.parse(data), **stated)
    for summary in (first, again):
        assert summary.read == summary.added + summary.changed + summary.unchanged + summary.rejected
    assert (again.added, again.changed, again.closed) == (0, 0, 0)
    for meeting in Meeting.objects.open():
        meeting.full_clean()
        if (weekly := meeting.weekly_time) is not None:
            assert len(occurrences(weekly, NOW, 2)) == 2
