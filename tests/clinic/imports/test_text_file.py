"""A text file of which a line is read when it is asked for: the very lines of its text, however it is read through."""

import os
import random
from contextlib import closing
from pathlib import Path

import pytest

from clinic.errors import Refused
from clinic.imports.records import LINE
from clinic.imports.text_file import opened


def lines_of(path: Path, content: bytes, at_once: int) -> list[str]:
    path.write_bytes(content)
    with opened(path, at_once) as text:
        return [text[position] for position in range(len(text))]


def refusal(path: Path, content: bytes, at_once: int) -> str:
    with pytest.raises(Refused) as refused:
        lines_of(path, content, at_once)
    return refused.value.sentence.removeprefix(str(path))


@pytest.mark.parametrize("at_once", [1, 2, 3, 1 << 20])
def test_they_are_the_lines_of_the_text(tmp_path, at_once):
    dice = random.Random(7)
    for _ in range(200):
        text = "".join(dice.choices(["a", "é", "🙂", "\u2028", "\ufeff", "\n", "\r", "\r\n", ","], k=12))
        for mark in (b"", b"\xef\xbb\xbf"):
            read = lines_of(tmp_path / "a.csv", mark + text.encode(), at_once)
            assert read == LINE.findall((mark + text.encode()).decode("utf-8-sig"))


@pytest.mark.parametrize("at_once", [1, 2, 3, 1 << 20])
def test_what_is_no_utf_8_text_is_refused_with_the_line_that_shows_it(tmp_path, at_once):
    path = tmp_path / "a.csv"
    no_utf8 = " is not UTF-8 (line {}): save it as 'CSV UTF-8'."
    assert refusal(path, "a\nü\ncafé\n".encode() + b"caf\xe9\n", at_once) == no_utf8.format(4)
    assert refusal(path, b"a\n\0\nb\xc3", at_once) == no_utf8.format(3)
    assert "holds a NUL (line 2)" in refusal(path, "é\n\0\n\0".encode(), at_once)


def test_of_nothing_there_is_no_line(tmp_path):
    assert lines_of(tmp_path / "a.csv", b"", 1) == lines_of(tmp_path / "a.csv", b"\xef\xbb\xbf", 10) == []


def test_what_comes_through_a_pipe_is_put_aside():
    reading, writing = os.pipe()
    with closing(os.fdopen(reading)), os.fdopen(writing, "wb") as into:
        into.write(b"a\nb\n")
        into.close()
        with opened(Path(f"/dev/fd/{reading}")) as text:
            assert [text[1], text[0]] == ["b\n", "a\n"]


def test_one_that_is_written_to_meanwhile_is_not_gone_on_with(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a\nb\n", encoding="utf-8")
    with opened(path) as text:
        text.check_unaltered()
        with path.open("a", encoding="utf-8") as file:
            file.write("c\n")
        with pytest.raises(
            Refused, match=r"a\.csv was altered while it was being taken in: import it once more\."
        ):
            text.check_unaltered()
