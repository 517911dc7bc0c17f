"""Formats of BMLT that say in which weeks of the month a meeting is held at all.

They are few and each server words its own, so that they are known by what their texts say, in English or German.
Others name a week as well and mean what happens in it ('Week 5: open'): such a meeting is held every week.
"""

import re

ORDINALS = {
    1: "1 1st first erste ersten erster",
    2: "2 2nd second zweite zweiten zweiter",
    3: "3 3rd third dritte dritten dritter",
    4: "4 4th fourth vierte vierten vierter",
    5: "5 5th fifth fünfte fünften fünfter",
    -1: "last letzte letzten letzter",
}
WEEK_OF = {word: week for week, words in ORDINALS.items() for word in words.split()}
# One of these and a week are needed; without the first, 'week 5' may be short for anything.
HELD = {"only", "nur", "meets", "meet", "meeting", "held", "findet"}
DAYS = (
    "week sunday monday tuesday wednesday thursday friday saturday sonntag montag dienstag mittwoch donnerstag "
    "freitag samstag sonnabend"
)
PERIODS = {"woche", "wochen", *DAYS.split(), *(f"{day}s" for day in DAYS.split())}
MONTH = {"month", "months", "monat", "monats"}
# 'Every second week' is every other one, unless it is a month's.
EVERY = {"every", "each", "jeden"}
# Whatever else is said beside these is what the format is about.
SMALL = "a am an and d dem den der des die für im in is of on place statt takes the this und"
FILLERS = set(SMALL.split())
WORD = re.compile(r"[^\W_]+")
SPAN = re.compile(r"\d\s*[-–]\s*\d")
# What German servers call them, where a feed comes without their texts.
KEY = re.compile(r"Wo([1-5L])")


def weeks_meant(name: str, description: str) -> tuple[int, ...]:
    """The weeks that are meant, 1 to 5 and -1 for the last, where name and description of a format say no more.

    Empty for every other format.
    """
    for text in (name, f"{name} {description}"):
        words = WORD.findall(text.casefold())
        weeks = {WEEK_OF[word] for word in words if word in WEEK_OF}
        others = set(words) - WEEK_OF.keys()
        plain = others <= HELD | PERIODS | MONTH | EVERY | FILLERS and not SPAN.search(text)
        fortnightly = others & EVERY and not others & MONTH
        if plain and not fortnightly and weeks and others & HELD and others & PERIODS:
            return in_order(weeks)
    return ()


def weeks_of_key(key: str) -> tuple[int, ...]:
    """The weeks that the key of an unlisted format stands for, if any."""
    found = KEY.fullmatch(key)
    return () if found is None else (-1 if found[1] == "L" else int(found[1]),)


def in_order(weeks: set[int]) -> tuple[int, ...]:
    """The weeks as a month has them, the last at the end."""
    return tuple(sorted(weeks, key=lambda week: week if week > 0 else 6))
