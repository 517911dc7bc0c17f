"""Lists that leave: made whole before the first byte goes, and every one in the audit trail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from django.db import transaction

from clinic import audit, clock
from clinic.actors import Actor
from clinic.exports.cells import Value
from clinic.exports.csv_file import write_csv
from clinic.exports.table import Table
from clinic.exports.workbook import write_workbook
from clinic.models import Clinic

# Beyond so many bytes a file is kept on the disk while it is sent, under no name.
IN_MEMORY = 2 * 1024 * 1024


class FileKind(StrEnum):
    """What a list may be taken along as."""

    CSV = "csv"
    XLSX = "xlsx"

    @property
    def content_type(self) -> str:
        """As browsers are told."""
        return {
            FileKind.CSV: "text/csv; charset=utf-8",
            FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }[self]


@dataclass(frozen=True, slots=True)
class Given:
    """A file that stands at its beginning, what to call it, and how many rows it has. Whoever sends it closes it."""

    file: IO[bytes]
    name: str
    kind: FileKind
    rows: int


@transaction.atomic
def give_out(*, table: Table, kind: FileKind, clinic: Clinic, by: Actor, now: datetime) -> Given:
    """Make the file of a list, and note who took how many rows of which list along; no value of them is noted.

    Raises Refused where the list does not go into such a file; nothing is noted then.
    """
    file = cast(IO[bytes], SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115  (closed once it was sent)
    try:
        if kind is FileKind.CSV:
            rows = write_csv(table, file, clinic.time_zone)
        else:
            rows = write_workbook(table, _about(table, clinic, by, now), file, clinic.time_zone)
        file.seek(0)
        audit.record(
            by=by,
            now=now,
            verb="list.exported",
            subject=f"{table.name} as {kind}",
            clinic=clinic,
            client=table.client,
            fields=table.headings,
            rows=rows,
        )
    except BaseException:
        file.close()
        raise
    return Given(file, _file_name(table, kind, clinic, now), kind, rows)


def _about(table: Table, clinic: Clinic, by: Actor, now: datetime) -> Iterator[tuple[str, Value]]:
    yield "Clinic", clinic.name
    yield "As of", now
    yield "Times are those of", clinic.time_zone
    yield "Taken along by", by.label
    yield from table.filters
    notice = table.notice(clinic)
    if notice:
        yield "Notice", notice


def _file_name(table: Table, kind: FileKind, clinic: Clinic, now: datetime) -> str:
    """Which list, whose and of when; it names no client, for the names of files are seen by many."""
    day = clock.local_date(now, clinic.time_zone).isoformat()
    parts = (table.name, table.of, clinic.slug, day, "confidential" if table.about_clients else "")
    return f"{'_'.join(part for part in parts if part)}.{kind}"
