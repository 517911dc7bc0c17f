"""Made-up lists in the Meeting Guide format, and their way into the directory."""

import json
from datetime import UTC, datetime
from typing import Any

from attendance.directory.feeds import meeting_guide
from attendance.directory.feeds.parsed import ParsedFeed
from attendance.directory.kinds import FeedFormat
from attendance.directory.upkeep.importing import ImportSummary, import_feed
from clinic.actors import Actor

NOW = datetime(2026, 1, 7, 12, 0, tzinfo=UTC)
# Every name of the format that the directory has a use for.
KEYS = [
    "slug", "name", "day", "time", "end_time", "timezone", "types", "notes", "url", "location",
    "location_notes", "formatted_address", "address", "city", "state", "postal_code", "country",
    "region", "sub_region", "regions", "approximate", "latitude", "longitude", "coordinates",
    "group", "group_notes", "conference_url", "conference_url_notes", "conference_phone",
    "conference_phone_notes", "updated", "attendance_option",
]  # fmt: skip
OPERATOR = Actor.command("import_meetings")


def a_record(slug: Any = "monday-lunch", **stated: Any) -> dict[str, Any]:
    """A faultless record: Mondays (1 in the feed's numbers) at 12:30 in a church hall."""
    record = {
        "slug": slug,
        "name": "Monday Lunch",
        "day": 1,
        "time": "12:30",
        "end_time": "13:30",
        "location": "St Oswald's Hall",
        "formatted_address": "4 Mill Lane, Leeds LS1 4DY, UK",
        "types": ["O", "X"],
    }
    return {key: value for key, value in (record | stated).items() if value is not ...}


def read(*records: Any) -> ParsedFeed:
    """What the parser makes of these records."""
    return meeting_guide.parse(json.dumps(records).encode())


def take_in(
    *records: Any, feed: str = "leeds", fellowship: str = "Narcotics Anonymous", **how: Any
) -> ImportSummary:
    """Import these records as the present content of the feed."""
    stated: dict[str, Any] = {
        "time_zone": "Europe/London",
        "now": NOW,
        "by": OPERATOR,
        "format": FeedFormat.MEETING_GUIDE,
    } | how
    return import_feed(parsed=read(*records), feed_name=feed, fellowship_name=fellowship, **stated)
