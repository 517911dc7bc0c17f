"""What suits a client: words such as secular or online, as spreadsheets hold them; an area is the word 'area: …',
how far they would go the word 'within: …'. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

# The words that a form offers to tick; spreadsheets may hold any others beside them.
OFFERED = {
    "12-step": "12-step groups",
    "secular": "Secular groups",
    "women": "Women only",
    "men": "Men only",
    "wheelchair": "Step-free, for a wheelchair",
    "in person": "In person",
    "online": "Online",
    "mondays": "Mondays",
    "tuesdays": "Tuesdays",
    "wednesdays": "Wednesdays",
    "thursdays": "Thursdays",
    "fridays": "Fridays",
    "saturdays": "Saturdays",
    "sundays": "Sundays",
    "mornings": "Mornings",
    "afternoons": "Afternoons",
    "evenings": "Evenings",
}
AREA = "area: "
WITHIN = "within: "
KILOMETRES_A_MILE = 1.609344
DISTANCE = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)\s*(km|kilometres?|kilometers?|mi|miles?)")
# Where people reckon distances in miles, by ISO 3166.
IN_MILES = {"GB", "US", "LR", "IM", "JE", "GG"}
DISTANCES = (1, 2, 5, 10, 20, 40)


class Told(NamedTuple):
    """Preferences told apart: words that are offered to tick, the area, how far, and all other words."""

    ticked: list[str]
    area: str
    within: str
    others: list[str]


def words(*texts: str, ticked: Iterable[str] = (), area: str = "", within: str = "") -> list[str]:
    """The words of texts with ; between, those ticked, where somebody would go and how far; each once, in order."""
    free = [word.strip().lower() for text in texts for word in text.split(";")]
    place, far = (" ".join(text.replace(";", ",").split()).lower() for text in (area, within))
    return sorted({*free, *ticked, AREA + place if place else "", WITHIN + far if far else ""} - {""})


def told_apart(held: Iterable[str]) -> Told:
    """The words by what they are; of areas and distances the first, where there are several."""
    all_words = list(held)
    area = next((word for word in all_words if word.startswith(AREA)), "")
    within = next((word for word in all_words if word.startswith(WITHIN)), "")
    ticked = [word for word in all_words if word in OFFERED]
    return Told(
        ticked,
        area.removeprefix(AREA),
        within.removeprefix(WITHIN),
        [word for word in all_words if word not in (*ticked, area, within)],
    )


def kilometres(within: str) -> float | None:
    """How far '5 km' or '3 miles' is in kilometres; None where it says nothing of the kind."""
    found = DISTANCE.fullmatch(within.strip().lower())
    if found is None or not float(found[1]):
        return None
    return float(found[1]) * (KILOMETRES_A_MILE if found[2].startswith("mi") else 1)


def distance_text(distance: float, country: str) -> str:
    """A distance in kilometres, as people of a country write it: 1.2 km, or 0.7 miles."""
    number, unit = (distance / KILOMETRES_A_MILE, "miles") if country in IN_MILES else (distance, "km")
    if number < 0.1:
        return f"under 0.1 {unit}"
    return f"{number:.1f} {unit}" if number < 10 else f"{number:.0f} {unit}"


def distances(country: str) -> list[str]:
    """The distances a form offers, as people of a country write them."""
    unit = "miles" if country in IN_MILES else "km"
    return [f"{number} {'mile' if unit == 'miles' and number == 1 else unit}" for number in DISTANCES]
