"""What is kept of a text on one line, whoever wrote it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.texts import one_line


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Ana   Madeup ", "Ana Madeup"),
        ("Ana\r\nMadeup", "Ana Madeup"),
        ("Ana\x0bMadeup\u2028Other\u2029", "Ana Madeup Other"),
        ("A\x1b[31mna", "A[31mna"),
        ("A\x00n\x7fa\x9b", "Ana"),
        ("Ana \u202e Madeup", "Ana Madeup"),
        ("\u2066Ana\u2069\ufeff", "Ana"),
        ("A\ud800na", "Ana"),
        ("\x1b\u202e", ""),
    ],
)
def test_white_space_is_folded_and_what_nobody_can_read_is_dropped(written, kept):
    assert one_line(written) == kept


@pytest.mark.parametrize(
    "name", ["Zoë", "Nguyễn Thị Ánh", "O’Brien-Łuk", "می‌خواهم", "क्‍ष", "李小龍", "אנה", "👩‍⚕️"]
)
def test_names_of_every_script_stay_as_they_are(name):
    assert one_line(name) == name


@given(st.text())
def test_whatever_is_written_is_one_line_without_control_characters_and_stays_so(text):
    kept = one_line(text)
    assert not [one for one in kept if unicodedata.category(one) in {"Cc", "Cs", "Zl", "Zp"}]
    assert kept == kept.strip()
    assert one_line(kept) == kept
