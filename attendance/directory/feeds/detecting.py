"""Which format a list is in, by its content: the name of a file says little, and an address often nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attendance.directory.feeds import bmlt_csv, naws, payload, sheet, tsml_sheet
from attendance.directory.kinds import FeedFormat
from clinic.errors import Refused

# Of a long list some records will do.
LOOKED_AT = 100
# Of a record of the search, and of one of the administration API.
OF_BMLT = ({"id_bigint"}, {"startTime", "formatIds"}, {"weekday_tinyint", "start_time"})
OF_MEETING_GUIDE = ({"slug"}, {"name", "day"}, {"name", "time"})
# What servers of BMLT publish beside their meetings.
FORMATS = ({"key_string"}, {"worldId", "translations"})
SERVICE_BODIES = ({"parent_id", "helpline"}, {"parentId", "helpline"})
CHOOSE = "Choose the format, or another file. Nothing was changed."


def detect(data: bytes) -> FeedFormat:
    """The format of a list of meetings. Raises Refused where it is none, or none that is known.

    Whether every record can be read is for its parser to say.
    """
    if data.startswith((sheet.WORKBOOK, sheet.OLD_WORKBOOK)):
        return _of_headings(sheet.headings_of(data))
    decoded = payload.text(data)
    if decoded.lstrip().startswith("<"):
        raise Refused("It is a web page or XML, and no list of meetings. Nothing was changed.")
    if payload.begins_as_json(decoded):
        return _of_value(payload.json_value(decoded))
    return _of_headings(sheet.headings_of(data))


def _of_value(value: Any) -> FeedFormat:
    if isinstance(value, dict) and isinstance(value.get("meetings"), list):
        return FeedFormat.BMLT
    if not isinstance(value, list):
        raise Refused(f"It is JSON, but no array of meetings. {CHOOSE}")
    if not value:
        raise Refused(f"The list is empty, so that its format cannot be told. {CHOOSE}")
    records = [set(record) for record in value[:LOOKED_AT] if isinstance(record, dict)]
    if _any_has(records, OF_BMLT):
        return FeedFormat.BMLT
    if _any_has(records, OF_MEETING_GUIDE):
        return FeedFormat.MEETING_GUIDE
    if _any_has(records, FORMATS):
        raise Refused(
            "It is the list of formats of a BMLT server, and holds no meetings: it goes beside their list. "
            "Nothing was changed."
        )
    if _any_has(records, SERVICE_BODIES):
        raise Refused(
            "It is the list of service bodies of a BMLT server, and holds no meetings. Nothing was changed."
        )
    raise Refused(f"It is JSON, but its records are no meetings in a format that is known. {CHOOSE}")


def _any_has(records: Iterable[set[str]], kinds: Iterable[set[str]]) -> bool:
    """Whether a record has all the names of one of the kinds."""
    return any(kind <= record for record in records for kind in kinds)


def _of_headings(headings: list[str]) -> FeedFormat:
    if bmlt_csv.ID in headings:
        return FeedFormat.BMLT
    bare = {sheet.bare(heading) for heading in headings}
    for format, needed in ((FeedFormat.NAWS, naws.NEEDED), (FeedFormat.TSML_SHEET, tsml_sheet.NEEDED)):
        if {sheet.bare(column) for column in needed} <= bare:
            return format
    raise Refused(
        "It is neither JSON nor a sheet whose first row has the headings of a format that is known: "
        f"{', '.join(naws.NEEDED)} of a NAWS export, {', '.join(tsml_sheet.NEEDED)} of a 12-Step Meeting List. {CHOOSE}"
    )
