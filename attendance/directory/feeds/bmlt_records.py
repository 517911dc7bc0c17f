"""One meeting of BMLT, as GetSearchResults and its CSV state it (all texts) or as the administration API does.

Contacts are left in the feed: the directory has no use for their names and numbers.
"""

from __future__ import annotations

import re
from datetime import time
from typing import Any

from attendance.directory.feeds import reading
from attendance.directory.feeds.bmlt_formats import Formats, Meant, keys_in
from attendance.directory.feeds.parsed import (
    ADDRESS_LIMIT,
    CITY_LIMIT,
    LINE_LIMIT,
    Fault,
    ParsedMeeting,
    UnusableError,
)
from attendance.directory.feeds.record import Record, option_held
from attendance.directory.feeds.slugs import ReadRecord
from attendance.directory.kinds import AttendanceOption

# Between the prompt of a field that a server added and its value; after the mark where only its servants see it.
SEPARATOR = "#@-@#"
HIDDEN = "observer_only" + SEPARATOR
# What each notation calls the day, and the number of its Sunday.
SUNDAYS = {"weekday_tinyint": 1, "day": 0}
NOTES = ("comments", "format_comments")
WAY_THERE = ("location_info", "train_lines", "bus_lines", "public_transport")
LENGTH = re.compile(r"(\d{1,3}):([0-5]?\d)(?::[0-5]?\d(?:\.\d+)?)?")
MINUTES_A_DAY = 24 * 60
VENUES = {
    "1": AttendanceOption.IN_PERSON,
    "2": AttendanceOption.ONLINE,
    "3": AttendanceOption.HYBRID,
}


def read_record(raw: Any, position: int, formats: Formats) -> ReadRecord:
    """The meeting of one record, or why there is none. position counts from 1."""
    if isinstance(raw, Fault):
        return ReadRecord(raw.slug, why=raw.why)
    if not isinstance(raw, dict):
        return ReadRecord("", why=f"record {position} is no object")
    record = Record({key: _value(value) for key, value in raw.items()})
    slug = record.slug("id_bigint" if "id_bigint" in raw else "id")
    if not slug:
        return ReadRecord("", why=f"record {position} has no id_bigint or id")
    for key in (*NOTES, *WAY_THERE, "location_text", "location_street"):
        if isinstance(value := raw.get(key), str) and value.startswith(HIDDEN):
            record.mend(f"{key} is hidden from visitors and was left out")
    try:
        day, meeting = _meeting(record, slug, formats)
    except UnusableError as fault:
        return ReadRecord(slug, why=str(fault))
    return ReadRecord(slug, meeting=meeting, days=(day,), mended=record.mended, tidied=record.tidied)


def _value(value: Any) -> Any:
    """Without the prompt that a server puts before the value of a field it added; nothing where it is hidden."""
    if not isinstance(value, str) or SEPARATOR not in value:
        return value
    return "" if value.startswith(HIDDEN) else value.rpartition(SEPARATOR)[2]


def _meeting(record: Record, slug: str, formats: Formats) -> tuple[tuple[int, int], ParsedMeeting]:
    name = record.required("meeting_name" if "meeting_name" in record.raw else "name")
    day = _day(record)
    starts_at = _start(record)
    meant = _meant(record, formats)
    location, street = record.line("location_text"), record.line("location_street", ADDRESS_LIMIT)
    city = _city(record)
    address = _address(record, street, city)
    approximate = bool(address) and not (location or street)
    conference_url = record.address_on_the_web("virtual_meeting_link")
    conference_phone = record.line("phone_meeting_number")
    latitude, longitude = record.degrees()
    online = meant.online or meant.hybrid or bool(conference_url or conference_phone)
    # A record that says nothing of a place leaves the room unsaid, unless it is online.
    place = not approximate and (bool(location or address) or not online)
    return day, ParsedMeeting(
        slug=slug,
        name=name,
        attendance_option=_option(record, meant, place, online),
        day=day[0],
        weeks=meant.weeks,
        starts_at=starts_at,
        ends_at=None if starts_at is None else _end(record, starts_at),
        time_zone=record.zone("timeZone" if "timeZone" in record.raw else "time_zone"),
        types=meant.types,
        notes=record.lines(*NOTES),
        location=location,
        location_notes=record.lines(*WAY_THERE),
        address=address,
        city=city,
        region=_region(record),
        approximate=approximate,
        latitude=latitude,
        longitude=longitude,
        conference_url=conference_url,
        conference_phone=conference_phone,
        conference_notes=record.lines("virtual_meeting_additional_info"),
    )


def _day(record: Record) -> tuple[int, int]:
    """The day from 0 for Monday, and as the feed counts it. Raises UnusableError: BMLT has none by appointment."""
    key = next((key for key in SUNDAYS if key in record.raw), "")
    if not key or record.raw[key] in (None, ""):
        raise UnusableError("it has no day of the week")
    sunday = SUNDAYS[key]
    try:
        number = reading.number(record.raw[key])
    except ValueError:
        number = -1
    if number not in range(sunday, sunday + 7):
        stated = reading.shown(record.raw[key])
        raise UnusableError(
            f"its {key} {stated} is no day of the week: {sunday} is Sunday, {sunday + 6} Saturday"
        )
    return (int(number) - sunday - 1) % 7, int(number)


def _start(record: Record) -> time | None:
    """When it starts, local. Raises UnusableError where a start is stated that cannot be read."""
    start = record.word("startTime" if "startTime" in record.raw else "start_time")
    if not start:
        record.mend("it has a day and no time")
        return None
    try:
        return reading.clock_time(start)
    except ValueError:
        raise UnusableError(f"its time {reading.cut(start, 40)!r} cannot be read") from None


def _end(record: Record, starts_at: time) -> time | None:
    """When it ends, local, on the next day where that is not after the start. 0:00 stands for not known."""
    stated = record.word("duration" if "duration" in record.raw else "duration_time")
    if not stated:
        return None
    found = LENGTH.fullmatch(stated)
    if found is None:
        record.mend(f"its duration {reading.cut(stated, 40)!r} cannot be read: the end was left out")
        return None
    lasts = int(found[1]) * 60 + int(found[2])
    if lasts >= MINUTES_A_DAY:
        record.mend(f"it lasts {stated}, a day or more: the end was left out")
        return None
    if not lasts:
        return None
    return time(*divmod((starts_at.hour * 60 + starts_at.minute + lasts) % MINUTES_A_DAY, 60))


def _meant(record: Record, formats: Formats) -> Meant:
    numbers = keys_in(record.raw.get("formatIds") or record.raw.get("format_shared_id_list"))
    meant = formats.meant(numbers, keys_in(record.raw.get("formats")))
    if meant.unlisted:
        record.mend(
            f"its formats {reading.cut(', '.join(meant.unlisted), 60)} are in no list and were kept by number"
        )
    return meant


def _option(record: Record, meant: Meant, place: bool, online: bool) -> AttendanceOption:
    """How one can take part; its venue type goes before its formats, as servers that have it see to both."""
    if _unpublished(record):
        return AttendanceOption.INACTIVE
    venue = record.word("venueType" if "venueType" in record.raw else "venue_type")
    if venue and venue not in VENUES:
        record.mend(f"its venue type {reading.cut(venue, 40)!r} is unknown: worked out from the rest")
    stated = VENUES.get(venue)
    if stated is None and (meant.hybrid or meant.online):
        stated = AttendanceOption.HYBRID if meant.hybrid else AttendanceOption.ONLINE
    if record.raw.get("temporarilyVirtual") is True:
        stated = AttendanceOption.ONLINE
    online = online or stated in (AttendanceOption.ONLINE, AttendanceOption.HYBRID)
    closed = meant.temporarily_closed
    option = option_held(stated=stated or "", place=place, online=online, temporarily_closed=closed)
    if option is AttendanceOption.INACTIVE and not closed:
        record.mend("it names a town but no place, and no way to join online: kept, not offered")
    return option


def _unpublished(record: Record) -> bool:
    value = record.raw.get("published")
    return value.strip().lower() in ("0", "false") if isinstance(value, str) else value in (False, 0)


def _address(record: Record, street: str, city: str) -> str:
    state_and_code = f"{record.line('location_province')} {record.line('location_postal_code_1')}".strip()
    parts = (street, city, state_and_code, record.line("location_nation"))
    return reading.cut(", ".join(part for part in parts if part), ADDRESS_LIMIT)


def _city(record: Record) -> str:
    town = record.line("location_municipality", CITY_LIMIT)
    return town or record.line("location_city_subsection", CITY_LIMIT)


def _region(record: Record) -> str:
    """From the general to the specific."""
    keys = ["province", "sub_province", "city_subsection", "neighborhood"]
    if not record.line("location_municipality", CITY_LIMIT):
        keys.remove("city_subsection")
    parts = (record.line(f"location_{key}") for key in keys)
    return reading.cut(" > ".join(filter(None, dict.fromkeys(parts))), LINE_LIMIT)
