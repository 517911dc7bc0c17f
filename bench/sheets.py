"""A long spreadsheet of attendance through the importer; and its floor, the driver writing the same rows."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

from django.db import connection
from django.db.models import Max, Model

from attendance.register.imports import ATTENDANCE
from attendance.register.models import Attendance, Report
from bench.company import name_meetings
from bench.counting import Counted
from bench.imports import most_megabytes
from bench.lives import MONDAY
from bench.plain import Plain
from bench.processor import Spent, spent
from bench.world import NOW, build
from clinic.actors import Actor
from clinic.imports.running import Counts, import_sheet
from clinic.models import AuditEntry, Clinic

ROWS_A_CLIENT = 100
HEADER = ("reference", "attended_on", "fellowship", "meeting", "source", "note")
# What an import writes, each after those it refers to.
WRITTEN: tuple[type[Model], ...] = (Attendance, Report, AuditEntry)


@dataclass(frozen=True, slots=True)
class Taken:
    """One import of the file: what it took, how many queries, and what became of the rows."""

    spent: Spent
    queries: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class Figures:
    """The file for the first time, and again; floor: the driver writing the rows that the first one wrote.

    megabytes: the most that the process had, before the first import and after it.
    """

    rows: int
    written: int
    new: Taken
    again: Taken
    floor: Spent
    megabytes: tuple[int, int]


def measure(path: Path, rows: int) -> Figures:
    """Write the file, take it in twice, then write the same rows without all that."""
    clinic = build(max(2, rows // ROWS_A_CLIENT), slug="sheets")
    write(path, clinic, rows)
    last = {model: model._default_manager.aggregate(last=Max("pk"))["last"] or 0 for model in WRITTEN}
    before = most_megabytes()
    new = _take(path, clinic)
    after = most_megabytes()
    again = _take(path, clinic)
    written, floor = write_again(last)
    return Figures(rows, written, new, again, floor, (before, after))


def write(path: Path, clinic: Clinic, rows: int) -> None:
    """Rows as clinics send them: named meetings, fellowships alone or neither; some known, some that cannot be.

    Of a hundred 58 name a meeting, 33 a fellowship and 3 nothing; 4 tell again what is known, and 2 lie in the future.
    """
    meetings = {(meeting.day, number % 4): meeting for number, meeting in enumerate(name_meetings(clinic))}
    known = list(
        clinic.attendances.filter(meeting__isnull=False).values_list(
            "client__reference", "attended_on", "meeting__slug"
        )[: max(1, rows // 25)]
    )
    people = list(clinic.episodes.order_by("client").values_list("client__reference", "intake_on"))
    dice = Random(3)
    with path.open("w", newline="", encoding="utf-8") as file:
        sheet = csv.writer(file)
        sheet.writerow(HEADER)
        for number in range(rows):
            reference, intake_on = people[number % len(people)]
            day = intake_on + timedelta(days=dice.randrange((MONDAY - intake_on).days))
            kind = dice.randrange(100)
            if kind < 58:
                sheet.writerow((reference, day, "", meetings[day.weekday(), number % 4].slug, "slip", ""))
            elif kind < 91:
                sheet.writerow((reference, day, "AA", "", "client", ""))
            elif kind < 94:
                sheet.writerow((reference, day, "", "", "keyworker", "told in the session"))
            elif kind < 98:
                reference, day, slug = known[number % len(known)]
                sheet.writerow((reference, day, "", slug, "keyworker", ""))
            else:
                sheet.writerow((reference, MONDAY + timedelta(days=30), "AA", "", "client", ""))


def _take(path: Path, clinic: Clinic) -> Taken:
    counted, counts = Counted(), Counts()

    def take() -> None:
        nonlocal counts
        counts = import_sheet(ATTENDANCE, path, clinic=clinic, by=Actor.command("bench"), now=NOW).counts

    with connection.execute_wrapper(counted):
        took = spent(take)
    return Taken(took, counted.queries, counts)


def write_again(last: dict[type[Model], int]) -> tuple[int, Spent]:
    """Take away what was written after these numbers and let the driver write it again: how many rows, what it took."""
    plain = Plain()
    writes, number = [], 0
    for model in WRITTEN:
        table = model._meta.db_table
        columns = [str(field.column) for field in model._meta.concrete_fields]
        rows = plain.read(f"SELECT {', '.join(columns)} FROM {table} WHERE id > %s ORDER BY id", last[model])
        number += len(rows)
        writes.append(plain.copying(table, columns, rows))
    for model in reversed(WRITTEN):
        plain.run(f"DELETE FROM {model._meta.db_table} WHERE id > %s", last[model])
        if plain.postgresql:
            plain.run(f"VACUUM {model._meta.db_table}")

    def in_a_transaction() -> None:
        with plain.transaction():
            for write in writes:
                write()

    return number, spent(in_a_transaction)
