"""The sheet of the 12-Step Meeting List plugin, and of the Meeting Guide specification.

It says what the Meeting Guide format says under headings in plain English, with types by their names. Members
named as contacts, their numbers and addresses are left in the feed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from attendance.directory.feeds import meeting_guide
from attendance.directory.feeds.parsed import ParsedFeed
from attendance.directory.feeds.record import Record
from attendance.directory.feeds.sheet import SheetRow, sheet_rows
from attendance.directory.feeds.slugs import ReadRecord, gather, with_made_slug
from attendance.directory.feeds.type_names import code_of

# Each named as the member of the Meeting Guide format it is; a heading is one of them in plain language.
COLUMNS = (
    "id", "slug", "name", "day", "time", "end_time", "timezone", "types", "notes", "url", "website", "location",
    "location_notes", "full_address", "formatted_address", "address", "city", "state", "postal_code", "country",
    "region", "sub_region", "sub_sub_region", "regions", "approximate", "latitude", "longitude", "coordinates",
    "group", "group_notes", "conference_url", "conference_url_notes", "conference_phone",
    "conference_phone_notes", "updated", "attendance_option",
)  # fmt: skip
NEEDED = ("name", "day", "time")
PARTS_OF_AN_ADDRESS = ("city", "state", "postal_code", "country")
# The template's own has no space between date and time: 2020-04-0416:50:58.
DATE_AND_TIME = re.compile(r"(\d{4}-\d\d-\d\d)(\d\d:\d\d)")


def parse(data: bytes) -> ParsedFeed:
    """The meetings of a sheet. Raises Refused where the bytes are no such sheet."""
    records: list[ReadRecord] = []
    maybe_slugs: set[str] = set()
    for row in sheet_rows(data, COLUMNS, NEEDED, "sheet of the 12-Step Meeting List"):
        records.append(_read(row))
        maybe_slugs.update(row.maybe_slugs)
    feed = gather(records)
    feed.still_there.update(maybe_slugs)
    return feed


def _read(row: SheetRow) -> ReadRecord:
    if row.fault:
        return ReadRecord("", why=f"row {row.number}: {row.fault}")
    record = Record(_in_meeting_guide(row.cells))
    slug, name = record.slug("slug"), record.word("name")
    if not (slug or name):
        return ReadRecord("", why=f"row {row.number} has no name")
    if slug:
        return meeting_guide.read_record(record, slug)
    record.mend("it has no slug: one was made of its name, day and time")
    return with_made_slug(meeting_guide.read_record(record, slug), name)


def _in_meeting_guide(cells: Mapping[str, str]) -> Mapping[str, Any]:
    """The cells as the Meeting Guide format has them."""
    raw: dict[str, Any] = dict(cells)
    raw["slug"] = cells.get("slug") or cells.get("id")
    days = [day for day in re.split(r"[,;/&]|\band\b", cells.get("day", "")) if day.strip()]
    raw["day"] = days if len(days) > 1 else cells.get("day")
    raw["types"] = [code_of(name) for name in cells.get("types", "").split(",")]
    raw["url"] = cells.get("url") or cells.get("website")
    raw["updated"] = DATE_AND_TIME.sub(r"\1 \2", cells.get("updated", ""))
    raw["formatted_address"] = cells.get("full_address") or cells.get("formatted_address")
    if not (raw["formatted_address"] or any(part in cells for part in PARTS_OF_AN_ADDRESS)):
        # The template's own column for the whole of it.
        raw["formatted_address"] = raw.pop("address", None)
    raw["regions"] = _regions(cells)
    return raw


def _regions(cells: Mapping[str, str]) -> list[str]:
    """From the general to the specific; a > may part several in one cell."""
    columns = ("regions",) if "regions" in cells else ("region", "sub_region", "sub_sub_region")
    return [region for column in columns for region in cells.get(column, "").split(">")]
