"""Made-up lists as BMLT servers word them: the town of Mirkwell, on a server that speaks German.

The cast: the Lantern Room (Tuesdays, online and in a library), its formats, and the same meeting as the
administration API and the old CSV have it.
"""

import json
from typing import Any

from attendance.directory.feeds import bmlt
from attendance.directory.feeds.parsed import ParsedFeed

# Every name that the directory has a use for.
KEYS = [
    "id_bigint", "id", "weekday_tinyint", "day", "venue_type", "venueType", "temporarilyVirtual", "start_time",
    "startTime", "duration_time", "duration", "time_zone", "timeZone", "formats", "formatIds",
    "format_shared_id_list", "longitude", "latitude", "published", "meeting_name", "name", "location_text",
    "location_info", "location_street", "location_city_subsection", "location_neighborhood",
    "location_municipality", "location_sub_province", "location_province", "location_postal_code_1",
    "location_nation", "comments", "format_comments", "train_lines", "bus_lines", "public_transport",
    "virtual_meeting_link", "virtual_meeting_additional_info", "phone_meeting_number",
]  # fmt: skip


def a_meeting(number: Any = "7301", **stated: Any) -> dict[str, Any]:
    """A faultless record of GetSearchResults: Tuesdays (3 in its numbers) at 19:30 for an hour and a half."""
    record = {
        "id_bigint": number,
        "weekday_tinyint": "3",
        "venue_type": "",
        "start_time": "19:30:00",
        "duration_time": "01:30:00",
        "time_zone": "",
        "formats": "O,Beh",
        "format_shared_id_list": "2,33",
        "published": "1",
        "meeting_name": "Lantern Room",
        "location_text": "Mirkwell Library",
        "location_street": "9 Quince Street",
        "location_municipality": "Mirkwell",
        "location_province": "OX",
        "location_postal_code_1": "OX99 1AA",
        "location_nation": "UK",
        "latitude": "51.75",
        "longitude": "-1.25",
    }
    return {key: value for key, value in (record | stated).items() if value is not ...}


def of_the_api(number: Any = 7301, **stated: Any) -> dict[str, Any]:
    """The same meeting as the administration API has it: days from 0, numbers and nulls."""
    record = {
        "id": number,
        "formatIds": [2, 33],
        "venueType": 1,
        "temporarilyVirtual": False,
        "day": 2,
        "startTime": "19:30",
        "duration": "01:30",
        "timeZone": None,
        "latitude": 51.75,
        "longitude": -1.25,
        "published": True,
        "name": "Lantern Room",
        "location_text": "Mirkwell Library",
        "location_info": None,
        "location_street": "9 Quince Street",
        "location_municipality": "Mirkwell",
        "location_province": "OX",
        "location_postal_code_1": "OX99 1AA",
        "location_nation": "UK",
        "comments": None,
        "contact_name_1": None,
    }
    return record | stated


def a_format(number: str, key: str, name: str, world_id: str = "", **stated: str) -> dict[str, str]:
    """An entry of GetFormats, in English and with no description unless stated."""
    return {
        "key_string": key,
        "name_string": name,
        "description_string": "",
        "lang": "en",
        "id": number,
        "world_id": world_id,
        "format_type_enum": "FC1",
    } | stated


FORMATS = [
    a_format("2", "O", "auch Nichtsüchtige willkommen", "OPEN", lang="de"),
    a_format("33", "Beh", "barrierefrei", "WCHR", lang="de"),
]


def read(*records: Any, formats: Any = FORMATS) -> ParsedFeed:
    """What the parser makes of these records, the formats listed with --formats."""
    listed = json.dumps(formats).encode() if formats is not None else b""
    return bmlt.parse(json.dumps(records).encode(), listed)


def as_csv(*records: dict[str, str]) -> bytes:
    """As servers before version 3 write them: every value in quotes, those inside left as they are."""
    rows = [list(records[0]), *(list(record.values()) for record in records)]
    return "".join('"' + '","'.join(row) + '"\n' for row in rows).encode()
