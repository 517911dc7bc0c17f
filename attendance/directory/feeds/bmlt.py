"""BMLT: what a server of that name publishes, in whichever of its notations.

Told apart by content: GetSearchResults as JSON or JSONP, alone or as {meetings, formats}; the meetings of the
administration API; and the CSV of servers before version 3.
"""

from __future__ import annotations

from typing import Any

from attendance.directory.feeds import bmlt_csv, bmlt_formats, payload
from attendance.directory.feeds.bmlt_records import read_record
from attendance.directory.feeds.parsed import Fault, ParsedFeed
from attendance.directory.feeds.slugs import gather
from clinic.errors import Refused

LIST = "The list of formats"


def parse(data: bytes, formats: bytes = b"") -> ParsedFeed:
    """The meetings of a BMLT feed. Raises Refused where the bytes hold no list of meetings.

    formats: what the server answers to GetFormats, or the formats of its administration API; they go before
    those that the feed itself brings. Without either, formats are kept under the keys of the server.
    """
    listed = _listed(payload.json_value(payload.text(formats, LIST), LIST)) if formats else []
    records, own = _records(payload.text(data))
    known = bmlt_formats.Formats([*listed, *own])
    feed = gather([read_record(raw, position, known) for position, raw in enumerate(records, 1)])
    feed.mended.extend(Fault("", why) for why in known.faults)
    return feed


def _records(decoded: str) -> tuple[list[Any], list[Any]]:
    """The meetings as they stand in the feed, and the formats that it brings. Raises Refused."""
    if not payload.begins_as_json(decoded):
        return bmlt_csv.records(decoded), []
    value = payload.json_value(decoded)
    if isinstance(value, list):
        return payload.with_an_end(value), []
    if not isinstance(value, dict) or not isinstance(value.get("meetings"), list):
        kind = "an object without an array" if isinstance(value, dict) else "a single value, no array"
        raise Refused(f"The feed is {kind} of meetings. Nothing was changed.")
    own = value.get("formats")
    formats = payload.with_an_end(own, LIST) if isinstance(own, list) else []
    return payload.with_an_end(value["meetings"]), formats


def _listed(value: Any) -> list[Any]:
    """The formats of a list that stands alone or is the member of an object. Raises Refused."""
    if isinstance(value, dict):
        value = value.get("formats")
    if not isinstance(value, list):
        raise Refused(f"{LIST} is no array of formats. Nothing was changed.", "formats")
    return payload.with_an_end(value, LIST)
