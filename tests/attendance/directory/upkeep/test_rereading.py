"""A list of which every byte is as it was is not read again, and says what it said the last time."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.directory.feeds import bmlt, meeting_guide, workbook_xml
from attendance.directory.feeds.parsed import ParsedFeed
from attendance.directory.kinds import FeedFormat
from attendance.directory.models import Feed, FeedReading, Meeting
from attendance.directory.upkeep import rereading
from attendance.directory.upkeep.importing import ImportSummary, import_feed
from attendance.directory.upkeep.rereading import AsBefore, read_list
from clinic.models import AuditEntry
from tests.attendance.directory import bmlt_lists
from tests.attendance.directory.lists import NOW, OPERATOR, a_record

pytestmark = pytest.mark.django_db

LEEDS: dict[str, Any] = {
    "format": FeedFormat.MEETING_GUIDE,
    "feed_name": "leeds",
    "fellowship_name": "Narcotics Anonymous",
    "time_zone": "Europe/London",
}
# Two meetings, one of them with a fault that is mended, and a record that is none.
LIST = json.dumps([a_record(), a_record("other", latitude=0, longitude=0), None]).encode()


def take_in(content: bytes = LIST, **how: Any) -> ImportSummary:
    stated = LEEDS | {key: value for key, value in how.items() if key in LEEDS}
    others = {key: value for key, value in how.items() if key not in LEEDS}
    parsed = read_list(content, **stated)
    return import_feed(parsed=parsed, **stated, **({"by": OPERATOR, "now": NOW} | others))


def is_read(content: bytes = LIST, **how: Any) -> bool:
    return isinstance(read_list(content, **(LEEDS | how)), ParsedFeed)


def test_the_very_same_list_says_the_same_and_counts_every_meeting_as_unchanged():
    first = take_in()
    assert (first.read, first.added, first.rejected, len(first.warnings)) == (3, 2, 1, 2)
    before = list(Meeting.objects.order_by("pk").values())
    assert not is_read()
    again = take_in(now=NOW + timedelta(days=7))
    assert (again.read, again.unchanged, again.added, again.changed, again.closed) == (3, 2, 0, 0, 0)
    assert (again.rejected, again.warnings) == (first.rejected, first.warnings)
    assert list(Meeting.objects.order_by("pk").values()) == before
    assert Feed.objects.get().last_read_at == NOW + timedelta(days=7)
    assert [entry.fields for entry in AuditEntry.objects.order_by("pk")] == [["added"], []]


@pytest.mark.parametrize(
    "other",
    [
        {"fellowship_name": "Alcoholics Anonymous"},
        {"time_zone": "Europe/Paris"},
        {"feed_name": "york"},
        {"format": FeedFormat.BMLT},
        {"formats": b"[]", "format": FeedFormat.BMLT},
        {"content": LIST + b"\n"},
    ],
)
def test_whatever_else_decides_what_it_says_has_it_read(other):
    take_in()
    assert is_read(**other)


def test_by_another_of_its_names_the_fellowship_is_the_same():
    take_in(fellowship_name="NA")
    assert not is_read(fellowship_name="narcotics  anonymous")


def test_the_list_of_formats_is_a_part_of_it():
    content = json.dumps([bmlt_lists.a_meeting()]).encode()
    formats = json.dumps(bmlt_lists.FORMATS).encode()
    mirkwell = LEEDS | {"format": FeedFormat.BMLT, "feed_name": "mirkwell"}
    parsed = read_list(content, formats, **mirkwell)
    import_feed(parsed=parsed, **mirkwell, by=OPERATOR, now=NOW)
    assert isinstance(read_list(content, formats, **mirkwell), AsBefore)
    assert isinstance(read_list(content, **mirkwell), ParsedFeed)
    assert isinstance(read_list(content, formats + b" ", **mirkwell), ParsedFeed)


def test_after_another_list_the_first_is_read_anew():
    take_in()
    take_in(json.dumps([a_record()]).encode())
    assert is_read()
    assert take_in().changed == 1
    assert not is_read()


def test_one_that_was_read_by_another_way_leaves_nothing_to_go_by():
    take_in()
    import_feed(parsed=meeting_guide.parse(LIST), **LEEDS, by=OPERATOR, now=NOW)
    assert is_read()


def test_where_the_directory_has_something_else_by_now_it_is_read_after_all():
    take_in()
    as_before = read_list(LIST, **LEEDS)
    assert isinstance(as_before, AsBefore)
    take_in(json.dumps([a_record(name="Renamed")]).encode())
    summary = import_feed(parsed=as_before, **LEEDS, by=OPERATOR, now=NOW)
    assert (summary.changed, summary.unchanged, summary.rejected) == (2, 0, 1)
    assert set(Meeting.objects.open().values_list("name", flat=True)) == {"Monday Lunch"}


def test_a_meeting_that_was_closed_behind_its_back_is_opened_again():
    take_in()
    Meeting.objects.filter(slug="other").update(closed_on=NOW.date())
    summary = take_in()
    assert (summary.changed, summary.unchanged) == (1, 1)
    assert Meeting.objects.open().count() == 2


def test_a_dry_run_of_it_writes_nothing_and_a_dry_run_of_another_is_not_remembered():
    take_in()
    assert take_in(dry_run=True, now=NOW + timedelta(days=7)).unchanged == 2
    assert Feed.objects.get().last_read_at == NOW
    other = json.dumps([a_record(name="Renamed")]).encode()
    assert take_in(other, dry_run=True).changed == 1
    assert is_read(other)
    assert not is_read()


def test_meetings_that_an_illegible_record_keeps_open_are_counted():
    take_in()
    illegible = json.dumps([a_record(day="Someday"), a_record("other")]).encode()
    assert take_in(illegible).closed == 0
    assert FeedReading.objects.get().open_meetings == 2
    assert not is_read(illegible)
    assert (take_in(illegible).unchanged, take_in(illegible).rejected) == (1, 1)


def test_a_list_of_little_but_faults_is_read_each_time():
    faulty = json.dumps([7] * (rereading.MOST_WARNINGS + 1)).encode()
    take_in(faulty)
    reading = FeedReading.objects.get()
    assert (reading.digest, len(reading.warnings)) == ("", rereading.MOST_WARNINGS)
    assert is_read(faulty)


def test_it_costs_the_same_for_1_and_for_50():
    lists = {
        count: json.dumps([a_record(str(number)) for number in range(count)]).encode() for count in (1, 50)
    }
    queries = []
    for count, content in lists.items():
        take_in(content, feed_name=str(count))
        with CaptureQueriesContext(connection) as caught:
            take_in(content, feed_name=str(count))
        queries.append(len(caught))
    assert queries[0] == queries[1]


def test_the_code_that_reads_lists_is_a_part_of_what_is_compared():
    assert {path.name for path in rereading.RULES} >= {
        *(module.__file__.rpartition("/")[2] for module in (bmlt, meeting_guide, workbook_xml)),
        "importing.py",
        "texts.py",
        "zones.py",
        "records.py",
    }
