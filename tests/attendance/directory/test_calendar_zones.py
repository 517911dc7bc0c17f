"""A zone in a file, read by RFC 5545, has the same clocks as the list of the world's zones, to the second."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Timezone

from attendance.directory.calendar_zones import zone_component
from clinic.zones import time_zones
from tests.attendance.directory.reading_calendars import Zone

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def clocks(name: str, first_year: int = 2026, last_year: int = 2027) -> Zone:
    """The component as it comes out of the text of a file."""
    text = zone_component(name, first_year, last_year).to_ical()
    return Zone(Timezone.from_ical(text))


def differs(name: str, zone: Zone, instant: datetime) -> bool:
    meant = instant.replace(tzinfo=UTC).astimezone(ZoneInfo(name)).utcoffset()
    return zone.offset_at(instant) != meant


@pytest.mark.slow
def test_every_zone_of_the_world_changes_its_clocks_when_it_does() -> None:
    wrong = set()
    for name in sorted(time_zones()):
        zone = clocks(name)
        days = [datetime(2026, 1, 1) + number * DAY for number in range(2 * 365)]
        changes = [instant + by for instant in zone.instants[1:] for by in (-SECOND, timedelta(0), SECOND)]
        wrong |= {f"{name} {instant}" for instant in (*days, *changes) if differs(name, zone, instant)}
    assert wrong == set()


def test_the_clocks_of_london_go_forward_at_one_and_back_at_two() -> None:
    """Each on the clock that is about to change."""
    text = zone_component("Europe/London", 2026, 2027).to_ical().decode()
    assert text.split("\r\n")[1:-2] == [
        "TZID:Europe/London",
        "BEGIN:STANDARD",
        "DTSTART:20260101T000000",
        "TZNAME:GMT",
        "TZOFFSETFROM:+0000",
        "TZOFFSETTO:+0000",
        "END:STANDARD",
        "BEGIN:DAYLIGHT",
        "DTSTART:20260329T010000",
        "RDATE:20270328T010000",
        "TZNAME:BST",
        "TZOFFSETFROM:+0000",
        "TZOFFSETTO:+0100",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:20261025T020000",
        "RDATE:20271031T020000",
        "TZNAME:GMT",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0000",
        "END:STANDARD",
    ]


def test_no_ramadan_of_morocco_is_missed() -> None:
    assert len(clocks("Africa/Casablanca").onsets) == 1 + 2 * 2


def test_a_zone_that_keeps_its_clocks_needs_one_line_of_them() -> None:
    assert clocks("Asia/Kolkata").onsets == [
        (datetime(2026, 1, 1), timedelta(hours=5, minutes=30), timedelta(hours=5, minutes=30))
    ]


def test_a_day_that_was_left_out_altogether_is_one_change() -> None:
    """Samoa went from Thursday to Saturday at the end of 2011."""
    zone = clocks("Pacific/Apia", 2011, 2011)
    assert zone.onsets[-1] == (datetime(2011, 12, 30, 10), timedelta(hours=-10), timedelta(hours=14))
