"""Days and yes or no as people write them: never guessed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.imports.formulas import as_they_were, harmless
from clinic.imports.headings import ALSO_CALLED, bare, guessed
from clinic.imports.lines import COLUMNS
from clinic.imports.written import DayOrder, as_iso, as_yes_no, orders_of, to_ask

DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))
MARKS = st.sampled_from("/.-")
ORDERS = st.sampled_from(DayOrder)


def written(day: date, order: DayOrder, mark: str) -> str:
    first, second = (day.day, day.month) if order is DayOrder.DAY_FIRST else (day.month, day.day)
    return f"{first:02}{mark}{second:02}{mark}{day.year}"


@given(DAYS, ORDERS, MARKS)
def test_a_day_is_read_as_it_was_written(day, order, mark):
    assert as_iso(written(day, order, mark), order) == day.isoformat()
    assert as_iso(day.isoformat(), order) == day.isoformat()
    assert as_iso(f"{day} 00:00:00", None) == day.isoformat()


@given(DAYS, MARKS)
def test_without_being_told_nothing_is_guessed(day, mark):
    text = written(day, DayOrder.DAY_FIRST, mark)
    assert as_iso(text, None) == text


@given(st.lists(DAYS, min_size=1), ORDERS)
def test_the_order_they_were_written_in_is_always_possible_and_the_other_only_where_each_could_be_so(
    days, order
):
    other = next(one for one in DayOrder if one is not order)
    found = orders_of(written(day, order, "/") for day in days)
    assert order in found
    assert (other in found) == all(day.day <= 12 for day in days)


@pytest.mark.parametrize(
    ("texts", "orders"),
    [
        ([], None),
        (["2026-01-07", "soon", ""], None),
        (["07/01/26"], None),
        (["31/01/2026", "01/31/2026"], set()),
        (["99/99/2026", "31/01/2026"], {DayOrder.DAY_FIRST}),
        (["07/01/2026", "x"], set(DayOrder)),
    ],
)
def test_what_is_a_question(texts, orders):
    assert orders_of(texts) == orders


@pytest.mark.parametrize("text", ["44927", "7 Jan 2026", "07/01/26", "01/31/2026", "1/2-2026", "", "x"])
def test_what_cannot_be_read_stays_as_it_stands(text):
    assert as_iso(text, DayOrder.DAY_FIRST) == text


def test_a_day_that_no_calendar_has_is_for_its_reader_to_refuse():
    assert as_iso("31/02/2026", DayOrder.DAY_FIRST) == "2026-02-31"


def test_yes_and_no_and_what_has_to_be_asked():
    assert [as_yes_no(text, {}) for text in ("YES", "n", "True", "", "oui")] == [
        "yes",
        "no",
        "yes",
        "",
        "oui",
    ]
    assert [as_yes_no(text, {"oui": "yes", "?": ""}) for text in ("Oui", "?")] == ["yes", ""]
    assert to_ask(["Yes", "no", "OUI", "oui ", "", "1"]) == ["1", "oui"]


@pytest.mark.parametrize(
    ("headings", "columns"),
    [
        (["reference", "Intake On", "FIRST-NAME"], ["reference", "intake_on", "first_name"]),
        (["Client ID", "Admission date", "Forename"], ["reference", "intake_on", "first_name"]),
        # A column's own name counts more, wherever it stands.
        (["Client", "Reference"], ["", "reference"]),
        (["reference", "reference"], ["reference", ""]),
        (["", "why", "colour"], ["", "", ""]),
    ],
)
def test_columns_are_guessed_by_their_names_and_what_they_are_called(headings, columns):
    assert guessed(headings, COLUMNS.names) == columns


@given(st.lists(st.text(max_size=20)))
def test_no_column_is_guessed_twice(headings):
    chosen = [name for name in guessed(headings, COLUMNS.names) if name]
    assert len(chosen) == len(set(chosen))
    assert len(guessed(headings, COLUMNS.names)) == len(headings)


def test_what_columns_are_called_is_written_as_it_is_compared():
    names = [name for others in ALSO_CALLED.values() for name in others]
    assert [name for name in names if bare(name) != name] == []


@given(st.lists(st.text(st.sampled_from("=+-@'1 a\t"), max_size=6)))
def test_what_is_made_harmless_begins_no_formula_and_is_read_as_it_was(cells):
    safe = harmless(cells)
    assert as_they_were(safe) == cells
    assert not any(cell.startswith(("=", "@", "\t")) for cell in safe)


def test_numbers_stay_as_they_are():
    assert harmless(["+44 7700 900123", "-1.5", "-1+1", "=1"]) == ["+44 7700 900123", "-1.5", "'-1+1", "'=1"]
