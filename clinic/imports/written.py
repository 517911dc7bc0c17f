"""Days and yes or no as people write them, put into the words of the columns. Pure.

Nothing is guessed: what may be read in two ways is read as somebody says, and what cannot be read stays as it stands,
so that the sentence about it shows what is in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

# The year last and in full: 07/01/2026, 7.1.2026, 07-01-2026.
YEAR_LAST = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})", re.ASCII)
# What a program adds to a day that it keeps as a moment.
MIDNIGHT = re.compile(r"[ T]0?0:00(:00(\.0+)?)?Z?$")
# So plain that nobody need be asked.
PLAIN_WORDS = {"yes": "yes", "no": "no", "y": "yes", "n": "no", "true": "yes", "false": "no"}


class DayOrder(StrEnum):
    """Which number of 07/01/2026 is the day."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


def as_iso(text: str, order: DayOrder | None) -> str:
    """The day as YYYY-MM-DD; as it stands where it is written otherwise, or there is no such month.

    One that no calendar has, such as 31/02/2026, is written so as well: that it is none is for its reader to say.
    """
    text = MIDNIGHT.sub("", text.strip())
    found = YEAR_LAST.fullmatch(text)
    if found is None or order is None:
        return text
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    day, month = (first, second) if order is DayOrder.DAY_FIRST else (second, first)
    return f"{year:04}-{month:02}-{day:02}" if 1 <= month <= 12 else text


def orders_of(texts: Iterable[str]) -> set[DayOrder] | None:
    """In which orders all of these days can be read; None where none is written with the year last.

    Two of them are a question, and so is none: then the file has days in both.
    """
    found: set[DayOrder] | None = None
    for text in texts:
        bare = MIDNIGHT.sub("", text.strip())
        if YEAR_LAST.fullmatch(bare) is None:
            continue
        possible = {order for order in DayOrder if _is_day(as_iso(bare, order))}
        # One that is no day in either order says nothing about the others.
        if possible:
            found = possible if found is None else found & possible
    return found


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def as_yes_no(text: str, words: Mapping[str, str]) -> str:
    """Yes or no, empty for not known; words: what somebody said of others, in small letters."""
    word = text.strip().casefold()
    return PLAIN_WORDS.get(word) or words.get(word, text)


def to_ask(texts: Iterable[str]) -> list[str]:
    """The words for yes or no about which one has to ask, in small letters and each once."""
    return sorted({word for text in texts if (word := text.strip().casefold()) and word not in PLAIN_WORDS})
