"""The number of a row is told from every other text."""

import pytest

from clinic.numbers import LONGEST, row_number


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("7", 7), ("007", 7), ("9" * LONGEST, 10**18 - 1)])
def test_plain_digits_give_it(text, number):
    assert row_number(text) == number


@pytest.mark.parametrize(
    "text", ["", " ", "-1", "+1", "1.0", "1_000", " 7", "7\n", "٣", "²", "seven", "9" * 19, "9" * 5000]
)
def test_all_else_gives_none(text):
    assert row_number(text) is None
