"""The XML inside a workbook, an element at a time, so that no tree of it is ever held. Raises Refused.

A part that unpacks to a thousand times its size, declares entities, nests without end or is one single element of
millions of characters is an attack and not a list; each is told by what it would take, before it takes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import IO, Any
from xml.parsers import expat

from clinic.errors import Refused

PORTION = 64 * 1024
MOST_ELEMENTS = 20_000_000
DEEPEST = 100
# Of a text, as of a cell in CSV; of a tag with its attributes, or of a comment.
LONGEST_TEXT = 131_072
LONGEST_TAG = 1024 * 1024
# All else in a workbook is numbers and styles.
WITH_TEXT = {"v", "t"}
# How a workbook writes characters that XML has none for, such as _x000D_; halves of characters stay as they stand.
ESCAPED = re.compile(r"_x(?![dD][89a-fA-F])([0-9a-fA-F]{4})_")


# A name without its prefix; the attributes of an element that begins, None of one that ends; and its text.
# Of v and t, which hold the text of a cell, only the end is told, as only they have a text.
Event = tuple[str, Mapping[str, str] | None, str]


def events(part: IO[bytes], most: int = MOST_ELEMENTS) -> Iterator[Event]:
    """What begins and ends in a part of so many elements, in its order. Raises Refused, or ExpatError for no XML."""
    reader = _Reader(most)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_entities
    parser.StartElementHandler = reader.begin
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    fed = 0
    while portion := part.read(PORTION):
        parser.Parse(portion, False)
        fed += len(portion)
        # A tag that is still open is read from its beginning with every portion.
        if fed - parser.CurrentByteIndex > LONGEST_TAG:
            raise _too_much(f"an element of more than {LONGEST_TAG:,} bytes")
        yield from reader.take()
    parser.Parse(b"", True)
    yield from reader.take()


class _Reader:
    """Collects what the parser tells until it is taken."""

    def __init__(self, most: int) -> None:
        self._found: list[Event] = []
        self._most, self._counted = most, 0
        self._open: list[str] = []
        self._text: list[str] = []
        self._length = 0

    def take(self) -> list[Event]:
        found, self._found = self._found, []
        self._counted += len(found)
        if self._counted > 2 * self._most:
            raise _too_much(f"a part of more than {self._most:,} elements")
        return found

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        self._open.append(name)
        if len(self._open) > DEEPEST:
            raise _too_much(f"elements within each other more than {DEEPEST} deep")
        if name in WITH_TEXT:
            self._text, self._length = [], 0
        else:
            self._found.append((name, attributes, ""))

    def end(self, _name: str) -> None:
        name = self._open.pop()
        text = "".join(self._text) if name in WITH_TEXT else ""
        if "_x" in text:
            text = ESCAPED.sub(lambda escaped: chr(int(escaped[1], 16)), text)
        self._found.append((name, None, text))

    def characters(self, text: str) -> None:
        if self._open[-1] not in WITH_TEXT:
            return
        self._text.append(text)
        self._length += len(text)
        if self._length > LONGEST_TEXT:
            raise _too_much(f"a cell of more than {LONGEST_TEXT:,} characters")


def _refuse_entities(*_declared: Any) -> None:
    raise Refused("The feed is a workbook that declares entities, as none does. Nothing was changed.")


def _too_much(what: str) -> Refused:
    return Refused(f"The feed is a workbook with {what}. Nothing was changed.")
