"""What pages show of spreadsheets: what there are, how far the work on one is, and what is wrong with its rows."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet

from clinic.imports.formulas import harmless
from clinic.imports.reading import kept_headings
from clinic.imports.table import WHY
from clinic.models import Clinic, Spreadsheet, SpreadsheetEffect, SpreadsheetProblem, SpreadsheetState

State = SpreadsheetState
MOST_GROUPS = 30
# Nobody waits longer for a worker without being told; beat looks for work every minute.
PATIENCE = timedelta(minutes=2)


def in_order(clinic: Clinic) -> QuerySet[Spreadsheet]:
    """The spreadsheets of a clinic, the latest first, without what is in them."""
    return clinic.spreadsheets.select_related("uploaded_by").defer("look", "reading", "sample", "told")


def by_number(clinic: Clinic, pk: int) -> Spreadsheet | None:
    """One of them."""
    return clinic.spreadsheets.select_related("uploaded_by", "clinic").filter(pk=pk).first()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the present work is. whole: of how much, None until that is known; silent: nobody does it."""

    doing: str
    done: int
    whole: int | None
    silent: bool

    @property
    def share(self) -> int | None:
        """Per cent."""
        return None if not self.whole else min(100, 100 * self.done // self.whole)


DOING = {
    State.CHECKING: "Checking the rows",
    State.TAKING_IN: "Taking the rows in",
    State.TAKING_BACK: "Taking it back",
}


def progress_of(held: Spreadsheet, now: datetime) -> Progress:
    """How far the present work on a spreadsheet is."""
    whole: int | None = held.rows
    done = held.done
    if held.state == State.TAKING_BACK:
        whole = held.effects.count()
    elif whole is not None:
        # Those that could not be read are through from the start.
        done = held.added + held.changed + held.already + held.rejected
    last = held.worked_at or held.asked_at or now
    return Progress(DOING[State(held.state)], done, whole, silent=now - last > PATIENCE)


@dataclass(frozen=True, slots=True)
class Group:
    """Problems of one sort: the column they are in, one of their sentences, the first row, and how many there are."""

    key: str
    column: str
    sentence: str
    first: int
    count: int


def problem_groups(held: Spreadsheet) -> list[Group]:
    """The sorts of problem, the most frequent first."""
    found = held.problems.order_by().values("group").annotate(many=Count("pk"), first=Min("number"))
    groups = list(found.order_by("-many", "first")[:MOST_GROUPS])
    firsts = {
        one.number: one for one in held.problems.filter(number__in=[group["first"] for group in groups])
    }
    return [
        Group(
            key=group["group"],
            column=firsts[group["first"]].column,
            sentence=firsts[group["first"]].sentence,
            first=group["first"],
            count=group["many"],
        )
        for group in groups
    ]


def problems_of(held: Spreadsheet, group: str) -> QuerySet[SpreadsheetProblem]:
    """The problems, of one sort where one is named."""
    return held.problems.filter(group=group) if group else held.problems.all()


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What taking a spreadsheet back came to."""

    undone: int
    kept: int


def taken_back_of(held: Spreadsheet) -> TakenBack:
    """How much of what it wrote was taken back, and how much stays."""
    counted = held.effects.aggregate(
        undone=Count("pk", filter=Q(undone_at__isnull=False)), kept=Count("pk", filter=~Q(kept=""))
    )
    return TakenBack(**counted)


def kept_effects(held: Spreadsheet) -> QuerySet[SpreadsheetEffect]:
    """What could not be taken back."""
    return held.effects.exclude(kept="").order_by("pk")


def rejected_csv(held: Spreadsheet) -> Iterator[str]:
    """The rejected rows as a CSV file, piece by piece: as they stood, each with why, harmless to open.

    What a row has beyond the headings comes after its why, so that each cell stays in its column.
    """
    writer = csv.writer(_Echo())
    headings = kept_headings(held.look["headings"])
    width = len(headings)
    yield "\ufeff" + writer.writerow(harmless([*headings, WHY]))
    for one in held.problems.order_by("number").iterator(chunk_size=1000):
        where = f"Row {one.number}" if not one.column else f"Row {one.number}, {one.column}"
        cells = [*one.cells, *[""] * (width - len(one.cells))]
        yield writer.writerow(harmless([*cells[:width], f"{where}: {one.sentence}", *cells[width:]]))


class _Echo:
    """Hands back what is written, for a writer whose lines are sent as they are made."""

    def write(self, line: str) -> str:
        return line
