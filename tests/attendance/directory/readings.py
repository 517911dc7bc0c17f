"""Lists that somebody has read while they look on: what they give, and the word they say."""

from __future__ import annotations

import json
from typing import Any

from attendance.directory.models import FeedPreview
from attendance.directory.upkeep.previewing import About, Given, accept, preview
from clinic.actors import Actor
from clinic.models import Clinic
from tests.attendance.directory.lists import NOW, a_record

LEEDS = About("Narcotics Anonymous", "Europe/London", "leeds")
ADDRESS = "https://leeds.example/meetings.json"


def a_list(*records: Any, source: str = "leeds.json") -> Given:
    """Records in the Meeting Guide format, as they came from a file or an address."""
    return Given(json.dumps(records).encode(), source)


def many(count: int, **stated: Any) -> list[dict[str, Any]]:
    """Faultless records, meeting-00 and on."""
    return [a_record(f"meeting-{number:02}", **stated) for number in range(count)]


def look(clinic: Clinic, by: Actor, given: Given, about: About = LEEDS, **how: Any) -> FeedPreview:
    """Have a list read, and nothing changed."""
    return preview(clinic=clinic, given=given, about=about, by=by, **({"now": NOW} | how))


def say_yes(reading: FeedPreview, by: Actor, accept_closing: bool = False, **how: Any) -> bool:
    """Have it taken in."""
    return accept(preview=reading, accept_closing=accept_closing, by=by, **({"now": NOW} | how))
