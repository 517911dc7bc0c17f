"""What was measured, printed."""

from __future__ import annotations

import platform
from pathlib import Path
from statistics import median

from django.db import connection

from attendance.register.models import Attendance
from bench import recording, sweep, world
from bench.choosing import measure as choosing_among_all
from bench.imports import Taken, measure
from bench.pages import prices
from bench.sheets import measure as measure_sheet

LIMIT = 4
LEAST_TIMES = 5
MOST_BYTES = 100_000
LEAST_ROWS = 5_000


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
    """Each page, short and long, beside a list of as many."""
    print(
        f"\n{'page':12}{'clients':>9}{'queries':>9}{'KB':>8}{'ms':>9}{'floor ms':>10}{'ratio':>7}  under 100 KB"
    )
    for price in prices(caseload, turns):
        print(
            f"{price.page:12}{price.clients:9}{price.queries:9}{price.size / 1000:8.1f}{price.milliseconds:9.1f}"
            f"{price.floor:10.1f}{price.ratio:7.1f}  {'yes' if price.size < MOST_BYTES else 'no'}",
            flush=True,
        )


def presses(port: int, number: int, at_once: int) -> None:
    """Recording one meeting in each of the ways there are, beside a view that only inserts."""
    found = recording.measure(port, number, at_once)
    floor = found[recording.FLOOR.name]
    rounds = f"{recording.ROUNDS} rounds of {number} presses, {at_once} at once"
    print(f"\n{rounds}; gunicorn with 2 workers; milliseconds, the middle round")
    print(
        f"{'':34}{'queries':>8}{'server':>15}{'processor':>15}{'asker':>8}{'ratio of':>12}{'of processor':>15}"
    )
    print(
        f"{'':42}{'p50':>8}{'p95':>7}{'p50':>8}{'p95':>7}{'p50':>8}{'p50':>6}{'p95':>6}{'p50':>9}{'p95':>6}"
    )
    for name, one in found.items():
        print(f"{name:34}{median(one.queries):8.0f}", end="")
        for values in (one.app, one.cpu):
            print(
                f"{recording.middle(median, values):8.1f}{recording.middle(recording.p95, values):7.1f}",
                end="",
            )
        print(f"{recording.middle(median, one.seen):8.1f}", end="")
        for gap, own, least in ((6, one.app, floor.app), (9, one.cpu, floor.cpu)):
            print(
                f"{recording.ratio(median, own, least):{gap}.2f}{recording.ratio(recording.p95, own, least):6.2f}",
                end="",
            )
        print(flush=True)


def sheets(path: Path, rows: int) -> None:
    """A spreadsheet of attendance that is new, and the very same again; beside its rows written by the driver alone."""
    found = measure_sheet(path, rows)
    before, after = found.megabytes
    print(f"\n{rows:,} rows of attendance in {path.stat().st_size / 1e6:,.1f} MB; {found.new.counts}")
    print(f"{'':28}{'seconds':>9}{'own cpu':>9}{'server':>9}{'rows/s':>9}{'rows/cpu s':>12}{'queries':>9}")
    for name, taken, queries in (
        ("all new", found.new.spent, found.new.queries),
        ("the very same again", found.again.spent, found.again.queries),
        (f"floor: {found.written:,} rows copied", found.floor, 0),
    ):
        print(
            f"{name:28}{taken.seconds:9.2f}{taken.own:9.2f}{taken.server:9.2f}{rows / taken.seconds:9,.0f}"
            f"{rows / max(taken.processor, 0.01):12,.0f}{queries or '':>9}"
        )
    new = found.new.spent
    print(
        f"ratio to the floor: {new.seconds / found.floor.seconds:.1f} by the clock, "
        f"{new.processor / max(found.floor.processor, 0.01):.1f} by the processor; "
        f"most memory {after:,} MB, {before:,} before; "
        f"{LEAST_ROWS:,} rows a second: {'yes' if rows / new.seconds >= LEAST_ROWS else 'no'}",
        flush=True,
    )


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
