"""Runs a management command as a script would, and keeps what it said."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandError

from tests.cast import NOW


@dataclass(frozen=True)
class Ran:
    """What came of a command: its exit code, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def summary(self) -> Any:
        """The JSON object in the last line."""
        return json.loads(self.out.splitlines()[-1])

    @property
    def table(self) -> list[dict[str, str]]:
        """The rows of a command that prints CSV."""
        return list(csv.DictReader(io.StringIO(self.out)))


def run(name: str, *arguments: Any, now: str | None = NOW.isoformat()) -> Ran:
    """Run a command with --now."""
    out, err = io.StringIO(), io.StringIO()
    moment = ["--now", now] if now is not None else []
    code = 0
    try:
        call_command(name, *map(str, arguments), *moment, stdout=out, stderr=err)
    except CommandError as error:
        code = error.returncode if error.returncode != 1 else 2
        err.write(f"{error}\n")
    except SystemExit as left:
        code = int(left.code or 0)
    return Ran(code, out.getvalue(), err.getvalue())
