"""Do two records look like one person, and why? Pure: plain values in, reasons out.

A suspicion is a question for a person and never more: families share telephones, and twins a day of birth.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from itertools import combinations

# From here on two names are as alike as a slip of the finger or of the ear leaves them.
ALIKE = 0.8
# So many on one number are a ward's or a hostel's, and say nothing about any two of them.
SHARED_BY_MANY = 8

SAME_BIRTHDAY = "the same date of birth, and names alike"
SAME_NAME = "the same name, and one date of birth not known"
SAME_MOBILE = "the same mobile number"
SAME_EMAIL = "the same e-mail address"


@dataclass(frozen=True, slots=True)
class Record:
    """What tells who a client is. key: whatever the asker knows the record by."""

    key: int
    first_name: str = ""
    last_name: str = ""
    date_of_birth: date | None = None
    mobile: str = ""
    email: str = ""

    @property
    def name(self) -> tuple[str, ...]:
        """The words of the name without accents, hyphens and capital letters, in the order of the alphabet."""
        plain = unicodedata.normalize("NFKD", f"{self.first_name} {self.last_name}".casefold())
        kept = "".join(
            letter if letter.isalnum() else " " for letter in plain if not unicodedata.combining(letter)
        )
        return tuple(sorted(kept.split()))


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Two records that may be one person, and what speaks for it."""

    one: int
    other: int
    reasons: tuple[str, ...]


def reasons(one: Record, other: Record) -> tuple[str, ...]:
    """What speaks for one person, strongest first; nothing where their dates of birth speak against it."""
    born = {one.date_of_birth, other.date_of_birth} - {None}
    if len(born) == 2:
        return ()
    same_day = one.date_of_birth is not None and one.date_of_birth == other.date_of_birth
    told = []
    if same_day and alike(one, other):
        told.append(SAME_BIRTHDAY)
    elif len(one.name) > 1 and one.name == other.name:
        told.append(SAME_NAME)
    if one.mobile and one.mobile == other.mobile:
        told.append(SAME_MOBILE)
    if one.email and one.email.casefold() == other.email.casefold():
        told.append(SAME_EMAIL)
    return tuple(told)


def alike(one: Record, other: Record) -> bool:
    """Whether two names may be the same, written otherwise: words swapped, left out, shortened or misspelt."""
    if not one.name or not other.name:
        return False
    fewer, more = sorted((one.name, other.name), key=len)
    if set(fewer) <= set(more):
        return True
    return SequenceMatcher(None, "".join(one.name), "".join(other.name)).ratio() >= ALIKE


def suspicions(records: Sequence[Record]) -> list[Suspicion]:
    """Every two of these that may be one person, most reasons first; only those who share something are compared."""
    seen: set[tuple[int, int]] = set()
    found = []
    for one, other in _pairs(records):
        pair = (min(one.key, other.key), max(one.key, other.key))
        if pair not in seen:
            seen.add(pair)
            if why := reasons(one, other):
                found.append(Suspicion(*pair, why))
    return sorted(found, key=lambda one: (-len(one.reasons), one.one, one.other))


def _pairs(records: Iterable[Record]) -> Iterator[tuple[Record, Record]]:
    sharing: defaultdict[tuple[str, object], list[Record]] = defaultdict(list)
    for record in records:
        if record.date_of_birth is not None:
            sharing["born", record.date_of_birth].append(record)
        if len(record.name) > 1:
            sharing["name", record.name].append(record)
        if record.mobile:
            sharing["mobile", record.mobile].append(record)
        if record.email:
            sharing["email", record.email.casefold()].append(record)
    for (what, _), group in sharing.items():
        if what in ("born", "name") or len(group) < SHARED_BY_MANY:
            yield from combinations(group, 2)
