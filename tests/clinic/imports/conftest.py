"""The clients' spreadsheet."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.spreadsheets import Spreadsheet


@pytest.fixture
def clients(tmp_path: Path) -> Callable[..., Spreadsheet]:
    """Writes rows of it; they are about S1 and its intake where they say nothing else."""
    sheet = Spreadsheet("clients", tmp_path)
    return lambda *rows: sheet.write(*({"reference": "S1", "intake_on": "2026-01-07"} | row for row in rows))
