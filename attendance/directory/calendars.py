"""Meetings as entries of somebody's own calendar (RFC 5545). Pure: plain values in, the bytes of a file out.

A calendar on a telephone is looked at by others, so that nothing here names anybody: no organiser, no product, no
reminder that lights up. What an entry is called is for the caller to say.

An entry keeps the hour on the clock face, week after week, and so does a meeting: both begin at the same moments,
also where the clocks jump over the hour (then as much later as they jump) or show it twice (the first time), for
RFC 5545 reads such hours as attendance.directory.occurrences does. Two things differ. Some calendars do not follow
RFC 5545 in the one night in which an hour is left out. And an entry always takes as long as it is long, so that
where the clocks change during a meeting the entry may end an hour before or after it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vRecur

from attendance.directory.calendar_zones import zone_component
from attendance.directory.occurrences import USUAL_LENGTH, Occurrence, WeeklyTime, occurrences
from clinic.texts import one_line
from clinic.weeks import DAY

# How far ahead the file says when clocks change; calendars that know the zone by its name do not ask.
YEARS_AHEAD = 10
# What an address of the web is written with; anything else in one is escaped.
OF_ADDRESSES = "/#%[]=:;$&()+,!?*@'~"


@dataclass(frozen=True, slots=True)
class When:
    """When an entry is: aware local times of the meeting's zone, or dates where its hour is not known.

    starts is what the clock face shows, even where the clocks jump over it; of dates, ends is the day after. rrule
    is how it comes again, as iCalendar writes it; empty for once.
    """

    starts: datetime | date
    ends: datetime | date
    rrule: str = ""


def from_then_on(weekly: WeeklyTime, since: datetime) -> When:
    """Every holding of a meeting from the first that starts at or after an aware moment."""
    zone = ZoneInfo(weekly.time_zone)
    (held,) = occurrences(weekly, since, 1)
    day = held.starts.date()
    if not weekly.meets_on(day):
        # The clocks jumped over it, and over midnight.
        day -= DAY
    starts = datetime.combine(day, weekly.starts_at, zone)
    if weekly.ends_at is None:
        return When(starts, starts + USUAL_LENGTH, weekly.rrule)
    last_day = day if weekly.ends_at > weekly.starts_at else day + DAY
    return When(starts, datetime.combine(last_day, weekly.ends_at, zone), weekly.rrule)


def days_from_then_on(first: date, weeks: tuple[int, ...]) -> When:
    """The same day of each week from a date on, or of those weeks of a month (see WeeklyTime), all day long."""
    return When(first, first + DAY, WeeklyTime(first.weekday(), time.min, None, "UTC", weeks).rrule)


def once(held: Occurrence) -> When:
    """One holding of a meeting."""
    return When(held.starts, held.ends)


def once_on(day: date) -> When:
    """One day, at an hour that is not known."""
    return When(day, day + DAY)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. uid is what it is known by before the @; sequence grows each time anything else of it changes."""

    uid: str
    when: When
    title: str
    place: str = ""
    link: str = ""
    notes: str = ""
    cancelled: bool = False
    sequence: int = 0

    @property
    def digest(self) -> str:
        """A hexadecimal SHA-256 of all that it says: another for an entry that differs in more than its sequence."""
        says = json.dumps(asdict(replace(self, sequence=0)), default=repr)
        return hashlib.sha256(says.encode()).hexdigest()


def calendar_file(entries: Sequence[Entry], host: str, now: datetime) -> bytes:
    """The entries as a calendar file, made at an aware moment; uids and the file's own name end with the host.

    It publishes them, or cancels them where every one is cancelled. Without entries it is an empty calendar.
    """
    calendar = Calendar()
    calendar.add("PRODID", f"-//{host}//Calendar//EN")
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    all_cancelled = bool(entries) and all(entry.cancelled for entry in entries)
    calendar.add("METHOD", "CANCEL" if all_cancelled else "PUBLISH")
    for entry in entries:
        calendar.add_component(_event(entry, host, now))
    first_year = min([now.year, *(entry.when.starts.year for entry in entries)]) - 1
    for name in sorted(calendar.get_missing_tzids(), reverse=True):
        # Before the entries, for readers that go through the file once.
        zone = zone_component(name, first_year, now.year + YEARS_AHEAD)
        calendar.subcomponents.insert(0, zone)
    return calendar.to_ical()


def _event(entry: Entry, host: str, now: datetime) -> Event:
    event = Event()
    event.add("UID", f"{entry.uid}@{host}")
    event.add("SEQUENCE", entry.sequence)
    event.add("DTSTAMP", now.astimezone(UTC))
    event.add("LAST-MODIFIED", now.astimezone(UTC))
    _add_when(event, entry.when)
    event.add("STATUS", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("CLASS", "PRIVATE")
    event.add("TRANSP", "OPAQUE")
    event.add("SUMMARY", one_line(entry.title))
    if place := one_line(entry.place):
        event.add("LOCATION", place)
    if notes := "\n".join(filter(None, (one_line(line) for line in entry.notes.splitlines()))):
        event.add("DESCRIPTION", notes)
    if entry.link.startswith(("https://", "http://")):
        # No text: nothing in it would be escaped, a line break neither.
        event.add("URL", quote(entry.link, safe=OF_ADDRESSES))
    return event


def _add_when(event: Event, when: When) -> None:
    event.add("DTSTART", when.starts)
    length = _length_again(when)
    if length is None:
        event.add("DTEND", when.ends)
    else:
        event.add("DURATION", length)
    if when.rrule:
        event.add("RRULE", vRecur.from_ical(when.rrule))


def _length_again(when: When) -> timedelta | None:
    """How long it is each time, where that cannot be told from how the first goes: the clocks change during it."""
    if not (when.rrule and isinstance(when.starts, datetime) and isinstance(when.ends, datetime)):
        return None
    # Of one zone, Python subtracts clock faces.
    usual = when.ends - when.starts
    return usual if when.ends.astimezone(UTC) - when.starts.astimezone(UTC) != usual else None
