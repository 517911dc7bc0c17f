"""A clinic's spreadsheets, written and imported as somebody with a shell would."""

from __future__ import annotations

import csv
from pathlib import Path

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
