"""Altering a list as a list: a value in its JSON, a cell of its CSV, a part of its workbook; now and then its bytes."""

from __future__ import annotations

import csv
import io
import json
import random
import zipfile
from collections.abc import Callable
from typing import Any

Mutate = Callable[[bytes, int], bytes]
# What parsers look for, and what has broken parsers before.
VALUES: list[Any] = [
    None, True, False, "", " ", 0, -1, 1, 6, 7, 8, 1e308, -0.0, float("nan"), float("inf"), 10**400, "1" * 400,
    "\ud800", "\0", "\u2028", "\u202e", "ﷺ" * 90, "İ", "ß" * 300, "a" * 70, "x:y", "a" * 1100, "monday", "Sunday",
    "24:00", "00:00", "7 pm", "12 am", "noon", "25:00", "19:30:00", "24:00:00", "00:00:01", "٣:٣٠", "²:00", "¼",
    "2025-01-01 00:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "12/30/19", "1/2/2025 1:00:00 AM",
    "Europe/London", "../etc", "UTC", "TC", "ONL", "VM", "HYBR", "O,C", "TC,ONL", "Wo1,WoL", "online", "inactive",
    "<b", "<!--", "-->", "<script>", "</script>", "<style", "&#0;", "&#xd800;", "&#x110000;", "&amp;lt;", "&nbsp;",
    "<br>" * 40, "<p " * 40, "http://[", "https://[::1]:99999/", "//a.b", "javascript:1", "a.b", "http://\u2100.c",
    "53.8", "-181", "nan", "1e999", "5_0", "53.8,-1.5", "A > B", ">", "D", "TRUE", "1", "#@-@#", "a#@-@#b",
    "observer_only#@-@#",
    [], {}, [[]], [None], ["O", "C", 7], list(range(-2, 9)), {"a": []}, ["Monday", "Friday"], "Monday and Friday",
]  # fmt: skip
# What is quick to read once may be slow to read ten thousand times.
MANY = 20_000
DEEP = "as deep as it gets"
# XML that a workbook is made of.
PIECES = [
    b"<c>", b"</c>", b"<v>", b"</v>", b"<row>", b"</row>", b"<row r='9'>", b' t="s"', b' t="b"', b' t="e"', b' t="d"',
    b' t="n"', b' t="str"', b' t="inlineStr"', b"<is><t>x</t></is>", b"<f>A1</f>", b' r="A1"', b' r="XFD1"', b' r="A0"',
    b' r="B9999999"', b' s="1"', b' s="99"', b' s="-1"', b"<v>1e999</v>", b"<v>-1</v>", b"<v>99999999</v>",
    b"<v>nan</v>",
    b"<v>43831.5</v>", b"<v></v>", b"<si><t>x</t></si>", b"<r><t>y</t></r>", b"<rPh><t>z</t></rPh>", b"&#0;", b"&lt;",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"<sheetData/>", b"<sheetData>", b' date1904="1"', b' numFmtId="14"',
    b' numFmtId="165"', b' formatCode="h:mm"', b"../", b"sheet1.xml", b"rId1", b'state="hidden"', b"1", b"0", b'"',
]  # fmt: skip


class Mutator:
    """Alters data of at most so many bytes; mutate is the fuzzer's own way with bytes, guided by coverage."""

    def __init__(self, mutate: Mutate) -> None:
        self._mutate = mutate

    def __call__(self, data: bytes, largest: int, seed: int) -> bytes:
        """The data, altered."""
        dice = random.Random(seed)  # noqa: S311  (nothing secret hangs on it)
        if dice.random() < 0.25:
            return self._mutate(data, largest)
        for way in (self._workbook, self._json, self._sheet):
            try:
                altered = way(data, dice)
            except Exception:  # noqa: S112  (data that is broken already is altered as bytes)
                continue
            return altered[:largest] if altered else b""
        return self._mutate(data, largest)

    def _text(self, text: str, dice: random.Random) -> str:
        if dice.random() < 0.4:
            return str(dice.choice(VALUES))
        if dice.random() < 0.05:
            repeated = str(dice.choice(VALUES)) or " "
            return text + repeated * (MANY // len(repeated)) + dice.choice(["", "x", text])
        if dice.random() < 0.3:
            place = dice.randint(0, len(text))
            return text[:place] + str(dice.choice(VALUES)) * dice.choice([1, 1, 1, 30]) + text[place:]
        return self._mutate(text.encode("utf-8", "surrogatepass"), 400).decode("utf-8", "replace")

    def _json(self, data: bytes, dice: random.Random) -> bytes:
        text = data.decode()
        begin, end = "", ""
        if not text.startswith(("[", "{")):
            begin, _, text = text.partition("(")
            begin, (text, end) = f"{begin}(", (text.rpartition(")")[0], ");")
        value = json.loads(text)
        for _ in range(dice.choice([1, 1, 2, 4])):
            value = self._value(value, dice)
        if dice.random() < 0.05:
            begin, end = ("", "") if begin else ("/**/cb(", ");")
        if dice.random() < 0.05:
            value = {"meetings": value, "formats": value} if isinstance(value, list) else value
        written = begin + json.dumps(value, ensure_ascii=dice.random() < 0.5) + end
        depth = dice.randint(1, 1000)
        return written.replace(f'"{DEEP}"', "[" * depth + "]" * depth).encode("utf-8", "replace")

    def _value(self, value: Any, dice: random.Random) -> Any:
        """The value with something in it altered, most often deep inside."""
        if isinstance(value, dict) and value and dice.random() < 0.9:
            key = dice.choice(list(value))
            what = dice.random()
            if what < 0.1:
                return {name: one for name, one in value.items() if name != key}
            if what < 0.2:
                return value | {key: value[dice.choice(list(value))]}
            return value | {key: self._value(value[key], dice)}
        if isinstance(value, list) and value and dice.random() < 0.9:
            at = dice.randrange(len(value))
            what = dice.random()
            if what < 0.1:
                return [*value[:at], *value[at + 1 :]]
            if what < 0.2 and len(value) < 20:
                return [*value, value[at]]
            return [*value[:at], self._value(value[at], dice), *value[at + 1 :]]
        if isinstance(value, str) and dice.random() < 0.6:
            return self._text(value, dice)
        what = dice.random()
        if what < 0.03:
            return DEEP
        if what < 0.06:
            return (
                [*range(MANY // 4)]
                if dice.random() < 0.5
                else [value] * min(MANY // (1 + len(str(value))), 5000)
            )
        return dice.choice(VALUES)

    def _sheet(self, data: bytes, dice: random.Random) -> bytes:
        if data.startswith((b"PK", b"[", b"{")):
            raise ValueError("no sheet")
        rows = list(csv.reader(io.StringIO(data.decode(), newline="")))
        if not rows or len(rows[0]) < 2:
            raise ValueError("no sheet")
        for _ in range(dice.choice([1, 1, 2, 4])):
            what, at = dice.random(), dice.randrange(len(rows))
            if what < 0.05 and len(rows) > 1:
                del rows[at]
            elif what < 0.1 and len(rows) < 20:
                rows.append(list(rows[at]))
            elif rows[at]:
                # Headings are worth less: most of what can be done to them is refused.
                at = at or dice.choice([0, len(rows) - 1])
                cell = dice.randrange(len(rows[at])) if rows[at] else 0
                if rows[at]:
                    rows[at][cell] = self._text(rows[at][cell], dice)
                    if dice.random() < 0.05:
                        rows[at].insert(cell, "")
        text = io.StringIO()
        notation = dice.choice([csv.unix_dialect, csv.excel])
        csv.writer(text, notation).writerows(rows)
        return text.getvalue().encode("utf-8", "replace")

    def _workbook(self, data: bytes, dice: random.Random) -> bytes:
        if not data.startswith(b"PK"):
            raise ValueError("no workbook")
        with zipfile.ZipFile(io.BytesIO(data)) as source:
            parts = {part.filename: source.read(part) for part in source.infolist()}
        often = [name for name in parts if "sheet" in name or "Strings" in name or "styles" in name]
        name = dice.choice(often if often and dice.random() < 0.8 else list(parts))
        content = parts[name]
        what = dice.random()
        if what < 0.05:
            del parts[name]
        elif what < 0.5:
            for _ in range(dice.choice([1, 2, 4])):
                place = dice.randint(0, len(content))
                if dice.random() < 0.7:
                    # Between two elements or attributes, where a piece is likely to be sound.
                    place = max(content.find(dice.choice([b">", b" ", b"<"]), place), 0) + dice.randint(0, 1)
                content = content[:place] + dice.choice(PIECES) + content[place + dice.choice([0, 0, 3]) :]
            parts[name] = content
        elif what < 0.7:
            start, length = dice.randint(0, len(content)), dice.randint(1, 40)
            parts[name] = content[:start] + content[start + length :]
        else:
            parts[name] = self._mutate(content, len(content) + 64)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as target:
            for part, written in parts.items():
                # With no date of its own, so that the same number makes the same bytes.
                target.writestr(zipfile.ZipInfo(part), written)
        return packed.getvalue()
