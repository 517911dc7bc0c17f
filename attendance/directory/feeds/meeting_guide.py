"""Meeting Guide JSON: a plain array of weekly meetings, days from 0 for Sunday, times local.

Read as the specification has it and as real lists are: days as texts and lists, 12-hour times, nulls.
The members named as contacts are left in the feed: the directory has no use for their names and numbers.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Any

from attendance.directory.feeds import payload, reading
from attendance.directory.feeds.parsed import (
    ADDRESS_LIMIT,
    CITY_LIMIT,
    CODE_LIMIT,
    LINE_LIMIT,
    MOST_TYPES,
    NOTES_LIMIT,
    ParsedFeed,
    ParsedMeeting,
    UnusableError,
)
from attendance.directory.feeds.record import OPTIONS, Record, option_held
from attendance.directory.feeds.slugs import ReadRecord, gather
from attendance.directory.kinds import AttendanceOption

DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
# Beyond these a list of days, types or regions is none.
MOST_DAYS = 20
TWELVE_HOURS = re.compile(r"[ap]\.?\s*m\b", re.IGNORECASE)
MOST_REGIONS = 20
LONGEST_OVERNIGHT = timedelta(hours=12)


def parse(data: bytes) -> ParsedFeed:
    """The meetings of a Meeting Guide feed. Raises Refused where the bytes are no JSON array."""
    return gather([_read(raw, position) for position, raw in enumerate(payload.json_array(data), 1)])


def _read(raw: Any, position: int) -> ReadRecord:
    if not isinstance(raw, dict):
        return ReadRecord("", why=f"record {position} is no object")
    record = Record(raw)
    slug = record.slug("slug")
    if not slug:
        return ReadRecord("", why=f"record {position} has no slug")
    _note_other_ways(record)
    return read_record(record, slug)


def _note_other_ways(record: Record) -> None:
    """Count what the format has otherwise: 24-hour times, days and degrees as numbers."""
    raw = record.raw
    if any(
        isinstance(raw.get(key), str) and TWELVE_HOURS.search(raw[key][:20]) for key in ("time", "end_time")
    ):
        record.tidy("12-hour times")
    if isinstance(raw.get("day"), str | list):
        record.tidy("days as texts or lists")
    if any(isinstance(raw.get(key), str) and raw[key] for key in ("latitude", "longitude", "coordinates")):
        record.tidy("coordinates as texts")


def read_record(record: Record, slug: str) -> ReadRecord:
    """What comes of a record in the names of this format, under a slug that it need not state itself.

    Formats that say the same under other headings are put in these names, so that one set of rules mends all.
    """
    try:
        days, meeting = _meeting(record, slug)
    except UnusableError as fault:
        return ReadRecord(slug, why=str(fault))
    from_monday = tuple((_from_monday(day), day) for day in days)
    return ReadRecord(slug, meeting=meeting, days=from_monday, mended=record.mended, tidied=record.tidied)


def _from_monday(day: int) -> int:
    return (day - 1) % 7


def _meeting(record: Record, slug: str) -> tuple[tuple[int, ...], ParsedMeeting]:
    name = record.required("name")
    days = _days(record)
    starts_at, ends_at = _times(record, days)
    types = _types(record)
    address, approximate = _address(record)
    conference_url = record.address_on_the_web("conference_url")
    conference_phone = record.line("conference_phone")
    location = record.line("location")
    latitude, longitude = record.degrees()
    online = "ONL" in types or bool(conference_url or conference_phone)
    # A record that says nothing of a place leaves the room unsaid, unless it is online.
    place = not approximate and (bool(location or address) or not online)
    return days, ParsedMeeting(
        slug=slug,
        name=name,
        attendance_option=_option(record, place, online, "TC" in types),
        group_name=record.line("group"),
        day=_from_monday(days[0]) if len(days) == 1 else None,
        starts_at=starts_at,
        ends_at=ends_at,
        time_zone=record.zone("timezone"),
        types=types,
        notes=record.lines("notes", "group_notes"),
        url=record.address_on_the_web("url"),
        location=location,
        location_notes=record.lines("location_notes"),
        address=address,
        city=record.line("city", CITY_LIMIT),
        region=_region(record),
        approximate=approximate,
        latitude=latitude,
        longitude=longitude,
        conference_url=conference_url,
        conference_phone=conference_phone,
        conference_notes=record.lines("conference_url_notes", "conference_phone_notes"),
        updated_at=_updated(record),
    )


def _days(record: Record) -> tuple[int, ...]:
    """The days stated, 0 for Sunday, each once; none by appointment. Raises UnusableError."""
    value = record.raw.get("day")
    stated = [one for one in (value if isinstance(value, list) else [value]) if one not in (None, "")]
    if len(stated) > MOST_DAYS:
        raise UnusableError(f"it has {len(stated)} days")
    days: list[int] = []
    for one in stated:
        day = _day(one)
        if day is None:
            record.mend(f"its day {reading.shown(one)} is no day of the week and was left out")
        elif day not in days:
            days.append(day)
    if stated and not days:
        raise UnusableError(f"its day {reading.shown(value)} is no day of the week: 0 is Sunday, 6 Saturday")
    if len(days) > 1:
        record.mend(f"it is held on {len(days)} days and became one meeting a day")
    return tuple(days)


def _day(value: Any) -> int | None:
    if isinstance(value, str) and value.strip().lower() in DAYS:
        return DAYS.index(value.strip().lower())
    try:
        number = reading.number(value)
    except ValueError:
        return None
    return int(number) if number in range(7) else None


def _times(record: Record, days: tuple[int, ...]) -> tuple[time | None, time | None]:
    """Start and end. Raises UnusableError where a start is stated that cannot be read."""
    start, end = record.word("time"), record.word("end_time")
    if not start:
        if days:
            record.mend("it has a day and no time")
        return None, None
    try:
        starts_at = reading.clock_time(start)
    except ValueError:
        raise UnusableError(f"its time {reading.cut(start, 40)!r} cannot be read") from None
    if not days:
        record.mend("it has a time and no day: taken as by appointment")
        return None, None
    if not end:
        return starts_at, None
    try:
        ends_at = reading.clock_time("00:00" if end == "24:00" else end)
    except ValueError:
        record.mend(f"its end {reading.cut(end, 40)!r} cannot be read and was left out")
        return starts_at, None
    lasts = _after_midnight(ends_at) - _after_midnight(starts_at)
    if lasts <= timedelta() and lasts + timedelta(days=1) > LONGEST_OVERNIGHT:
        record.mend(
            f"it ends at {ends_at:%H:%M}, before it starts at {starts_at:%H:%M}: the end was left out"
        )
        return starts_at, None
    return starts_at, ends_at


def _after_midnight(clock_time: time) -> timedelta:
    return timedelta(hours=clock_time.hour, minutes=clock_time.minute)


def _types(record: Record) -> tuple[str, ...]:
    """The codes as stated, unknown ones too, each once."""
    value = record.raw.get("types")
    if isinstance(value, str):
        value = value[: 2 * NOTES_LIMIT].split(",")
    if value is None:
        return ()
    if not isinstance(value, list):
        record.mend("its types are no list and were left out")
        return ()
    if len(value) > MOST_TYPES:
        record.mend(f"it has {len(value)} types: the first {MOST_TYPES} were kept")
        value = value[:MOST_TYPES]
    codes = [
        reading.cut(reading.plain_line(str(code)), CODE_LIMIT)
        for code in value
        if isinstance(code, str | int)
    ]
    if len(codes) < len(value):
        record.mend("a type that is no text was left out")
    return tuple(dict.fromkeys(filter(None, codes)))


def _address(record: Record) -> tuple[str, bool]:
    """The address on one line, and whether it is only a town or a neighbourhood."""
    stated = record.raw.get("approximate")
    formatted = record.line("formatted_address", ADDRESS_LIMIT)
    street = record.line("address", ADDRESS_LIMIT)
    if not formatted:
        state_and_code = f"{record.line('state')} {record.line('postal_code')}".strip()
        parts = (street, record.line("city", CITY_LIMIT), state_and_code, record.line("country"))
        formatted = reading.cut(", ".join(part for part in parts if part), ADDRESS_LIMIT)
    if isinstance(stated, bool):
        return formatted, stated
    if isinstance(stated, str) and stated.strip().lower() in ("yes", "no"):
        return formatted, stated.strip().lower() == "yes"
    # The specification leaves it to the reader: a building has a name or a number, or at least four parts.
    first, *others = formatted.split(",")
    named = street or record.line("location") or any(letter.isdigit() for letter in first) or len(others) >= 3
    return formatted, bool(formatted) and not named


def _option(record: Record, place: bool, online: bool, temporarily_closed: bool) -> AttendanceOption:
    stated = record.word("attendance_option").lower()
    if stated and stated not in OPTIONS:
        record.mend(f"its attendance option {reading.cut(stated, 40)!r} is unknown: worked out from the rest")
    option = option_held(stated=stated, place=place, online=online, temporarily_closed=temporarily_closed)
    if option is AttendanceOption.INACTIVE and stated != option and not temporarily_closed:
        record.mend("it names a town but no place, and no way to join online: kept, not offered")
    return option


def _region(record: Record) -> str:
    """From the general to the specific."""
    regions = record.raw.get("regions")
    if isinstance(regions, list) and regions:
        parts = [reading.plain_line(part) for part in regions[:MOST_REGIONS] if isinstance(part, str)]
    else:
        parts = [record.line(key) for key in ("region", "sub_region", "sub_sub_region")]
    return reading.cut(" > ".join(filter(None, parts)), LINE_LIMIT)


def _updated(record: Record) -> datetime | None:
    text = record.word("updated")
    if not text:
        return None
    try:
        return reading.moment(text)
    except ValueError:
        record.mend(f"when it was updated, {reading.cut(text, 40)!r}, cannot be read and was left out")
        return None
