"""Lists of meetings as they are uploaded and decided on, and as the directory has them already."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from attendance.directory.models import Feed, FeedPreview
from tests import cast
from tests.attendance.directory.lists import a_record, take_in
from tests.flows.browsing import Page, Staff

ADDRESS = "https://leeds.example/meetings.json"


def a_file(*records: Any, name: str = "leeds.json") -> SimpleUploadedFile:
    """A file in the Meeting Guide format."""
    return SimpleUploadedFile(name, json.dumps(records).encode())


def many(count: int, **stated: Any) -> list[dict[str, Any]]:
    """Faultless records, meeting-000 and on."""
    return [a_record(f"meeting-{number:03}", **stated) for number in range(count)]


def uploads(one: Staff, file: SimpleUploadedFile | str, htmx: bool = False, **said: Any) -> Page:
    """Send the form with a file, of the list leeds unless said otherwise."""
    given = {"fellowship": "Narcotics Anonymous", "time_zone": "Europe/London", "name": "leeds", **said}
    return one.sends(one.address("feed_new"), htmx=htmx, file=file, **given)


def decides(one: Staff, then: str = "take_in", **said: Any) -> Page:
    """Press a button on the page of the one reading there is."""
    return one.sends(one.address("feed_preview", FeedPreview.objects.get().pk), then=then, **said)


def a_feed(name: str = "leeds", count: int = 2, source: str = "leeds.json", **values: Any) -> Feed:
    """A list that a command read three days ago, with these values."""
    take_in(*many(count), feed=name, source=source, now=cast.NOW - timedelta(days=3))
    Feed.objects.filter(name=name).update(**values)
    return Feed.objects.get(name=name)
