"""Takes a spreadsheet in: good rows through the verbs, bad ones into a file beside it that says why."""

from __future__ import annotations

import csv
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import transaction

from clinic import events, garbage
from clinic.actors import Actor
from clinic.effects import Effect
from clinic.errors import Refused
from clinic.imports.rows import Row
from clinic.imports.table import WHY, Columns, Table, opened_table
from clinic.models import Clinic


@dataclass(frozen=True, slots=True)
class Taken:
    """What a row came to, and what a person should know of it although it went in."""

    effect: Effect
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A kind of spreadsheet: its columns, and how its rows are taken in.

    take is handed some readable rows at a time inside a transaction, and answers for each; a row it refuses
    has left nothing behind. With once_each a reference may stand in one row only; without it rows are taken
    in client by client, in the order of the file within each, so that a client is judged anew only once.
    """

    columns: Columns
    take: Callable[[Clinic, Sequence[Row], Actor, datetime], Sequence[Taken | Refused]]
    once_each: bool = False
    rows_at_once: int = 1000


@dataclass(slots=True)
class Counts:
    """How many rows there were and what became of them: read is the sum of the others."""

    read: int = 0
    added: int = 0
    changed: int = 0
    already: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to. rejects: each bad row and why, in the order of the file; notes: sentences."""

    header: Sequence[str]
    counts: Counts
    rejects: list[tuple[Row, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, int]:
        """The counts under the names that scripts rely on."""
        return asdict(self.counts)


def import_sheet(
    sheet: Sheet, path: Path, *, clinic: Clinic, by: Actor, now: datetime, dry_run: bool = False
) -> Imported:
    """Take a file in. Some rows at a time are committed together, so that one cut short is simply run again.

    With dry_run everything is tried and then undone; the database is kept from other writers meanwhile
    where it is SQLite. Raises Refused where the file as a whole cannot be read, with nothing written; and where
    somebody writes to it meanwhile, with what was committed before.
    """
    whole: AbstractContextManager[object] = transaction.atomic() if dry_run else nullcontext()
    with opened_table(path, sheet.columns) as table, whole:
        imported = Imported(table.header, Counts())
        for rows in _portions(sheet, table, imported):
            with garbage.put_off(), transaction.atomic(), events.gathered():
                answers = sheet.take(clinic, rows, by, now)
            for row, answer in zip(rows, answers, strict=True):
                _count(imported, row, answer)
        if dry_run:
            transaction.set_rollback(True)
    imported.rejects.sort(key=lambda reject: reject[0].number)
    imported.counts.rejected = len(imported.rejects)
    return imported


def write_rejects(imported: Imported, path: Path) -> None:
    """Write the bad rows to a CSV file as they stood, each with why; without any, remove an earlier one.

    What a row has beyond the header's columns comes after its why, so that each cell stays in its column.
    """
    if not imported.rejects:
        path.unlink(missing_ok=True)
        return
    width = len(imported.header)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*imported.header, WHY])
        for row, why in imported.rejects:
            padded = [*row.original, *[""] * (width - len(row.original))]
            writer.writerow([*padded[:width], why, *padded[width:]])


def with_faults(sheet: Sheet, rows: Iterable[Row]) -> Iterator[tuple[Row, Refused | None]]:
    """Each row, with why it cannot be handed on where it cannot."""
    first: dict[str, int] = {}
    for row in rows:
        reference = row.text("reference")
        fault = row.fault
        if sheet.once_each and reference and first.setdefault(reference, row.number) != row.number:
            fault = Refused(f"row {first[reference]} has the same reference.", "reference")
        yield row, fault


def _portions(sheet: Sheet, table: Table, imported: Imported) -> Iterator[list[Row]]:
    """The rows that can be handed on, some at a time, those of one client together; the others are rejected here first.

    Of a row whose turn has not come it is kept where it stands, and no more.
    """
    places: defaultdict[str, array[int]] = defaultdict(lambda: array("Q"))
    for row, fault in with_faults(sheet, table.rows()):
        imported.counts.read += 1
        if fault is not None:
            imported.rejects.append((row, row.why(fault)))
        else:
            places[row.text("reference")].extend((row.line, row.number))
    rows: list[Row] = []
    for reference in places if sheet.once_each else sorted(places):
        held = places[reference]
        rows.extend(map(table.row, held[::2], held[1::2]))
        if len(rows) >= sheet.rows_at_once:
            table.text.check_unaltered()
            yield rows
            rows = []
    if rows:
        table.text.check_unaltered()
        yield rows


def portion(sheet: Sheet, rows: Sequence[Row], start: int) -> Sequence[Row]:
    """Of rows in the order in which they are handed on the next ones, after so many; those of one client together."""
    end = start + sheet.rows_at_once
    while end < len(rows) and rows[end].text("reference") == rows[end - 1].text("reference"):
        end += 1
    return rows[start:end]


def _count(imported: Imported, row: Row, answer: Taken | Refused) -> None:
    if isinstance(answer, Refused):
        imported.rejects.append((row, row.why(answer)))
        return
    if answer.note:
        imported.notes.append(f"Row {row.number}: {answer.note}")
    name = answer.effect.value
    setattr(imported.counts, name, getattr(imported.counts, name) + 1)
