"""One row of a spreadsheet: its cells by column, read as the kinds of value there are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import TypeVar

from clinic import checks
from clinic.errors import Refused

WHOLE_NUMBER = re.compile(r"-?\d{1,6}", re.ASCII)
YES_NO = {"yes": True, "no": False}
LONGEST_SHOWN = 60

Word = TypeVar("Word", bound=Enum)


@dataclass(frozen=True, slots=True)
class Row:
    """A row as the file has it. number counts as a spreadsheet does: the header is 1, blank lines count.

    cells: by column, without blanks around them; an empty one means 'not known'. original: as they stood.
    fault: why the row cannot be read at all, where it cannot. line: which of its file's lines it begins with, by which
    it can be found again. Each reading raises Refused with its column.
    """

    number: int
    cells: Mapping[str, str]
    original: Sequence[str]
    fault: Refused | None = None
    line: int = 0

    def text(self, column: str) -> str:
        """The cell; an empty string where it is empty or the file has no such column."""
        return self.cells.get(column, "")

    def day(self, column: str) -> date | None:
        """A date written YYYY-MM-DD."""
        text = self.text(column)
        return checks.iso_date(text, column) if text else None

    def needed_day(self, column: str) -> date:
        """A date in a column that is never empty."""
        return checks.iso_date(self.text(column), column)

    def number_in(self, column: str) -> int | None:
        """A whole number; its range is for the verb to judge."""
        text = self.text(column)
        if not text:
            return None
        if WHOLE_NUMBER.fullmatch(text) is None:
            raise Refused(f"{text!r} is not a whole number.", column)
        return int(text)

    def yes_no(self, column: str) -> bool | None:
        """Yes or no, in capital letters or small ones."""
        text = self.text(column)
        if not text:
            return None
        if text.lower() not in YES_NO:
            raise Refused(f"{text!r} is neither yes nor no.", column)
        return YES_NO[text.lower()]

    def word(self, column: str, words: type[Word]) -> Word | None:
        """One of the words, in capital letters or small ones."""
        text = self.text(column)
        if not text:
            return None
        try:
            return words(text.lower())
        except ValueError:
            known = ", ".join(word.value for word in words)
            raise Refused(f"{text!r} is not one of {known}.", column) from None

    def why(self, refusal: Refused) -> str:
        """The refusal as a sentence that names the row, and its column and value where those are at fault."""
        column = refusal.field
        if column not in self.cells:
            return f"Row {self.number}: {refusal.sentence}"
        value = self.cells[column]
        shown = value if len(value) <= LONGEST_SHOWN else value[:LONGEST_SHOWN] + "…"
        return f"Row {self.number}, {column} {shown!r}: {refusal.sentence}"
