"""Calendar files as a calendar reads them: by RFC 5545 and nothing of ours, zones as the file describes them too."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime, timedelta

from dateutil.rrule import rrulestr
from icalendar import Calendar, Event, Timezone

WIDTH = 75


class Zone:
    """A VTIMEZONE: each onset is an instant, told on the clock that is about to change; naive datetimes are UTC."""

    def __init__(self, component: Timezone) -> None:
        onsets = []
        for part in (*component.standard, *component.daylight):
            told = [part.DTSTART]
            if "RDATE" in part:
                told += [one.dt for one in part["RDATE"].dts]
            onsets += [(one - part.TZOFFSETFROM, part.TZOFFSETFROM, part.TZOFFSETTO) for one in told]
        self.onsets = sorted(onsets)
        self.instants = [instant for instant, _, _ in self.onsets]

    def offset_at(self, instant: datetime) -> timedelta:
        """How far ahead of UTC its clocks are at an instant."""
        return self.onsets[bisect_right(self.instants, instant) - 1][2]

    def instant(self, local: datetime) -> datetime:
        """The instant of a local time: the first of two; one that is left out, by the clock from before."""
        offsets = {offset for _, before, after in self.onsets for offset in (before, after)}
        real = [local - offset for offset in offsets if self.offset_at(local - offset) == offset]
        if real:
            return min(real)
        return next(
            local - before
            for instant, before, after in self.onsets
            if instant + before <= local < instant + after
        )


class File:
    """A calendar file."""

    def __init__(self, content: bytes) -> None:
        self.calendar = Calendar.from_ical(content)
        self.lines = content.decode().split("\r\n")
        self.events: list[Event] = self.calendar.events
        self.zones = {zone.tz_name: Zone(zone) for zone in self.calendar.timezones}

    @property
    def method(self) -> str:
        return str(self.calendar["METHOD"])

    def is_well_formed(self) -> bool:
        """CRLF ends every line, the last too; none is longer than 75 octets; and folds leave no stray breaks."""
        whole = all("\r" not in line and "\n" not in line for line in self.lines)
        return whole and self.lines[-1] == "" and all(len(line.encode()) <= WIDTH for line in self.lines)

    def local_times(self, event: Event, until: datetime) -> list[datetime]:
        """The local times, or dates at midnight, at which an entry comes up to one of them."""
        first = event["DTSTART"].dt
        first = first if isinstance(first, datetime) else datetime.combine(first, datetime.min.time())
        first = first.replace(tzinfo=None)
        if "RRULE" not in event:
            return [first]
        rule = rrulestr(event["RRULE"].to_ical().decode(), dtstart=first)
        return list(rule.between(first, until, inc=True))

    def instant(self, event: Event, local: datetime) -> datetime:
        """The instant, in UTC and naive, of a local time of an entry's zone, as the file describes that."""
        name = event["DTSTART"].params.get("TZID")
        return local if name is None else self.zones[name].instant(local)

    def length(self, event: Event) -> timedelta:
        """How long an entry takes each time: between its first start and end, or as it says."""
        if "DURATION" in event:
            return event["DURATION"].dt
        ends = event["DTEND"].dt
        if not isinstance(ends, datetime):
            return ends - event["DTSTART"].dt
        starts = event["DTSTART"].dt.replace(tzinfo=None)
        return self.instant(event, ends.replace(tzinfo=None)) - self.instant(event, starts)


def says(event: Event) -> dict[str, str]:
    """The words of an entry, by the names of its lines."""
    named = ("UID", "SUMMARY", "LOCATION", "DESCRIPTION", "URL", "STATUS", "CLASS", "TRANSP")
    return {name: str(event[name]) for name in named if name in event}


def starts(event: Event) -> str:
    """Where an entry starts, and in which zone."""
    told = event["DTSTART"]
    at = told.dt
    if not isinstance(at, datetime):
        assert isinstance(at, date)
        return f"{at.isoformat()} all day"
    return f"{at:%Y-%m-%d %H:%M} {told.params.get('TZID', 'UTC')}"


def ends(event: Event) -> str:
    """Where an entry ends, or how long it says it takes."""
    if "DURATION" in event:
        return f"after {event['DURATION'].dt}"
    at = event["DTEND"].dt
    return f"{at:%Y-%m-%d %H:%M}" if isinstance(at, datetime) else at.isoformat()
