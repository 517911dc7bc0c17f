"""A list of as many meetings as wanted, in the Meeting Guide format: really published ones over and over.

Where MEETING_FEEDS_DIR names no folder of those, made-up ones. Each has a slug of its own, so that none is twice in it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

TOWNS = ("Leeds", "York", "Hull", "Ripon", "Selby", "Thirsk", "Whitby")


def write(path: Path, count: int) -> str:
    """Write a list of so many meetings; answers where they come from."""
    folder = os.environ.get("MEETING_FEEDS_DIR")
    sources = sorted(Path(folder).glob("mg_*.json")) if folder else []
    published = [record for source in sources for record in json.loads(source.read_bytes())]
    with path.open("w", encoding="utf-8") as file:
        for number, record in enumerate(islice(cycle(published or made_up()), count)):
            file.write(",\n" if number else "[")
            json.dump(record | {"slug": f"{number}-{str(record['slug'])[:50]}"}, file)
        file.write("]")
    return f"{len(published):,} published ones over and over" if published else "made-up ones"


def made_up() -> Iterator[dict[str, Any]]:
    """A week of meetings in every town, worded as lists are."""
    for number in range(7 * 24 * len(TOWNS)):
        town, hour = TOWNS[number % len(TOWNS)], number % 24
        yield {
            "slug": f"{town.lower()}-{number}",
            "name": f"{town} Lantern Group",
            "day": number % 7,
            "time": f"{hour:02}:30",
            "end_time": f"{(hour + 1) % 24:02}:30",
            "location": "St Oswald's Hall",
            "formatted_address": f"{number} Mill Lane, {town} LS1 4DY, UK",
            "region": town,
            "latitude": 53.8,
            "longitude": -1.55,
            "types": ["O", "X", "D"],
            "notes": "<p>Ring the bell &amp; wait.</p>" * 10,
            "updated": "2025-11-03 09:15:00",
        }
