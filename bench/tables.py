"""What was measured, printed."""

from __future__ import annotations

import platform
from pathlib import Path
from statistics import median

from django.db import connection

from attendance.register.models import Attendance
from bench import sweep, world
from bench.choosing import measure as choosing_among_all
from bench.imports import Taken, measure
from bench.pages import prices

LIMIT = 4
LEAST_TIMES = 5


def heading() -> None:
    """The database server or library with its version, and Python's."""
    version = "SHOW server_version" if connection.vendor == "postgresql" else "SELECT sqlite_version()"
    with connection.cursor() as cursor:
        cursor.execute(version)
        number = str(cursor.fetchone()[0]).split()[0]
    print(f"\n{connection.display_name} {number}, Python {platform.python_version()}")


def sweeps(clients: int, turns: int) -> None:
    """Each series on a clinic of so many clients; the middle one of the turns."""
    clinic = world.build(clients)
    found = [sweep.measure(clinic, series, turns) for series in sweep.SERIES]
    attendances = Attendance.objects.count()
    print(f"\n{clients:,} clients, {found[0].due:,} due, {attendances:,} attendances; {turns} turns")
    print(f"{'':28}{'seconds':>17}{'ratio':>19}{'due clients/s':>18}{'queries':>17}")
    print(
        f"{'':28}{'floor':>8}{'sweep':>9}{'middle':>8}{'min..max':>11}"
        f"{'floor':>10}{'sweep':>8}{'all':>8}{'a 1,000':>9}  within {LIMIT}x"
    )
    for one in found:
        floor, taken = median(one.floor), median(one.sweep)
        spread = f"{min(one.ratios):.1f}..{max(one.ratios):.1f}"
        print(
            f"{one.series.name:28}{floor:8.3f}{taken:9.3f}{one.ratio:8.2f}{spread:>11}"
            f"{one.due / floor:10,.0f}{one.due / taken:8,.0f}"
            f"{one.queries:8}{1000 * one.queries / one.due:9.0f}  {'yes' if one.ratio <= LIMIT else 'no'}",
            flush=True,
        )


def pages(caseload: int, turns: int) -> None:
    """Each page, short and long."""
    print(f"\n{'page':12}{'clients':>9}{'queries':>9}{'ms':>9}")
    for price in prices(caseload, turns):
        print(f"{price.page:12}{price.clients:9}{price.queries:9}{price.milliseconds:9.1f}", flush=True)


def imports(path: Path, source: str) -> None:
    """A list that is new, the very same again, and the same read anew; beside the rows written by the driver alone."""
    found = measure(path)
    before, after = found.megabytes
    print(f"\n{found.meetings:,} meetings in {path.stat().st_size / 1e6:,.0f} MB: {source}")
    print(f"{'':28}{'seconds':>28}{'meetings/s':>12}{'queries':>9}{'a 1,000':>9}{'times as fast':>15}")
    print(f"{'':28}{'reading':>9}{'taking in':>10}{'both':>9}{'':30}{'both':>9}{'in':>6}")
    for name, taken in (
        ("all new", found.new),
        ("the very same again", found.again),
        ("the same, read anew", found.anew),
    ):
        print(
            f"{name:28}{taken.reading:9.2f}{taken.taking_in:10.2f}{taken.seconds:9.2f}"
            f"{found.meetings / taken.seconds:12,.0f}{taken.queries:9}{1000 * taken.queries / found.meetings:9.1f}"
            f"{found.new.seconds / taken.seconds:9.1f}{found.new.taking_in / taken.taking_in:6.1f}"
        )
    print(f"{'floor, the driver alone':28}{'':19}{found.floor:9.2f}{found.meetings / found.floor:12,.0f}")
    print(
        f"ratio to the floor: {found.new.taking_in / found.floor:.1f} taking in, "
        f"{found.new.seconds / found.floor:.1f} with reading; most memory {after:,} MB, {before:,} before; "
        f"again {LEAST_TIMES} times as fast: {_yes(found.new, found.again)}",
        flush=True,
    )


def choosing(turns: int) -> None:
    """What suits somebody, from how far around, beside a query of the same box of the map."""
    print(f"\n{'choosing within km':20}{'in the box':>12}{'queries':>9}{'ms':>9}{'floor ms':>10}{'ratio':>7}")
    for one in choosing_among_all(turns):
        print(
            f"{one.radius_km:<20.0f}{one.in_the_box:12,}{one.queries:9}{one.milliseconds:9.1f}{one.floor:10.1f}"
            f"{one.ratio:7.1f}",
            flush=True,
        )


def _yes(new: Taken, again: Taken) -> str:
    return "yes" if LEAST_TIMES * again.seconds <= new.seconds else "no"
