"""Whatever a sheet holds, reading it ends, accounts for every row, and yields what the tables accept."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendance.directory.feeds import naws, tsml_sheet
from attendance.directory.feeds.parsed import ParsedFeed
from attendance.directory.kinds import FeedFormat
from attendance.directory.models import Meeting
from attendance.directory.occurrences import occurrences
from attendance.directory.upkeep.importing import import_feed
from clinic.errors import Refused
from tests.attendance.directory.lists import NOW, OPERATOR
from tests.attendance.directory.sheets import NAWS_52, TEMPLATE, a_sheet

SPEC = [heading.replace("_", " ").title() for heading in tsml_sheet.COLUMNS]
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=80)
CLOSE_TO_REAL = {
    "Committee": ["G1", "G2", "!", ""],
    "CommitteeName": ["Early Risers", "<b>Early</b>", ""],
    "bmlt_id": ["1", "2", "x" * 70, "a:b", ""],
    "Slug": ["a", "b", "a-1", "x" * 70, "a:b", "", "lunch-monday-1930"],
    "Name": ["Lunch", "Lunch!", "?", ""],
    "Day": ["Monday", "sunday", "Monday, Friday", "3", "Someday", ""],
    "Time": ["1930", "730", "7:30 PM", "2400", "", "late"],
    "End Time": ["8:30 PM", "24:00", "7:30 PM", ""],
    "Closed": ["OPEN", "CLOSED", "?"],
    "Types": ["Open, Women", "TC,ONL", ",,"],
    "Format1": ["TC", "VM", "HYBR", "W"],
    "Format2": ["TC", "VM", "HYBR", "W"],
    "Delete": ["D", "", "x"],
    "unpublished": ["1", "0", ""],
    "LastChanged": ["12/22/18", "13/40/18", "1/1/0001"],
    "Updated": ["2020-04-0416:50:58", "9999-12-31T23:59:59-14:00"],
    "Latitude": ["53.8", "0", "nan", "1e400"],
    "Longitude": ["-1.5", "0", "inf", "181"],
    "TimeZone": ["Europe/London", "../etc"],
    "Timezone": ["Europe/London", "Europe"],
    "VirtualMeetingLink": ["https://meet.example/1", "javascript:1"],
    "Regions": ["A > B", ">"],
}


def some_rows(headings: list[str]) -> st.SearchStrategy[list[dict[str, str]]]:
    """Rows that look like those of real sheets in part."""
    known = {heading: st.sampled_from(CLOSE_TO_REAL.get(heading, [""])) | TEXTS for heading in headings}
    return st.lists(st.fixed_dictionaries({}, optional=known), max_size=5)


NAWS_ROWS = some_rows(NAWS_52)
TEMPLATE_ROWS = some_rows(TEMPLATE)
SPEC_ROWS = some_rows(SPEC)
HEADER = {naws.parse: NAWS_52, tsml_sheet.parse: TEMPLATE}


def assert_whole(feed: ParsedFeed) -> None:
    assert feed.read == len(feed.meetings) + len(feed.rejected)
    assert len({meeting.slug for meeting in feed.meetings}) == len(feed.meetings)
    assert all(0 < len(meeting.slug) <= 64 and ":" not in meeting.slug for meeting in feed.meetings)
    assert all(fault.why for fault in (*feed.rejected, *feed.mended))


@pytest.mark.parametrize("parse", [naws.parse, tsml_sheet.parse])
@settings(deadline=None)
@given(data=st.binary(max_size=300), headed=st.booleans())
def test_any_bytes_are_read_or_refused(parse: Callable[[bytes], ParsedFeed], data: bytes, headed: bool):
    try:
        feed = parse(a_sheet(HEADER[parse]) + data if headed else data)
    except Refused:
        return
    assert_whole(feed)


@pytest.mark.parametrize("parse", [naws.parse, tsml_sheet.parse])
@settings(deadline=None)
@given(lines=st.lists(st.text(alphabet='aG1,"\n\r;\\ ', max_size=60), max_size=8))
def test_any_jumble_of_commas_and_quotation_marks_is_read(
    parse: Callable[[bytes], ParsedFeed], lines: list[str]
):
    assert_whole(parse(a_sheet(HEADER[parse]) + "\n".join(lines).encode()))


@settings(deadline=None)
@given(NAWS_ROWS)
def test_every_row_of_a_naws_export_is_accounted_for(rows: list[dict[str, str]]):
    feed = naws.parse(a_sheet(NAWS_52, *rows))
    deleted = [row for row in rows if row.get("Delete", "").strip().lower() == "d"]
    blank = [row for row in rows if not any(cell.strip() for cell in row.values())]
    assert_whole(feed)
    assert feed.read == len(rows) - len(deleted) - len(blank)


@settings(deadline=None)
@given(TEMPLATE_ROWS, SPEC_ROWS)
def test_every_row_of_a_list_is_accounted_for(template: list[dict[str, str]], spec: list[dict[str, str]]):
    for headings, rows in ((TEMPLATE, template), (SPEC, spec)):
        feed = tsml_sheet.parse(a_sheet(headings, *rows))
        assert_whole(feed)
        assert feed.read >= sum(any(cell.strip() for cell in row.values()) for row in rows)


@pytest.mark.slow
@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(NAWS_ROWS, TEMPLATE_ROWS)
def test_what_is_read_the_tables_accept_and_a_second_reading_changes_nothing(
    exported: list[dict[str, str]], kept: list[dict[str, str]]
):
    for format, feed in (
        (FeedFormat.NAWS, naws.parse(a_sheet(NAWS_52, *exported))),
        (FeedFormat.TSML_SHEET, tsml_sheet.parse(a_sheet(TEMPLATE, *kept))),
    ):
        stated: dict[str, Any] = {
            "parsed": feed,
            "feed_name": f"fuzz {format}",
            "fellowship_name": "Narcotics Anonymous",
            "format": format,
            "time_zone": "Europe/London",
            "by": OPERATOR,
            "now": NOW,
            "accept_closing": True,
        }
        first, again = import_feed(**stated), import_feed(**stated)
        for summary in (first, again):
            assert summary.read == summary.added + summary.changed + summary.unchanged + summary.rejected
        assert (again.added, again.changed, again.closed) == (0, 0, 0)
    for meeting in Meeting.objects.open():
        meeting.full_clean()
        if (weekly := meeting.weekly_time) is not None:
            assert len(occurrences(weekly, NOW, 2)) == 2
