"""A clinic's spreadsheets, written and imported as somebody with a shell would, or sent as somebody at a page would."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from attendance.spreadsheets import uploading, working
from clinic.actors import Actor
from clinic.imports.reading import Reading
from clinic.models import Clinic, Role, SpreadsheetState
from clinic.models import Spreadsheet as Sent
from tests import cast
from tests.cast import NOW
from tests.commands import Ran, run


class Spreadsheet:
    """A file of one kind, which may be imported again and again."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind = kind
        self.path = folder / f"{kind}.csv"

    def write(self, *rows: dict[str, str]) -> Spreadsheet:
        """Put these rows in it, by column, in place of what it held."""
        columns = list(dict.fromkeys(name for row in rows for name in row))
        with self.path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)
        return self

    def take_in(self, *options: str, clinic: str = "riverside", **moment: str) -> Ran:
        """Import it."""
        return run("import_csv", self.kind, self.path, "--clinic", clinic, *options, **moment)

    @property
    def rejects_path(self) -> Path:
        """Where its bad rows go."""
        return self.path.with_name(f"{self.path.name}.rejected.csv")

    @property
    def rejects(self) -> list[dict[str, str]]:
        """Its bad rows."""
        if not self.rejects_path.exists():
            return []
        with self.rejects_path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    @property
    def why(self) -> list[str]:
        """What is wrong with them."""
        return [row["why"] for row in self.rejects]


def counts(
    read: int, added: int = 0, changed: int = 0, already: int = 0, rejected: int = 0
) -> dict[str, int]:
    """The JSON of an import."""
    return {"read": read, "added": added, "changed": changed, "already": already, "rejected": rejected}


def content_of(*rows: Sequence[str]) -> bytes:
    """A CSV file of these rows."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def a_sender(clinic: Clinic, username: str = "sender") -> Actor:
    """Somebody of the clinic who sends spreadsheets."""
    return Actor.staff(cast.a_keyworker(clinic, username, Role.MANAGER))


def a_spreadsheet_to_match(
    clinic: Clinic, kind: str, *rows: Sequence[str], by: Actor | None = None, now: datetime = NOW
) -> Sent:
    """Rows that somebody sent, the headings first."""
    return uploading.upload(
        clinic=clinic,
        kind=kind,
        content=content_of(*rows),
        file_name=f"{kind}.csv",
        by=by or a_sender(clinic),
        now=now,
    )


def is_matched(held: Sent, by: Actor, reading: Reading | None = None, now: datetime = NOW) -> None:
    """Have it checked, its columns as they were guessed unless they are said."""
    uploading.match(spreadsheet=held, reading=reading or uploading.reading_of(held), by=by, now=now)


def goes_on(held: Sent, now: datetime = NOW) -> Sent:
    """A worker goes on with it to the end of the present work."""
    while working.work(held.pk, lambda: now, lambda: True):
        pass
    held.refresh_from_db()
    return held


def a_spreadsheet_checked(
    clinic: Clinic, kind: str, *rows: Sequence[str], by: Actor | None = None, now: datetime = NOW
) -> Sent:
    """Rows that somebody sent and matched, and that were checked."""
    by = by or a_sender(clinic)
    held = a_spreadsheet_to_match(clinic, kind, *rows, by=by, now=now)
    is_matched(held, by, now=now)
    return goes_on(held, now)


def a_spreadsheet_taken_in(
    clinic: Clinic, kind: str, *rows: Sequence[str], by: Actor | None = None, now: datetime = NOW
) -> Sent:
    """Rows that were taken in."""
    by = by or a_sender(clinic)
    held = a_spreadsheet_checked(clinic, kind, *rows, by=by, now=now)
    uploading.take_in(spreadsheet=held, by=by, now=now)
    assert goes_on(held, now).state == SpreadsheetState.TAKEN_IN
    return held


def is_taken_back(held: Sent, by: Actor | None = None, now: datetime = NOW) -> Sent:
    """All that it wrote is taken back."""
    uploading.take_back(spreadsheet=held, by=by or a_sender(held.clinic), now=now)
    return goes_on(held, now)
