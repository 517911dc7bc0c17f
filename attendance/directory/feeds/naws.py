"""The NAWS export: the sheet that servers of Narcotics Anonymous keep for its world services.

Of 52 columns, or 48 in older exports, those with somebody's name or number are left in the feed. VM is online,
HYBR also online, TC temporarily closed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from attendance.directory.feeds import meeting_guide, reading
from attendance.directory.feeds.parsed import Fault, ParsedFeed
from attendance.directory.feeds.record import Record
from attendance.directory.feeds.sheet import SheetRow, sheet_rows
from attendance.directory.feeds.slugs import ReadRecord, gather, with_made_slug
from attendance.directory.feeds.type_names import OF_NA
from attendance.directory.kinds import AttendanceOption

FORMATS = ("Format1", "Format2", "Format3", "Format4", "Format5")
LANGUAGES = ("Language1", "Language2", "Language3")
# The columns that mean the same as a member of the Meeting Guide format.
MEANT = {
    "CommitteeName": "name",
    "Day": "day",
    "Room": "notes",
    "Place": "location",
    "Address": "address",
    "City": "city",
    "LocBorough": "region",
    "State": "state",
    "Zip": "postal_code",
    "Country": "country",
    "Directions": "location_notes",
    "Longitude": "longitude",
    "Latitude": "latitude",
    "PhoneMeetingNumber": "conference_phone",
    "VirtualMeetingLink": "conference_url",
    "VirtualMeetingInfo": "conference_url_notes",
    "TimeZone": "timezone",
}
OTHERS = (
    "Committee", "Time", "Closed", "WheelChr", "Institutional", "Delete", "LastChanged", "bmlt_id", "unpublished"
)  # fmt: skip
COLUMNS = (*MEANT, *OTHERS, *LANGUAGES, *FORMATS)
NEEDED = ("Committee", "CommitteeName", "Day", "Time")
HOURS_AND_MINUTES = re.compile(r"(\d{1,2})(\d{2})")


def parse(data: bytes) -> ParsedFeed:
    """The meetings of a NAWS export. Raises Refused where the bytes are no such sheet.

    A row that is marked as deleted is no meeting of the feed any more and is not counted as read: noted as mended,
    it leaves the one that had its slug to be closed.
    """
    records: list[ReadRecord] = []
    deleted: list[Fault] = []
    maybe_slugs: set[str] = set()
    for row in sheet_rows(data, COLUMNS, NEEDED, "NAWS export"):
        record = _read(row)
        if _stated(row, "Delete") == "d":
            deleted.append(Fault(record.slug, "it is marked as deleted and was left out"))
        else:
            records.append(record)
        maybe_slugs.update(row.maybe_slugs)
    feed = gather(records)
    feed.mended.extend(deleted)
    feed.still_there.update(maybe_slugs)
    return feed


def _read(row: SheetRow) -> ReadRecord:
    if row.fault:
        return ReadRecord("", why=f"row {row.number}: {row.fault}")
    record = Record(_in_meeting_guide(row))
    # The number of the server stays the same when a meeting moves to another hour. Without it, several meetings of
    # one group have its number in common and differ in when they are held.
    slug = record.slug("slug")
    group = reading.plain_line(row.cells.get("Committee", ""))
    name = record.word("name")
    if not (slug or group or name):
        return ReadRecord("", why=f"row {row.number} has no name")
    if not (slug or group):
        record.mend("it has no id: its slug was made of its name, day and time")
    if _says_yes(row, "Institutional"):
        record.mend("it is held in an institution, for those who live there: kept, not offered")
    day = record.word("day")
    # A number would be read, too, but servers count from 1 where the Meeting Guide counts from 0.
    if day and day.lower() not in meeting_guide.DAYS:
        read = ReadRecord(slug, why=f"its day {reading.cut(day, 40)!r} is no day of the week in English")
    else:
        read = meeting_guide.read_record(record, slug)
    if not slug:
        read = with_made_slug(read, group or name)
    if read.meeting is None:
        return read
    option = _option(row, read.meeting.attendance_option)
    return replace(read, meeting=replace(read.meeting, attendance_option=option))


def _in_meeting_guide(row: SheetRow) -> Mapping[str, Any]:
    """The row in the names of the Meeting Guide format."""
    raw: dict[str, Any] = {MEANT[column]: cell for column, cell in row.cells.items() if column in MEANT}
    codes = _codes(row)
    option = "online" if "VM" in codes else "hybrid" if "HYBR" in codes else None
    if _is_kept_back(row):
        option = "inactive"
    return raw | {
        "slug": row.cells.get("bmlt_id"),
        "time": HOURS_AND_MINUTES.sub(r"\1:\2", row.cells.get("Time", "").strip()),
        "types": [OF_NA.get(code, code) for code in codes],
        "attendance_option": option,
        "updated": _iso_date(row.cells.get("LastChanged", "")),
    }


def _codes(row: SheetRow) -> list[str]:
    """Open or closed and wheelchairs in the letters that other formats have for them, then the codes as stated."""
    closed = _stated(row, "Closed")
    codes = [{"open": "O", "closed": "C"}.get(closed, row.cells.get("Closed", ""))]
    if _says_yes(row, "WheelChr"):
        codes.append("X")
    codes += [row.cells[column] for column in (*LANGUAGES, *FORMATS) if column in row.cells]
    return [code.strip() for code in codes]


def _iso_date(text: str) -> str:
    """A date such as 12/30/19 as 2019-12-30; anything else as it stands."""
    for notation in ("%m/%d/%y", "%m/%d/%Y"):
        try:
            return datetime.strptime(text.strip(), notation).date().isoformat()  # noqa: DTZ007  (a date alone)
        except ValueError:
            continue
    return text


def _option(row: SheetRow, otherwise: AttendanceOption) -> AttendanceOption:
    if _is_kept_back(row):
        return AttendanceOption.INACTIVE
    codes = _codes(row)
    # Of these the room alone is closed, even where no link is stated.
    online = "VM" in codes or "HYBR" in codes
    return AttendanceOption.ONLINE if online and "TC" in codes else otherwise


def _is_kept_back(row: SheetRow) -> bool:
    return _says_yes(row, "unpublished") or _says_yes(row, "Institutional")


def _stated(row: SheetRow, column: str) -> str:
    return row.cells.get(column, "").strip().lower()


def _says_yes(row: SheetRow, column: str) -> bool:
    return _stated(row, column) in ("1", "true", "yes")
