"""The bench of spreadsheets takes one in, and its floor writes the rows that the import wrote."""

import csv
from collections import Counter

import pytest

from bench import sheets
from bench.processor import spent
from bench.sheets import WRITTEN

pytestmark = pytest.mark.django_db(transaction=True)


def rows() -> dict[str, list[dict]]:
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in WRITTEN}


def test_it_measures_new_and_again(tmp_path):
    found = sheets.measure(tmp_path / "attendance.csv", 300)
    assert found.written >= 3 * found.new.counts.added > 0
    assert found.new.counts.read == found.again.counts.read == 300
    assert found.new.counts.rejected == found.again.counts.rejected > 0
    assert found.again.counts.added == found.again.counts.changed == 0
    assert found.again.queries < found.new.queries
    before, after = found.megabytes
    assert 0 < before <= after


def test_the_floor_writes_the_rows_that_the_import_wrote(tmp_path):
    sheets.measure(tmp_path / "attendance.csv", 300)
    imported = rows()
    written, _ = sheets.write_again(dict.fromkeys(WRITTEN, 0))
    assert rows() == imported
    assert written == sum(map(len, imported.values()))


def test_the_file_is_as_clinics_send_them(tmp_path):
    path = tmp_path / "attendance.csv"
    sheets.measure(path, 400)
    with path.open(encoding="utf-8", newline="") as file:
        told = list(csv.DictReader(file))
    assert len(told) == 400
    named = Counter((bool(row["meeting"]), bool(row["fellowship"])) for row in told)
    assert named[True, False] > named[False, True] > named[False, False] > 0


def test_what_is_spent_is_told_by_clock_and_processor():
    took = spent(lambda: sum(range(200_000)))
    assert took.seconds > 0
    assert took.processor == took.own + took.server > 0
