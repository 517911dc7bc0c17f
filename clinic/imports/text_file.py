"""The lines of a text file however long, each read when it is asked for: of a line only where it begins is kept."""

from __future__ import annotations

import codecs
import os
import re
import shutil
import tempfile
from array import array
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from clinic.errors import Refused

AT_ONCE = 1 << 20
MARK = codecs.BOM_UTF8
END_OF_LINE = re.compile(rb"\r\n?|\n")


class TextFile:
    """The lines of an open file, each with what ends it. Raises Refused where the file was altered meanwhile."""

    def __init__(self, path: Path, file: BinaryIO, at_once: int) -> None:
        """Read it through, so many bytes at once; raises Refused where it is no UTF-8 text."""
        self._path, self._number = path, file.fileno()
        self._stands = self._state()
        # What marks the file as UTF-8 is no part of its first line.
        marked = os.pread(self._number, len(MARK), 0) == MARK
        start = len(MARK) if marked else 0
        _check(path, _parts(file, start, at_once))
        self._begins = _begins(start, _parts(file, start, at_once))

    def __len__(self) -> int:
        return len(self._begins) - 1

    def __getitem__(self, position: int, /) -> str:
        begin, end = self._begins[position], self._begins[position + 1]
        return os.pread(self._number, end - begin, begin).decode()

    def check_unaltered(self) -> None:
        """Raise Refused where somebody has written to the file: its lines are not where they were."""
        if self._state() != self._stands:
            raise Refused(f"{self._path} was altered while it was being taken in: import it once more.")

    def _state(self) -> tuple[int, int]:
        stands = os.fstat(self._number)
        return stands.st_size, stands.st_mtime_ns


@contextmanager
def opened(path: Path, at_once: int = AT_ONCE) -> Iterator[TextFile]:
    """A file open to be read; what comes through a pipe is put aside first. Raises Refused, and OSError."""
    with ExitStack() as stack:
        file: BinaryIO = stack.enter_context(path.open("rb"))
        if not file.seekable():
            aside = stack.enter_context(tempfile.TemporaryFile())
            shutil.copyfileobj(file, aside)
            aside.flush()
            file = aside
        yield TextFile(path, file, at_once)


def _check(path: Path, parts: Iterator[bytes]) -> None:
    """Raise Refused where it is not UTF-8, or holds a NUL, which no text does."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, of_nul = 1, 0
    for part in parts:
        try:
            decoder.decode(part)
        except UnicodeDecodeError as error:
            line += error.object.count(b"\n", 0, error.start)
            raise _no_utf8(path, line) from error
        if not of_nul and (at := part.find(b"\0")) >= 0:
            of_nul = line + part.count(b"\n", 0, at)
        line += part.count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _no_utf8(path, line) from error
    if of_nul:
        raise Refused(f"{path} holds a NUL (line {of_nul}) and is not plain text: save it as 'CSV UTF-8'.")


def _no_utf8(path: Path, line: int) -> Refused:
    return Refused(f"{path} is not UTF-8 (line {line}): save it as 'CSV UTF-8'.")


def _begins(start: int, parts: Iterator[bytes]) -> array[int]:
    """Where each line begins from the start on, and where the last one ends."""
    begins, end, rest = array("Q", [start]), start, b""
    for part in parts:
        # The second half of an end of a line may be in the next part.
        known = rest + part
        rest = b"\r" if known.endswith(b"\r") else b""
        known = known.removesuffix(rest)
        begins.extend(end + found.end() for found in END_OF_LINE.finditer(known))
        end += len(known)
    end += len(rest)
    if begins[-1] < end:
        begins.append(end)
    return begins


def _parts(file: BinaryIO, start: int, at_once: int) -> Iterator[bytes]:
    file.seek(start)
    while part := file.read(at_once):
        yield part
