"""In which portions the rows of a file are handed on, and what one costs whose turn has not come."""

import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from clinic.effects import Effect
from clinic.errors import Refused
from clinic.imports.rows import Row
from clinic.imports.running import Sheet, Taken, import_sheet, portion
from clinic.imports.table import Columns, opened_table
from tests.cast import BY, NOW

pytestmark = pytest.mark.django_db

COLUMNS = Columns(names=("reference", "note"), needed=("reference",))
Numbers = list[list[int]]


def handed_on(clinic, path: Path, act: Callable[[], object] = lambda: None, **options) -> Numbers:
    """The numbers of the rows of each portion."""
    found: Numbers = []

    def take(clinic, rows: Sequence[Row], by, now) -> list[Taken]:
        found.append([row.number for row in rows])
        act()
        return [Taken(Effect.ALREADY)] * len(rows)

    import_sheet(Sheet(COLUMNS, take, **options), path, clinic=clinic, by=BY, now=NOW)
    return found


@pytest.fixture
def a_file(tmp_path):
    def a_file(*references: str) -> Path:
        path = tmp_path / "a.csv"
        path.write_text("\n".join(["reference,note", *references]), encoding="utf-8")
        return path

    return a_file


def test_those_of_a_client_are_together_and_in_the_order_of_the_file(clinic, a_file):
    path = a_file("B,", "A,", "", ",empty", 'C,"over\ntwo lines"', "A,", 'A,"left open', "C,", "B,")
    assert handed_on(clinic, path, rows_at_once=100) == [[3, 7, 2, 10, 6, 9]]
    assert handed_on(clinic, path, rows_at_once=3) == [[3, 7, 2, 10], [6, 9]]
    assert handed_on(clinic, path, rows_at_once=1) == [[3, 7], [2, 10], [6, 9]]


def test_where_each_has_one_row_they_are_in_the_order_of_the_file(clinic, a_file):
    path = a_file("B,", "A,", "B,", "C,")
    assert handed_on(clinic, path, once_each=True, rows_at_once=2) == [[2, 3], [5]]


def test_a_page_hands_on_the_same_portions(clinic, a_file):
    path = a_file("B,", "A,", "C,", "A,", "C,", "B,", "A,", "D,")
    with opened_table(path, COLUMNS) as table:
        rows = sorted(table.rows(), key=lambda row: row.text("reference"))
    for size in range(1, 9):
        sheet, numbers, done = Sheet(COLUMNS, lambda *_: [], rows_at_once=size), [], 0
        while some := portion(sheet, rows, done):
            numbers.append([row.number for row in some])
            done += len(some)
        assert numbers == handed_on(clinic, path, rows_at_once=size)


def test_a_file_that_is_written_to_meanwhile_is_not_gone_on_with(clinic, a_file):
    path = a_file("A,", "B,", "C,")

    def alter() -> None:
        path.write_text("reference,note\nC,other\nB,rows", encoding="utf-8")

    with pytest.raises(Refused, match="was altered while it was being taken in"):
        handed_on(clinic, path, alter, rows_at_once=1)


def test_a_row_whose_turn_has_not_come_costs_next_to_nothing(clinic, a_file):
    def most_bytes(rows: int) -> int:
        path = a_file(*(f"S{number % 50},{'a note of some length' * 4}" for number in range(rows)))
        tracemalloc.start()
        try:
            handed_on(clinic, path, rows_at_once=50)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    most_bytes(100)
    few, many = most_bytes(1_000), most_bytes(5_000)
    # Where it stands, its number, and where its line begins; and the numbers that this test keeps.
    assert (many - few) / 4_000 < 200
