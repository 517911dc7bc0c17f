"""Entries for somebody's calendar, read back as a calendar reads them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendance.directory.calendars import (
    Entry,
    When,
    calendar_file,
    days_from_then_on,
    from_then_on,
    once,
    once_on,
)
from attendance.directory.occurrences import WeeklyTime, occurrences, starting_on
from clinic.texts import one_line
from tests.attendance.directory.reading_calendars import File, ends, says, starts

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TWO_YEARS = timedelta(days=731)
TUESDAYS = WeeklyTime(1, time(19), time(20, 30), "Europe/London")


def an_entry(when: When | None = None, **told: object) -> Entry:
    return Entry(
        **{"uid": "one", "when": when or from_then_on(TUESDAYS, NOW), "title": "Appointment", **told}
    )


def file_of(*entries: Entry, now: datetime = NOW) -> File:
    return File(calendar_file(entries, "weekly.example", now))


def weekly(day: int, starts_at: str, ends_at: str = "", zone: str = "Europe/London") -> WeeklyTime:
    end = time.fromisoformat(ends_at) if ends_at else None
    return WeeklyTime(day, time.fromisoformat(starts_at), end, zone)


def told(when: When) -> list[str]:
    """Start, end and how it comes again, as the file has them."""
    (event,) = file_of(an_entry(when)).events
    again = event["RRULE"].to_ical().decode() if "RRULE" in event else ""
    return [starts(event), ends(event), again]


def test_a_meeting_comes_each_week_from_the_first_on_or_after_it_was_chosen():
    assert told(from_then_on(TUESDAYS, NOW)) == [
        "2026-03-03 19:00 Europe/London",
        "2026-03-03 20:30",
        "FREQ=WEEKLY;BYDAY=TU",
    ]
    at_seven = datetime(2026, 3, 3, 19, 0, tzinfo=UTC)
    assert told(from_then_on(TUESDAYS, at_seven))[0] == "2026-03-03 19:00 Europe/London"
    assert told(from_then_on(TUESDAYS, at_seven.replace(second=1)))[0] == "2026-03-10 19:00 Europe/London"


def test_one_of_certain_weeks_comes_in_those_alone():
    second_and_last = replace(TUESDAYS, weeks=(2, -1))
    assert told(from_then_on(second_and_last, NOW)) == [
        "2026-03-10 19:00 Europe/London",
        "2026-03-10 20:30",
        "FREQ=MONTHLY;BYDAY=2TU,-1TU",
    ]


@pytest.mark.parametrize(
    ("meeting", "start", "end"),
    [
        (weekly(5, "23:30", "01:00"), "2026-03-07 23:30", "2026-03-08 01:00"),
        (weekly(5, "23:00", "00:00"), "2026-03-07 23:00", "2026-03-08 00:00"),
        (weekly(5, "23:30"), "2026-03-07 23:30", "2026-03-08 00:30"),
        (weekly(1, "19:00", "", "America/New_York"), "2026-03-03 19:00", "2026-03-03 20:00"),
    ],
    ids=["past midnight", "at midnight", "no end", "abroad"],
)
def test_the_end_is_on_the_clock_of_the_meeting(meeting, start, end):
    assert told(from_then_on(meeting, NOW))[:2] == [f"{start} {meeting.time_zone}", end]


def test_without_a_known_hour_it_is_all_day():
    assert told(days_from_then_on(date(2026, 3, 3), ())) == [
        "2026-03-03 all day",
        "2026-03-04",
        "FREQ=WEEKLY;BYDAY=TU",
    ]
    assert told(days_from_then_on(date(2026, 3, 10), (2,)))[2] == "FREQ=MONTHLY;BYDAY=2TU"
    assert told(once_on(date(2026, 3, 4))) == ["2026-03-04 all day", "2026-03-05", ""]


def test_once_it_is_the_holding_of_that_day():
    held = starting_on(weekly(1, "20:00", "21:00", "America/New_York"), date(2026, 3, 4), "Europe/London")
    assert told(once(held)) == ["2026-03-03 20:00 America/New_York", "2026-03-03 21:00", ""]


def test_in_the_night_in_which_the_clocks_go_forward():
    """Sunday 29 March 2026: 01:00 to 02:00 is left out in London."""
    saturday = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    left_out = from_then_on(weekly(6, "01:30", "01:45"), saturday)
    assert told(left_out)[:2] == ["2026-03-29 01:30 Europe/London", "2026-03-29 01:45"]
    # How long it takes each week cannot be seen from that night: it says so.
    over_it = from_then_on(weekly(5, "23:30", "02:30"), saturday)
    assert told(over_it)[:2] == ["2026-03-28 23:30 Europe/London", "after 3:00:00"]
    behind_its_end = from_then_on(weekly(6, "01:30", "02:15"), saturday)
    assert told(behind_its_end)[:2] == ["2026-03-29 01:30 Europe/London", "after 0:45:00"]
    # Of one holding the end is known.
    held = starting_on(weekly(5, "23:30", "02:30"), date(2026, 3, 28), "Europe/London")
    assert told(once(held))[:2] == ["2026-03-28 23:30 Europe/London", "2026-03-29 02:30"]


def test_a_day_that_a_zone_left_out_does_not_move_the_meeting_to_another_day():
    """Samoa had no Friday 30 December 2011: that week it was held on the Saturday."""
    fridays = weekly(4, "19:00", "20:00", "Pacific/Apia")
    (held,) = occurrences(fridays, datetime(2011, 12, 26, tzinfo=UTC), 1)
    assert held.starts.date() == date(2011, 12, 31)
    assert told(from_then_on(fridays, datetime(2011, 12, 26, tzinfo=UTC)))[::2] == [
        "2011-12-30 19:00 Pacific/Apia",
        "FREQ=WEEKLY;BYDAY=FR",
    ]


MOMENTS = st.integers(0, 10 * 366 * 24 * 60).map(
    lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
# The nights from Saturday to Sunday are those in which most clocks change.
HOURS = st.builds(time, st.integers(0, 23) | st.integers(0, 3), st.sampled_from([0, 15, 30, 45, 59]))
ZONES = [
    "Europe/London",
    "America/New_York",
    "America/Santiago",
    "Asia/Beirut",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Africa/Accra",
    "UTC",
]
WEEKLY = st.builds(
    WeeklyTime,
    day=st.sampled_from([5, 6]) | st.integers(0, 6),
    starts_at=HOURS,
    ends_at=st.none() | HOURS,
    time_zone=st.sampled_from(ZONES),
    weeks=st.just(()) | st.lists(st.sampled_from([1, 2, 3, 4, 5, -1]), min_size=1, unique=True).map(tuple),
).filter(lambda one: one.ends_at != one.starts_at)


DAYS = [datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=number) for number in range(10 * 365)]


def changes(zone: str) -> list[datetime]:
    """The days of ten years on which the clocks of a zone change."""
    offsets = [day.astimezone(ZoneInfo(zone)).utcoffset() for day in DAYS]
    pairs = zip(DAYS, offsets, offsets[1:], strict=False)
    return [day for day, today, tomorrow in pairs if today != tomorrow]


CHANGES = {zone: changes(zone) for zone in ZONES}


@st.composite
def chosen(draw: st.DrawFn) -> tuple[WeeklyTime, datetime]:
    """A meeting, and when it was chosen: often in a week in which its clocks change, on the day of the meeting."""
    meeting, since = draw(WEEKLY), draw(MOMENTS)
    if CHANGES[meeting.time_zone] and draw(st.booleans()):
        night = draw(st.sampled_from(CHANGES[meeting.time_zone]))
        since = night - timedelta(hours=draw(st.integers(0, 7 * 24)))
        on = (night + timedelta(days=draw(st.integers(-1, 1)))).weekday()
        meeting = replace(meeting, day=on, starts_at=meeting.starts_at.replace(hour=draw(st.integers(0, 3))))
        if meeting.starts_at == meeting.ends_at:
            meeting = replace(meeting, ends_at=None)
    return meeting, since


@pytest.mark.slow
@settings(max_examples=200)
@given(chosen())
def test_a_calendar_holds_every_meeting_of_two_years_and_no_other(one_chosen: tuple[WeeklyTime, datetime]):
    """By dateutil's rules and the file's own zones; how long each takes, but where the clocks change during it."""
    meeting, since = one_chosen
    file = file_of(an_entry(from_then_on(meeting, since)), now=since)
    (event,) = file.events
    until = since + TWO_YEARS
    held = [one for one in occurrences(meeting, since, 107) if one.starts.astimezone(UTC) < until]
    local = file.local_times(event, until.replace(tzinfo=None) + timedelta(days=1))[: len(held)]
    seen = [file.instant(event, one) for one in local]
    assert seen == [one.starts.astimezone(UTC).replace(tzinfo=None) for one in held]
    length = file.length(event)
    if "DTEND" in event:
        # The same for calendars that go by the clock and for those that go by the time that passes.
        assert event["DTEND"].dt.replace(tzinfo=None) - event["DTSTART"].dt.replace(tzinfo=None) == length
    for one, on_the_clock in zip(held, local, strict=True):
        jumped = one.starts.replace(tzinfo=None) != on_the_clock
        if not jumped and one.starts.utcoffset() == one.ends.utcoffset():
            assert one.ends.astimezone(UTC) - one.starts.astimezone(UTC) == length


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.sampled_from([(), (1,), (2, 4), (5,), (-1,)]))
def test_days_without_an_hour_are_the_same_days(day: date, weeks: tuple[int, ...]):
    meeting = WeeklyTime(day.weekday(), time(12), None, "UTC", weeks)
    held = [one.starts.date() for one in occurrences(meeting, datetime.combine(day, time.min, UTC), 24)]
    file = file_of(an_entry(days_from_then_on(held[0], weeks)))
    until = datetime.combine(held[-1], time.max)
    assert [one.date() for one in file.local_times(file.events[0], until)] == held


def test_an_entry_is_private_and_nothing_rings():
    file = file_of(
        an_entry(place="4 Mill Lane, Leeds", link="https://video.example/j/1", notes="Ask for Jo.")
    )
    (event,) = file.events
    assert says(event) == {
        "UID": "one@weekly.example",
        "SUMMARY": "Appointment",
        "LOCATION": "4 Mill Lane, Leeds",
        "DESCRIPTION": "Ask for Jo.",
        "URL": "https://video.example/j/1",
        "STATUS": "CONFIRMED",
        "CLASS": "PRIVATE",
        "TRANSP": "OPAQUE",
    }
    assert event["SEQUENCE"] == 0
    assert (event["DTSTAMP"].dt, event["LAST-MODIFIED"].dt) == (NOW, NOW)
    assert not file.calendar.walk("VALARM")
    names = {name for name, _ in file.calendar.property_items()}
    assert not {"ORGANIZER", "ATTENDEE", "X-WR-CALNAME", "NAME", "CATEGORIES", "CONTACT"} & names
    assert "Weekly" not in "\n".join(file.lines)


def test_what_is_not_known_has_no_line():
    (event,) = file_of(an_entry()).events
    assert not {"LOCATION", "DESCRIPTION", "URL"} & set(says(event))


def test_a_file_publishes_unless_it_takes_everything_back():
    live, gone = an_entry(), an_entry(uid="two", cancelled=True, sequence=3)
    assert [file_of(*entries).method for entries in ([live], [live, gone], [gone], [])] == [
        "PUBLISH",
        "PUBLISH",
        "CANCEL",
        "PUBLISH",
    ]
    cancelled = file_of(gone).events[0]
    assert (says(cancelled)["STATUS"], cancelled["SEQUENCE"], "RRULE" in cancelled) == ("CANCELLED", 3, True)


def test_each_zone_is_described_once_and_before_what_it_is_of():
    abroad = from_then_on(replace(TUESDAYS, time_zone="America/New_York"), NOW)
    file = file_of(an_entry(), an_entry(uid="two"), an_entry(abroad, uid="three"))
    parts = [line for line in file.lines if line in ("BEGIN:VTIMEZONE", "BEGIN:VEVENT")]
    assert parts == ["BEGIN:VTIMEZONE"] * 2 + ["BEGIN:VEVENT"] * 3
    assert list(file.zones) == ["America/New_York", "Europe/London"]


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "Lantern Street"},
        {"place": "4 Mill Lane"},
        {"link": "https://video.example"},
        {"notes": "Ask for Jo."},
        {"cancelled": True},
        {"when": from_then_on(replace(TUESDAYS, starts_at=time(18)), NOW)},
        {"when": from_then_on(replace(TUESDAYS, ends_at=time(20)), NOW)},
        {"when": from_then_on(replace(TUESDAYS, weeks=(1,)), NOW)},
        # The same clocks at present, and another zone.
        {"when": from_then_on(replace(TUESDAYS, time_zone="Europe/Lisbon"), NOW)},
    ],
)
def test_whatever_it_says_tells_it_from_another_but_not_its_sequence(changed):
    entry = an_entry()
    assert replace(entry, **changed).digest != entry.digest
    assert replace(entry, sequence=7).digest == an_entry().digest


HOSTILE = st.text() | st.lists(
    st.sampled_from(
        [
            "\r\n",
            "\n",
            "\r",
            "\u2028",
            "\x0b",
            "\x00",
            "BEGIN:VALARM",
            "END:VEVENT",
            ",",
            ";",
            ":",
            "\\",
            "\\n",
            '"',
            "é",
            "🦉",
            " ",
            "x" * 80,
        ]
    ),
    max_size=40,
).map("".join)


@pytest.mark.slow
@given(title=HOSTILE, place=HOSTILE, notes=HOSTILE, link=HOSTILE)
def test_whatever_a_list_says_is_text_and_comes_back_as_it_was(title: str, place: str, notes: str, link: str):
    file = file_of(an_entry(title=title, place=place, notes=notes, link=f"https://{link}"))
    assert file.is_well_formed()
    assert [component.name for component in file.calendar.walk()] == [
        "VCALENDAR",
        "VTIMEZONE",
        "STANDARD",
        "DAYLIGHT",
        "STANDARD",
        "VEVENT",
    ]
    (event,) = file.events
    said = says(event)
    assert said["SUMMARY"] == one_line(title)
    assert said.get("LOCATION", "") == one_line(place)
    lines = [one_line(line) for line in notes.splitlines()]
    assert said.get("DESCRIPTION", "") == "\n".join(line for line in lines if line)
    assert said["URL"].isascii()
    assert not set(said["URL"]) & set(' \r\n\t<>"\\')


@pytest.mark.parametrize("link", ["javascript:alert(1)", "ftp://video.example", "video.example", ""])
def test_only_an_address_of_the_web_is_a_link(link):
    assert "URL" not in says(file_of(an_entry(link=link)).events[0])


def test_the_zones_reach_ten_years_on_and_back_before_the_first_entry():
    old = an_entry(from_then_on(TUESDAYS, datetime(2019, 5, 1, tzinfo=UTC)))
    zone = file_of(old).zones["Europe/London"]
    assert (zone.instants[0].year, zone.instants[-1].year) == (2018, 2036)
    summer = datetime(2036, 7, 1, tzinfo=UTC)
    assert (
        zone.offset_at(summer.replace(tzinfo=None))
        == summer.astimezone(ZoneInfo("Europe/London")).utcoffset()
    )
