"""Cells that the program which opens a file would work out as formulas, and back again. Pure.

Such a cell gets an apostrophe before it, which spreadsheets show as text; one that is read again loses it.
"""

from __future__ import annotations

from collections.abc import Iterable

BEGINS = ("=", "+", "-", "@", "\t", "\r")
OF_A_NUMBER = frozenset("0123456789")
APOSTROPHE = "'"


def harmless(cells: Iterable[str]) -> list[str]:
    """The cells as no program takes them for formulas. A telephone number or a negative one stays as it is."""
    return [APOSTROPHE + cell if _is_formula(cell) else cell for cell in cells]


def as_they_were(cells: Iterable[str]) -> list[str]:
    """The cells that harmless was given."""
    return [cell[1:] if cell.startswith(APOSTROPHE) and _is_formula(cell[1:]) else cell for cell in cells]


def _is_formula(cell: str) -> bool:
    # One that has its apostrophe already would lose it when it is read again, so it gets another.
    bare = cell.lstrip(APOSTROPHE)
    if not bare.startswith(BEGINS):
        return False
    plain = bare[1:].replace(" ", "").replace(".", "")
    number = bare[0] in "+-" and plain != "" and OF_A_NUMBER.issuperset(plain)
    return not number
