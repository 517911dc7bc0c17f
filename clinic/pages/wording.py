"""Dates in the sentences of pages: verbs name days as spreadsheets and other systems do, people read them in words."""

import re
from datetime import date

from clinic.weeks import day_text

# One in quotation marks is somebody's own words, such as a reference.
ISO_DATE = re.compile(r"(?<![\w'\"“-])\d{4}-\d\d-\d\d(?![\w-])")


def in_words(sentence: str) -> str:
    """The sentence with its dates such as 2 March 2026."""
    return ISO_DATE.sub(_day, sentence)


def _day(found: re.Match[str]) -> str:
    try:
        return day_text(date.fromisoformat(found.group()))
    except ValueError:
        return found.group()
