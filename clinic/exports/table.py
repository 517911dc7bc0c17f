"""A list to take along, whatever file it becomes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from django.db.models import Model, QuerySet

from clinic.exports.cells import Value
from clinic.models import Client, Clinic

ModelT = TypeVar("ModelT", bound=Model)
Row = Sequence[Value]
# So many rows are read at a time, so that a list of any length takes no more memory than that.
PORTION = 500

CONFIDENTIAL = (
    "Confidential: this is about people in treatment. Keep it as their records are kept, and delete it once it has "
    "served its purpose."
)
# What the law of a country has every copy of such records say; 42 CFR 2.32 (a) (2).
NOTICES = {"US": "42 CFR part 2 prohibits unauthorized use or disclosure of these records."}


@dataclass(frozen=True, slots=True)
class Table:
    """A list: its name in one word, what it is called, its headings, and rows of as many values, read as they are asked
    for.

    of: what tells one such list from another in the name of its file, such as a week; never a client. filters: what the
    list was narrowed down by, label and value. about_clients: whether it says anything about a client. client: the
    one it is about, where it is about one.
    """

    name: str
    title: str
    headings: Sequence[str]
    rows: Iterable[Row]
    of: str = ""
    filters: Sequence[tuple[str, str]] = field(default_factory=list)
    about_clients: bool = True
    client: Client | None = None

    def notice(self, clinic: Clinic) -> str:
        """What whoever holds the file is told of it; empty where nobody needs to be."""
        if not self.about_clients:
            return ""
        return " ".join(filter(None, (NOTICES.get(clinic.country, ""), CONFIDENTIAL)))


def in_portions(found: QuerySet[ModelT], size: int = PORTION) -> Iterator[list[ModelT]]:
    """The rows of one query some at a time, in its order, as they were when it was asked."""
    rows = found.iterator(chunk_size=size)
    while portion := list(islice(rows, size)):
        yield portion
