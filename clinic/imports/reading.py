"""How the columns of somebody's file are read as those of a kind of spreadsheet, and its rows by that. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from clinic.errors import Refused
from clinic.imports.formulas import as_they_were
from clinic.imports.headings import bare, guessed
from clinic.imports.records import CsvRecord
from clinic.imports.rows import Row
from clinic.imports.table import WHY, Columns
from clinic.imports.written import DayOrder, as_iso, as_yes_no, orders_of, to_ask

EXAMPLES = 3
LONGEST_EXAMPLE = 60
# More different words than these are no yes or no.
MOST_WORDS = 12
MOST_COLUMNS = 200
LONGEST_HEADING = 200


@dataclass(frozen=True, slots=True)
class ColumnLook:
    """What stands under one heading, as far as one has to know it to match it.

    orders: in which orders its days can be read, None where that is no question; words: what may mean yes or no and
    has to be asked about, None where they are too many for that.
    """

    heading: str
    examples: list[str]
    orders: list[str] | None
    words: list[str] | None


@dataclass(frozen=True, slots=True)
class Look:
    """A file at first sight: its columns, how many rows were looked at, and whether those were all."""

    columns: list[ColumnLook]
    rows: int
    whole: bool

    @property
    def headings(self) -> list[str]:
        """The cells of its first row."""
        return [column.heading for column in self.columns]

    def as_json(self) -> dict[str, Any]:
        """Plain values, for the database."""
        return asdict(self)

    @classmethod
    def from_json(cls, held: Mapping[str, Any]) -> Look:
        """What as_json made."""
        return cls([ColumnLook(**column) for column in held["columns"]], held["rows"], held["whole"])


@dataclass(frozen=True, slots=True)
class Reading:
    """columns: that of each heading, empty for one that is left out. order: of days with the year last.

    words: what stands for yes and for no, or empty for not known, in small letters. same: columns the file has not
    got, with what every row is to hold.
    """

    columns: list[str]
    order: str = ""
    words: dict[str, str] = field(default_factory=dict)
    same: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain values, for the database."""
        return asdict(self)

    @property
    def day_order(self) -> DayOrder | None:
        """The order, where one was said."""
        return DayOrder(self.order) if self.order else None


def headings_in(first: CsvRecord | None) -> list[str]:
    """The headings a file begins with. Raises Refused where there are none, or too many."""
    if first is None:
        raise Refused("The file is empty: its first row names the columns.")
    if first.fault:
        raise Refused(f"The first row, which names the columns, cannot be read: {first.fault}.")
    headings = [cell.strip()[:LONGEST_HEADING] for cell in first.cells]
    while headings and not headings[-1]:
        headings.pop()
    if len(headings) > MOST_COLUMNS:
        raise Refused(f"The file has {len(headings)} columns, of {MOST_COLUMNS} at most.")
    return headings


def look_at(headings: Sequence[str], records: Iterable[CsvRecord], whole: bool) -> Look:
    """What stands under each heading."""
    texts: list[dict[str, None]] = [{} for _ in headings]
    rows = 0
    for rows, record in enumerate(records, start=1):  # noqa: B007  (how many there were is what is wanted)
        if not record.fault:
            for held, cell in zip(texts, record.cells, strict=False):
                if cell.strip():
                    held.setdefault(cell.strip())
    return Look([_column(*one) for one in zip(headings, texts, strict=True)], rows, whole)


def _column(heading: str, texts: Mapping[str, None]) -> ColumnLook:
    orders, words = orders_of(texts), to_ask(texts)
    return ColumnLook(
        heading=heading,
        examples=[text[:LONGEST_EXAMPLE] for text in list(texts)[:EXAMPLES]],
        orders=None if orders is None else sorted(orders),
        words=[word[:LONGEST_EXAMPLE] for word in words] if len(words) <= MOST_WORDS else None,
    )


def digest_of(headings: Sequence[str]) -> str:
    """The same for the same headings in their order, however they are spaced and capitalized."""
    return hashlib.sha256(json.dumps([bare(heading) for heading in headings]).encode()).hexdigest()


def first_guess(look: Look, columns: Columns) -> Reading:
    """What the headings and the cells say plainly, and no more."""
    chosen = guessed(look.headings, columns.names)
    possible = orders_under(look, chosen, columns)
    plain = possible is not None and len(possible) == 1
    return Reading(chosen, order=next(iter(possible)) if possible and plain else "")


def orders_under(look: Look, chosen: Sequence[str], columns: Columns) -> set[str] | None:
    """In which orders the days of the chosen columns can be read; None where nobody need say. One alone is plain."""
    held = [
        set(column.orders)
        for column, name in zip(look.columns, chosen, strict=True)
        if name in columns.days and column.orders is not None
    ]
    return set.intersection(*held) if held else None


def words_under(look: Look, chosen: Sequence[str], columns: Columns) -> list[str]:
    """The words of the chosen columns of which somebody has to say whether they mean yes or no."""
    found = {
        word
        for column, name in zip(look.columns, chosen, strict=True)
        if name in columns.yes_no
        for word in column.words or ()
    }
    return sorted(found)


def kept_headings(headings: Sequence[str]) -> list[str]:
    """The headings that a file of rejected rows has of this one: all but what such a file says of each row."""
    return [heading for heading in headings if heading.strip() != WHY]


def rows_by(
    records: Iterable[CsvRecord], headings: Sequence[str], reading: Reading, columns: Columns
) -> Iterator[Row]:
    """The rows after the headings, each with its cells by our columns in our words, or why it cannot be read."""
    for record in records:
        yield _row(record, headings, reading, columns)


def _row(record: CsvRecord, headings: Sequence[str], reading: Reading, columns: Columns) -> Row:
    number, cells, fault = record
    cells = as_they_were(cells)
    if fault:
        return Row(number, {}, cells, Refused(f"{fault}."))
    while len(cells) > len(headings) and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) != len(headings):
        many = "many" if len(cells) > len(headings) else "few"
        return Row(
            number,
            {},
            cells,
            Refused(f"too {many} cells: it has {len(cells)}, and the first row {len(headings)}."),
        )
    held = dict(reading.same)
    for name, cell in zip(reading.columns, cells, strict=True):
        if name:
            held[name] = _in_our_words(name, cell.strip(), reading, columns)
    original = [cell for heading, cell in zip(headings, cells, strict=True) if heading.strip() != WHY]
    for name in columns.needed:
        if not held.get(name):
            return Row(number, held, original, Refused("it is empty, and every row needs it.", name))
    return Row(number, held, original)


def _in_our_words(name: str, cell: str, reading: Reading, columns: Columns) -> str:
    if name in columns.days:
        return as_iso(cell, reading.day_order)
    if name in columns.yes_no:
        return as_yes_no(cell, reading.words)
    return cell
