"""Whatever a BMLT feed or its list of formats holds, reading it ends and yields what the tables accept."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendance.directory.feeds import bmlt
from attendance.directory.kinds import FeedFormat
from attendance.directory.models import Meeting
from attendance.directory.occurrences import occurrences
from attendance.directory.upkeep.importing import import_feed
from clinic.errors import Refused
from tests.attendance.directory.bmlt_lists import KEYS, as_csv
from tests.attendance.directory.lists import NOW, OPERATOR

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=80)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3)
)
NUMBERS = st.sampled_from(["1", "2", 2, "x" * 70, "a:b"])
LENGTHS = st.sampled_from(["01:30:00", "24:00:00", "00:00:00", "00:01", "23:59", "99:99"])
CLOSE_TO_REAL = {
    "id_bigint": NUMBERS,
    "id": NUMBERS,
    "weekday_tinyint": st.integers(0, 8) | st.sampled_from(["1", "7"]),
    "day": st.integers(-1, 7),
    "venue_type": st.sampled_from(["", "1", "2", "3", "4"]),
    "start_time": st.sampled_from(["19:30:00", "23:59", "00:00:00", "24:00:00", ""]),
    "duration_time": LENGTHS,
    "duration": LENGTHS,
    "formats": st.sampled_from(["O,VM", "TC", "Wo1,WoL", "Wo1", "", ","]),
    "format_shared_id_list": st.sampled_from(["1,2", "3", ""]),
    "formatIds": st.lists(st.integers(0, 4), max_size=3),
    "published": st.sampled_from(["0", "1", True, False]),
    "meeting_name": st.sampled_from(["Lantern", "<b>Lantern</b>", ""]),
    "name": st.just("Quince"),
    "time_zone": st.sampled_from(["Europe/London", "../etc", ""]),
    "latitude": st.floats() | st.just("51.5"),
    "longitude": st.floats() | st.just("-1.5"),
    "comments": st.sampled_from(["observer_only#@-@#a#@-@#b", "a#@-@#", "#@-@#"]),
}
RECORDS = st.fixed_dictionaries(
    {}, optional={key: CLOSE_TO_REAL[key] | VALUES if key in CLOSE_TO_REAL else VALUES for key in KEYS}
)
FORMATS = st.fixed_dictionaries(
    {},
    optional={
        "id": st.integers(0, 4) | VALUES,
        "key_string": st.sampled_from(["O", "VM", "Wo1"]) | VALUES,
        "name_string": st.sampled_from(["Open", "Only in week 1", "Temporarily closed"]) | VALUES,
        "description_string": VALUES,
        "lang": st.sampled_from(["en", "de"]) | VALUES,
        "world_id": st.sampled_from(["OPEN", "LANG", "TC", "x" * 80]) | VALUES,
        "translations": VALUES,
    },
)
PIECES = st.sampled_from(
    [
        b"cb(",
        b"/**/",
        b"[",
        b"]",
        b"{",
        b"}",
        b")",
        b";",
        b'"',
        b",",
        b"\n",
        b"id_bigint",
        b'"id_bigint","a"\n',
        b"1",
    ]
)
# A server writes no line breaks within a line.
ON_A_LINE = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=20)


def accounted_for(data: bytes, formats: bytes = b"") -> bool:
    """Whether the bytes are refused, or each record of theirs is a meeting or rejected."""
    try:
        feed = bmlt.parse(data, formats)
    except Refused:
        return True
    return feed.read == len(feed.meetings) + len(feed.rejected)


@settings(deadline=None)
@given(st.binary(max_size=300) | st.lists(PIECES, max_size=12).map(b"".join), st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(data: bytes, formats: bytes):
    assert accounted_for(data)
    assert accounted_for(b"[]", formats)


@settings(deadline=None)
@given(st.lists(RECORDS | VALUES, max_size=6), st.lists(FORMATS | VALUES, max_size=4))
def test_every_record_is_accounted_for(records: list[Any], formats: list[Any]):
    feed = bmlt.parse(json.dumps({"meetings": records}).encode(), json.dumps(formats).encode())
    assert feed.read == len(feed.meetings) + len(feed.rejected) == len(records)
    assert len({meeting.slug for meeting in feed.meetings}) == len(feed.meetings)
    assert all(fault.why for fault in (*feed.rejected, *feed.mended))


@settings(deadline=None)
@given(st.lists(st.tuples(ON_A_LINE, ON_A_LINE), min_size=1, max_size=4))
def test_every_line_of_csv_is_accounted_for(values: list[tuple[str, str]]):
    lines = [
        {"id_bigint": str(at), "weekday_tinyint": "1", "meeting_name": name, "comments": note}
        for at, (name, note) in enumerate(values)
    ]
    feed = bmlt.parse(as_csv(*lines))
    assert feed.read == len(feed.meetings) + len(feed.rejected) == len(values)


@pytest.mark.slow
@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(st.lists(RECORDS, min_size=1, max_size=6), st.lists(FORMATS, max_size=4))
def test_what_is_read_the_tables_accept_and_a_second_reading_changes_nothing(
    records: list[Any], formats: list[Any]
):
    data, listed = json.dumps(records).encode(), json.dumps(formats).encode()
    stated: dict[str, Any] = {
        "feed_name": "fuzz",
        "fellowship_name": "Narcotics Anonymous",
        "format": FeedFormat.BMLT,
        "time_zone": "Europe/London",
        "by": OPERATOR,
        "now": NOW,
        "accept_closing": True,
    }
    first = import_feed(parsed=bmlt.parse(data, listed), **stated)
    again = import_feed(parsed=bmlt.parse(data, listed), **stated)
    for summary in (first, again):
        assert summary.read == summary.added + summary.changed + summary.unchanged + summary.rejected
    assert (again.added, again.changed, again.closed) == (0, 0, 0)
    for meeting in Meeting.objects.open():
        meeting.full_clean()
        if (weekly := meeting.weekly_time) is not None:
            assert len(occurrences(weekly, NOW, 2)) == 2
