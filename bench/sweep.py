"""The sweep and its floor, turn by turn on the same rows."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from django.db import connection

from attendance.standing import evaluation
from bench import floor
from bench.counting import Counted
from bench.lives import MONDAY
from bench.saved import Change, Saved, change, content
from bench.world import LONG_AGO, NOW
from clinic.models import Clinic
from reminders.prompts import planning


@dataclass(frozen=True, slots=True)
class Series:
    """One way to sweep: whether prompts are planned too, and whether the clinic sends."""

    name: str
    plans: bool
    sends: bool


SERIES = (
    Series("standings and flags", plans=False, sends=False),
    Series("with planning, sending off", plans=True, sends=False),
    Series("with planning, sending on", plans=True, sends=True),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds of each turn, in the order of the turns; and how many queries a sweep took."""

    series: Series
    due: int
    queries: int
    floor: list[float]
    sweep: list[float]

    @property
    def ratios(self) -> list[float]:
        """Sweep by floor, turn by turn: what disturbs the machine disturbs both."""
        return [sweep / floor for floor, sweep in zip(self.floor, self.sweep, strict=True)]

    @property
    def ratio(self) -> float:
        """The middle one."""
        return median(self.ratios)


@dataclass(frozen=True, slots=True)
class Known:
    """What a sweep writes, so that the floor need not work it out."""

    standings: Change
    prompts: Change | None


def measure(clinic: Clinic, series: Series, turns: int) -> Figures:
    """Sweep and floor in turn, so many times after one that does not count; the rows are left as they were."""
    clinic.sending_since = LONG_AGO if series.sends else None
    clinic.save(update_fields=["sending_since"])
    due = clinic.standings.filter(next_change_on__lte=MONDAY).count()
    floors, sweeps = [], []
    with Saved() as saved:
        saved.restore()
        known, queries = learn(clinic, series)
        for _ in range(turns + 1):
            saved.restore()
            floors.append(_seconds(lambda: run_floor(clinic, known)))
            saved.restore()
            sweeps.append(_seconds(lambda: run_sweep(clinic, series)))
        saved.restore()
    return Figures(series, due, queries, floors[1:], sweeps[1:])


def learn(clinic: Clinic, series: Series) -> tuple[Known, int]:
    """Sweep once, to know what is written and in how many queries."""
    counted = Counted()
    before = content()
    with connection.execute_wrapper(counted):
        evaluation.sweep(clinic, NOW)
    between = content()
    if not series.plans:
        return Known(change(before, between), None), counted.queries
    with connection.execute_wrapper(counted):
        planning.plan(clinic, NOW)
    return Known(change(before, between), change(between, content())), counted.queries


def run_sweep(clinic: Clinic, series: Series) -> None:
    """The product's way."""
    evaluation.sweep(clinic, NOW)
    if series.plans:
        planning.plan(clinic, NOW)


def run_floor(clinic: Clinic, known: Known) -> None:
    """The least that could be done."""
    floor.standings_and_flags(clinic, MONDAY, known.standings)
    if known.prompts is not None:
        floor.prompts_and_tasks(clinic, known.prompts)


def _seconds(work: Callable[[], None]) -> float:
    gc.collect()
    gc.freeze()  # what the bench itself holds is not the sweep's to look through
    began = perf_counter()
    work()
    return perf_counter() - began
