"""What fuzzing found, kept: values on which a parser took minutes. Each is read in no time, whatever becomes of it.

The limit is of processor time, and a hundred times what is needed: the readings before took tens of seconds.
"""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from attendance.directory.feeds import bmlt, meeting_guide, naws, reading, tsml_sheet
from attendance.directory.feeds.parsed import Fault, ParsedFeed
from clinic.errors import Refused
from tests.attendance.directory import bmlt_lists
from tests.attendance.directory.lists import a_record, read
from tests.attendance.directory.sheets import NAWS_52, TEMPLATE, a_naws_row, a_sheet, a_template_row

SECONDS = 3


def quickly(work: Callable[[], ParsedFeed]) -> ParsedFeed:
    """What comes of it, in no time."""
    began = time.process_time()
    feed = work()
    assert time.process_time() - began < SECONDS
    return feed


@pytest.mark.parametrize(
    "piece", ["<!--", "<script>", "<style ", "<script></style>", "<br", "<p ", "&#", "<a\n"]
)
def test_html_that_is_opened_again_and_again_and_never_closed(piece):
    endless = piece * (200_000 // len(piece))
    texts = dict.fromkeys(
        ("name", "notes", "location", "formatted_address", "url", "updated", "group"), endless
    )
    feed = quickly(lambda: read(a_record(**texts), a_record("<!--" * 4000)))
    assert len(feed.meetings) == 2


def test_comments_scripts_and_style_sheets_are_left_out_as_before():
    text = "a<!-- b --><script src=x>c</SCRIPT >d<style>e</style>f<!-- g <script>h"
    assert reading.plain_line(text) == "a d f<!-- g <script>h"


def test_a_list_of_thousands_of_days_is_none():
    feed = quickly(lambda: read(a_record(day=list(range(10, 200_000))), a_record("other", day=[1] * 20)))
    assert feed.rejected == [Fault("monday-lunch", "it has 199990 days")]
    assert [meeting.slug for meeting in feed.meetings] == ["other"]


def test_white_space_before_a_time():
    row = a_naws_row(Time=" " * 100_000 + "x")
    feed = quickly(lambda: naws.parse(a_sheet(NAWS_52, row, a_naws_row(bmlt_id="97", Time="  0730 "))))
    assert [fault.why for fault in feed.rejected] == ["its time 'x' cannot be read"]
    assert [f"{meeting.starts_at:%H:%M}" for meeting in feed.meetings] == ["07:30"]


def test_white_space_before_a_date():
    row = a_template_row({"Updated": " " * 100_000 + "2020-04-0416:50:58"})
    feed = quickly(lambda: tsml_sheet.parse(a_sheet(TEMPLATE, row)))
    assert feed.meetings[0].updated_at is None
    row = a_template_row({"Updated": "  2020-04-0416:50:58"})
    (meeting,) = tsml_sheet.parse(a_sheet(TEMPLATE, row)).meetings
    assert meeting.updated_at == datetime(2020, 4, 4, 16, 50, 58, tzinfo=UTC)


def test_of_thousands_of_types_the_first_hundred_are_kept():
    codes = [f"T{number}" for number in range(100_000)]
    feed = quickly(lambda: read(a_record(types=codes)))
    assert feed.meetings[0].types == tuple(codes[:100])
    assert feed.mended == [Fault("monday-lunch", "it has 100000 types: the first 100 were kept")]


def test_a_format_in_thousands_of_languages_that_every_meeting_has():
    formats = [bmlt_lists.a_format("2", f"k{number}", "Open", "OPEN") for number in range(20_000)]
    meetings = [
        bmlt_lists.a_meeting(str(number), format_shared_id_list="2", formats="") for number in range(5000)
    ]
    feed = quickly(lambda: bmlt_lists.read(*meetings, formats=formats))
    assert {meeting.types for meeting in feed.meetings} == {("O",)}


def test_a_slug_as_long_as_a_book_is_none():
    feed = quickly(lambda: read(a_record("a " * 1_000_000), a_record("b" * 20_000)))
    assert [fault.why for fault in feed.rejected] == ["record 1 has no slug"]
    assert len(feed.meetings) == 1


@pytest.mark.parametrize("parse", [meeting_guide.parse, bmlt.parse])
@pytest.mark.parametrize("key", ["day", "weekday_tinyint", "types", "formats", "name", "latitude", "regions"])
def test_whatever_is_nested_is_read_or_refused_and_shown_in_short(parse, key):
    for depth in (*range(1, 20), *range(880, 1010)):
        stated: dict[str, Any] = {"slug": "a", "id": 1, "name": "Lunch", "day": 1, key: "deep"}
        data = json.dumps([stated]).replace('"deep"', "[" * depth + "]" * depth).encode()
        try:
            feed = parse(data)
        except Refused:
            continue
        assert all(len(fault.why) < 200 for fault in (*feed.rejected, *feed.mended))
