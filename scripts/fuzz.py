# ruff: noqa: T201
"""`make fuzz PARSER=naws SECONDS=600`: bytes that nobody would send, given to one parser of meeting lists.

Needs atheris, which is in no lock, and the packages of requirements.lock: `make fuzz FUZZ_PYTHON=PATH` takes the
interpreter of an environment that has both. Inputs that break the contract (scripts/fuzz_contract.py) go into
var/fuzz/PARSER, one of each kind; `python -m scripts.fuzz PARSER --again FILE` reads one of them once more.
"""

from __future__ import annotations

import argparse
import contextlib
import cProfile
import os
import re
import sys
import time
import traceback
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from clinic.errors import Refused

if TYPE_CHECKING:
    from attendance.directory.feeds.parsed import ParsedFeed
    from attendance.directory.kinds import FeedFormat

ROOT = Path(__file__).resolve().parent.parent
CODE = ["attendance.directory.feeds", "clinic.imports.records", "clinic.texts"]
PARSERS = ("meeting-guide", "bmlt", "formats", "naws", "tsml-sheet")
LARGEST = 64 * 1024
SLOW_SECONDS = 1.0
# Taking a list in costs ten times as much as reading it, so that one in so many goes into the database, too.
A_SAMPLE = 16


class Target(NamedTuple):
    """A parser, what its lists are called, made-up ones of them, and the real ones by their file names."""

    parse: Callable[[bytes], ParsedFeed]
    format: FeedFormat
    seeds: Callable[[], Iterator[bytes]]
    real: Sequence[str]


class SlowError(Exception):
    """Reading took longer than it may."""


class Run:
    """Counts what was tried and keeps the first input of each kind of finding."""

    def __init__(self, target: Target, seconds: float, folder: Path, slow: float = SLOW_SECONDS) -> None:
        self._target, self._folder, self._slow = target, folder, slow
        self._ends = time.monotonic() + seconds
        self._began = time.monotonic()
        self.tried = self.read = self.stored = 0
        self.slowest = 0.0
        self.findings: dict[str, int] = {}

    def one(self, data: bytes) -> None:
        """Try one input; ends the process when the time is over, as the fuzzer has no other end."""
        self.tried += 1
        try:
            self._try(data, sampled=zlib.crc32(data) % A_SAMPLE == 0)
        except Exception as error:
            self._note(data, error)
        if time.monotonic() > self._ends:
            self.close()

    def _try(self, data: bytes, sampled: bool) -> None:
        from scripts import fuzz_contract  # noqa: PLC0415  # after settings and instrumentation

        # Of this process, so that a busy machine is no finding.
        began = time.process_time()
        feed = fuzz_contract.read(self._target.parse, data)
        seconds = time.process_time() - began
        self.slowest = max(self.slowest, seconds)
        if seconds > self._slow:
            raise SlowError(f"{seconds:.1f} s for {len(data):,} bytes")
        if feed is not None:
            self.read += bool(feed.meetings)
            if sampled:
                self.stored += 1
                fuzz_contract.check_import(self._target.parse, data, self._target.format)

    def _note(self, data: bytes, error: Exception) -> None:
        kind = self._slowest(data) if isinstance(error, SlowError) else _kind(error)
        if kind not in self.findings:
            (self._folder / kind).write_bytes(data)
            print(f"\nFINDING {kind}: {error}\n", flush=True)
            traceback.print_exception(error)
        self.findings[kind] = self.findings.get(kind, 0) + 1

    def _slowest(self, data: bytes) -> str:
        """Where reading it takes longest."""
        profile = cProfile.Profile()
        with contextlib.suppress(Refused):
            profile.runcall(self._target.parse, data)
        slowest = max(profile.getstats(), key=lambda entry: entry.inlinetime)
        return "slow-" + re.sub(r"\W+", "-", getattr(slowest.code, "co_qualname", str(slowest.code)))[:60]

    def close(self) -> None:
        """Say what came out and leave: 1 where something was found."""
        seconds = time.monotonic() - self._began
        print(
            f"{self.tried:,} executions in {seconds:.0f} s, {self.read:,} of them with meetings, {self.stored:,} taken "
            f"into a database; slowest {self.slowest:.2f} s; findings: {self.findings or 'none'}",
            flush=True,
        )
        os._exit(1 if self.findings else 0)


def _kind(error: Exception) -> str:
    """What is alike is one finding: the same fault in the same line of ours."""
    steps = traceback.extract_tb(error.__traceback__)
    step = next((step for step in reversed(steps) if step.filename.startswith(str(ROOT))), steps[-1])
    return f"{type(error).__name__}-{Path(step.filename).stem}-{step.lineno}"


def main() -> None:
    """Fuzz the parser that is asked for, or read one input again."""
    asked = arguments().parse_args()
    os.environ |= {
        "DEBUG": "1",
        "DATABASE_URL": "sqlite://:memory:",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    if asked.again:
        _start()
        Run(target(asked.parser), 0, asked.again.parent)._try(asked.again.read_bytes(), sampled=True)
        print("It is read or refused as it should be.")
        return
    try:
        import atheris  # noqa: PLC0415  # an environment of its own has it
    except ImportError:
        sys.exit(
            "make fuzz needs atheris, which is in no lock: pip install atheris, and FUZZ_PYTHON=its python"
        )
    with atheris.instrument_imports(include=CODE):
        _start()
        found = target(asked.parser)
    from scripts.fuzz_mutator import Mutator  # noqa: PLC0415

    folder = ROOT / "var" / "fuzz" / asked.parser
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="fuzz-") as corpus:
        for number, seed in enumerate(seeds(found)):
            (Path(corpus) / f"seed-{number}").write_bytes(seed)
        run = Run(found, asked.seconds, folder)
        limits = [f"-max_len={LARGEST}", "-timeout=60", "-rss_limit_mb=3000", f"-artifact_prefix={folder}/"]
        # Looked up at each call: what Mutate is changes when Fuzz begins.
        mutator = Mutator(lambda data, largest: atheris.Mutate(data, largest))  # noqa: PLW0108
        atheris.Setup([sys.argv[0], *limits, corpus], run.one, custom_mutator=mutator)
        atheris.Fuzz()


def _start() -> None:
    import django  # noqa: PLC0415  # the settings are known only now
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", verbosity=0)


def target(parser: str) -> Target:
    """The parser of that name."""
    from attendance.directory.feeds import bmlt, meeting_guide, naws, tsml_sheet  # noqa: PLC0415
    from attendance.directory.kinds import FeedFormat  # noqa: PLC0415
    from scripts import fuzz_seeds  # noqa: PLC0415

    lists = ("bmlt_*GetSearchResults.json", "bmlt_*meetings.json", "bmlt_*used_formats*.json")
    explained = ("bmlt_*GetFormats*.json", "bmlt_*_formats.json")
    formats_alone = partial(bmlt.parse, next(fuzz_seeds.bmlt()))
    return {
        "meeting-guide": Target(
            meeting_guide.parse, FeedFormat.MEETING_GUIDE, fuzz_seeds.meeting_guide, ["mg_*.json"]
        ),
        "bmlt": Target(bmlt.parse, FeedFormat.BMLT, fuzz_seeds.bmlt, lists),
        "formats": Target(formats_alone, FeedFormat.BMLT, fuzz_seeds.formats, explained),
        "naws": Target(naws.parse, FeedFormat.NAWS, fuzz_seeds.naws, ["naws_*.csv"]),
        "tsml-sheet": Target(tsml_sheet.parse, FeedFormat.TSML_SHEET, fuzz_seeds.tsml, ["tsml_*.csv"]),
    }[parser]


def seeds(found: Target) -> Iterator[bytes]:
    """Made-up lists, and slices of real ones where they are at hand."""
    from scripts import fuzz_seeds  # noqa: PLC0415

    yield from found.seeds()
    if not (folder := os.environ.get("MEETING_FEEDS_DIR")):
        return
    for path in sorted(path for name in found.real for path in Path(folder).glob(name)):
        yield from fuzz_seeds.slices(path)


def arguments() -> argparse.ArgumentParser:
    """What this program takes."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.fuzz", description="Fuzzes a parser of meeting lists."
    )
    parser.add_argument("parser", choices=PARSERS)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--again", type=Path, metavar="FILE", help="read this input once more")
    return parser


if __name__ == "__main__":
    main()
