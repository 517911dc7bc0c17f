"""The made-up lists of meetings, in the form in which groups publish theirs: Meeting Guide JSON.

Two editions: between them one meeting left, one began, and one moved its hour.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from clinic.models import WeekDay

LONDON, NEW_YORK = "Europe/London", "America/New_York"
EDITIONS = (1, 2)


@dataclass(frozen=True, slots=True)
class Gathering:
    """A weekly meeting. times: start and end by edition, the last one on; editions: in which it stands."""

    slug: str
    day: WeekDay
    times: tuple[tuple[str, str], ...]
    editions: tuple[int, ...] = EDITIONS
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A group, where it meets and when. online: an address to join, where there is one."""

    name: str
    fellowship: str
    place: str
    street: str
    gatherings: tuple[Gathering, ...]
    quarter: str
    # Degrees north and east, somewhere off the coast: there is no such town.
    spot: tuple[float, float]
    time_zone: str = LONDON
    online: str = ""
    notes: str = ""


GROUPS = (
    Group(
        "Lantern Street Group", "Narcotics Anonymous", "The Lantern Rooms", "14 Lantern Street",
        (
            Gathering("lantern-street-monday", WeekDay.MONDAY, (("19:00", "20:30"),), types=("O", "X")),
            Gathering("lantern-street-thursday", WeekDay.THURSDAY, (("19:30", "20:30"), ("19:00", "20:30"))),
        ),
        quarter="Old Town", spot=(50.601, -1.203),
        notes="Ring the lower bell. Tea from half an hour before.",
    ),
    Group(
        "Quayside Early Risers", "Narcotics Anonymous", "Old Ferry House", "2 Quayside",
        (
            Gathering("quayside-wednesday", WeekDay.WEDNESDAY, (("07:30", "08:30"),)),
            Gathering("quayside-saturday", WeekDay.SATURDAY, (("09:30", "10:30"),)),
            Gathering("tollgate-thursday", WeekDay.THURSDAY, (("12:15", "13:15"),), editions=(1,)),
        ),
        quarter="Quayside", spot=(50.5962, -1.1985),
    ),
    Group(
        "Bell Lane Group", "Alcoholics Anonymous", "Bell Lane Hall", "31 Bell Lane",
        (
            Gathering("bell-lane-tuesday", WeekDay.TUESDAY, (("19:30", "20:45"),), types=("O", "X")),
            Gathering("bell-lane-sunday", WeekDay.SUNDAY, (("10:30", "11:45"),)),
        ),
        quarter="Old Town", spot=(50.6034, -1.2071),
    ),
    Group(
        "Foundry Yard", "SMART Recovery", "Foundry Yard Community Centre", "Unit 5, Foundry Yard",
        (
            Gathering("foundry-yard-tuesday", WeekDay.TUESDAY, (("18:00", "19:30"),), types=("X",)),
            Gathering("foundry-yard-friday", WeekDay.FRIDAY, (("12:30", "13:45"),)),
        ),
        quarter="Foundry Quarter", spot=(50.6128, -1.2192),
        notes="No need to book.",
    ),
    Group(
        "Orchard Room", "SMART Recovery", "Northgate Library", "8 Orchard Row",
        (
            Gathering("orchard-room-wednesday", WeekDay.WEDNESDAY, (("13:00", "14:00"),), types=("W", "X")),
            Gathering("orchard-room-saturday", WeekDay.SATURDAY, (("11:00", "12:00"),), (2,), ("W",)),
        ),
        quarter="Northgate", spot=(50.6241, -1.2048),
        notes="For women.",
    ),
    Group(
        "Millpond Circle", "LifeRing Secular Recovery", "Millpond Hall", "1 Millpond Walk",
        (
            Gathering("millpond-wednesday", WeekDay.WEDNESDAY, (("18:30", "19:30"),)),
            Gathering("millpond-sunday", WeekDay.SUNDAY, (("16:00", "17:00"),)),
        ),
        quarter="Millpond", spot=(50.6087, -1.1846),
        online="https://meet.example.org/millpond",
    ),
    Group(
        "Maple Hall Group", "Narcotics Anonymous", "Maple Hall", "220 Meadow Road",
        (
            Gathering("maple-hall-monday", WeekDay.MONDAY, (("18:30", "19:30"),)),
            Gathering("maple-hall-wednesday", WeekDay.WEDNESDAY, (("18:30", "19:30"),)),
        ),
        quarter="Maple Hill", spot=(40.5204, -73.6512),
        time_zone=NEW_YORK,
    ),
    Group(
        "Creekside Table", "SMART Recovery", "Creekside Library", "9 Creekside Avenue",
        (
            Gathering("creekside-tuesday", WeekDay.TUESDAY, (("12:00", "13:00"),)),
            Gathering("creekside-thursday", WeekDay.THURSDAY, (("19:00", "20:15"),)),
        ),
        quarter="Creekside", spot=(40.5342, -73.6297),
        time_zone=NEW_YORK,
    ),
)  # fmt: skip

TOWNS = {LONDON: "Harbourmouth", NEW_YORK: "Meadowbrook"}


def feeds(edition: int) -> dict[tuple[str, str, str], bytes]:
    """The lists of an edition as their bytes, by name of the feed, fellowship and time zone."""
    found: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for group in GROUPS:
        town = TOWNS[group.time_zone]
        name = f"{town} {group.fellowship}"
        records = found.setdefault((name, group.fellowship, group.time_zone), [])
        records += [_record(group, one, edition) for one in group.gatherings if edition in one.editions]
    return {key: json.dumps(records).encode() for key, records in found.items()}


def _record(group: Group, held: Gathering, edition: int) -> dict[str, Any]:
    """One record as the Meeting Guide has it; its days run from 0 for Sunday."""
    starts, ends = held.times[min(edition, len(held.times)) - 1]
    town = TOWNS[group.time_zone]
    record: dict[str, Any] = {
        "slug": held.slug,
        "name": group.name,
        "group": group.name,
        "day": (held.day + 1) % 7,
        "time": starts,
        "end_time": ends,
        "location": group.place,
        "formatted_address": f"{group.street}, {town}",
        "city": town,
        "region": group.quarter,
        "latitude": group.spot[0],
        "longitude": group.spot[1],
        "types": list(held.types),
        "notes": group.notes,
        "timezone": group.time_zone,
    }
    if group.online:
        record |= {"conference_url": group.online, "attendance_option": "hybrid"}
    return record


def lasting(time_zone: str) -> dict[str, WeekDay]:
    """The meetings of a time zone that stand in every edition: their slugs and days."""
    return {
        held.slug: held.day
        for group in GROUPS
        if group.time_zone == time_zone
        for held in group.gatherings
        if held.editions == EDITIONS
    }
