"""What stands in a cell of a list that somebody takes along. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from clinic.texts import one_line

# A cell's content: a moment is aware; None is an empty cell.
Value = str | int | bool | date | datetime | time | None
# The most characters that Excel keeps in a cell.
LONGEST = 32_767
# With one of these at its beginning a spreadsheet takes a text for something to reckon out; the wide ones as well.
BEGINS_A_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
# A telephone number, or a number below zero: nothing to reckon out, and to be read by others as it stands.
A_NUMBER = re.compile(r"[+-]\d[\d ]*(?:\.\d+)?", re.ASCII)


def text(content: str) -> str:
    """A text as a cell has it: on one line, without what no cell may hold, and no longer than a cell is."""
    line = one_line(content)
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def local(value: datetime, time_zone: str) -> datetime:
    """A moment as the clinic's clocks show it, to the minute and without its zone: a cell has none."""
    return value.astimezone(ZoneInfo(time_zone)).replace(tzinfo=None, second=0, microsecond=0)


def in_words(value: Value, time_zone: str) -> str:
    """A value as text: yes and no, dates as 2026-03-02, moments as 2026-03-02 14:30 by the clinic's clocks."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{local(value, time_zone):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return text(value) if isinstance(value, str) else str(value)


def defused(content: str) -> str:
    """A text that no spreadsheet takes for a formula: where one might, an apostrophe stands before it.

    Telephone numbers such as +447700900123 stay as they are.
    """
    if content.startswith(BEGINS_A_FORMULA) and A_NUMBER.fullmatch(content) is None:
        return f"'{content}"
    return content
