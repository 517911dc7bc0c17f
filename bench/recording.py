"""Recording one meeting over HTTP, beside floors asked for in the same way: turn by turn, by the server's own clock."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from math import ceil
from pathlib import Path
from random import Random
from statistics import median, quantiles

from django.conf import settings
from django.urls import reverse

from bench.browser import Answer, SignedIn
from bench.company import PASSWORD, keyworker, name_meetings
from bench.lives import MONDAY
from bench.world import NOW, build
from clinic.models import Clinic
from clinic.weeks import DAY, week_of

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5
# Presses for which a hundred clients have days enough: the fewest that hold every life.
PRESSES_A_HUNDRED = 50
# Of a page left open the day before: presses are about the two weeks before the Monday.
DAYS = [MONDAY - number * DAY for number in range(1, 15)]
PATIENCE = 60
GUNICORN = ("--config", "python:config.gunicorn", "--keep-alive", "60")


@dataclass(frozen=True, slots=True)
class Pressed:
    """Whom a press is about, and what its button says: a day, and the number of the meeting that stands there."""

    client: int
    day: date
    meeting: int

    @property
    def week(self) -> str:
        """The week of the Register that shows the day."""
        return week_of(self.day, 0).isoformat()


@dataclass(frozen=True, slots=True)
class Way:
    """One way to have a meeting written down."""

    name: str
    press: Callable[[SignedIn, Clinic, Pressed], Answer]
    status: int = 200


def _insert(browser: SignedIn, clinic: Clinic, what: Pressed) -> Answer:
    return browser.post(
        reverse("bench_insert", args=[clinic.slug, what.client]), {"went_on": what.day.isoformat()}
    )


def _verb(browser: SignedIn, clinic: Clinic, what: Pressed) -> Answer:
    return browser.post(
        reverse("bench_verb", args=[clinic.slug, what.client]), {"went_on": what.day.isoformat()}
    )


def _log(browser: SignedIn, clinic: Clinic, what: Pressed) -> Answer:
    told = {"attended_on": what.day.isoformat(), "source": "keyworker", "meeting": "", "note": ""}
    return browser.post(reverse("act_log", args=[clinic.slug, what.client]), told, htmx=True)


def _press(browser: SignedIn, clinic: Clinic, what: Pressed) -> Answer:
    told = {
        "week": what.week,
        "day": what.day.isoformat(),
        "who": "mine",
        "meeting": "",
        "went_on": f"{what.day.isoformat()} {what.meeting}",
    }
    return browser.post(reverse("register_row", args=[clinic.slug, what.client]), told, htmx=True)


FLOOR = Way("floor: one insert, one audit row", _insert)
WAYS = (
    FLOOR,
    Way("the verb, answered in a word", _verb),
    Way("the act 'log', as htmx asks", _log, status=204),
    Way("a press on the Register", _press),
)


@dataclass(slots=True)
class Taken:
    """Milliseconds of each press by round: by the server's clock, of its processor, and as seen by the one who asks."""

    app: list[list[float]] = field(default_factory=lambda: [[] for _ in range(ROUNDS)])
    cpu: list[list[float]] = field(default_factory=lambda: [[] for _ in range(ROUNDS)])
    seen: list[list[float]] = field(default_factory=lambda: [[] for _ in range(ROUNDS)])
    queries: list[int] = field(default_factory=list)
    workers: set[int] = field(default_factory=set)

    def note(self, turn: int, answer: Answer) -> None:
        """Add a press of a round."""
        self.app[turn].append(answer.app)
        self.cpu[turn].append(answer.cpu)
        self.seen[turn].append(answer.seen)
        self.queries.append(answer.queries)
        self.workers.add(answer.worker)


def p95(values: Sequence[float]) -> float:
    """What one in twenty is slower than."""
    return quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]


def middle(of: Callable[[Sequence[float]], float], rounds: Sequence[Sequence[float]]) -> float:
    """The middle one of the rounds."""
    return median(of(one) for one in rounds)


def ratio(
    of: Callable[[Sequence[float]], float], own: Sequence[Sequence[float]], floor: Sequence[Sequence[float]]
) -> float:
    """To the floor in the same round; the middle one."""
    return median(of(one) / of(other) for one, other in zip(own, floor, strict=True))


def measure(port: int, presses: int, at_once: int) -> dict[str, Taken]:
    """So many presses a round of each way, as many at once as asked, one way after the other in each turn."""
    clients = 100 * ceil(presses / PRESSES_A_HUNDRED)
    clinic = build(clients * len(WAYS), slug=f"pressed-{at_once}")
    meetings = name_meetings(clinic)
    assert settings.CLOCK_FILE is not None
    settings.CLOCK_FILE.write_text(NOW.isoformat(), encoding="utf-8")
    kay = keyworker(clinic, "kay", PASSWORD)
    clinic.clients.update(keyworker=kay)
    waiting = _to_press(clinic, clients, {meeting.day or 0: meeting.pk for meeting in meetings})
    found: defaultdict[str, Taken] = defaultdict(Taken)
    with ThreadPoolExecutor(at_once) as hands:
        browsers = _a_worker_each(port, kay.username, at_once)
        for turn in range(-1, ROUNDS):
            # A round before the first does not count: connections are opened, templates and statements read.
            for _ in range(presses // at_once if turn >= 0 else 10):
                for number, way in enumerate(WAYS):
                    asked = [
                        hands.submit(way.press, browser, clinic, waiting[number].pop())
                        for browser in browsers
                    ]
                    for answer in (one.result() for one in asked):
                        assert answer.status == way.status, (way.name, answer.status, answer.text[:300])
                        if turn >= 0:
                            found[way.name].note(turn, answer)
    return dict(found)


def _to_press(clinic: Clinic, clients: int, meetings: dict[int, int]) -> list[list[Pressed]]:
    """For each way clients of its own, each hundred of whom hold every life, on days of which nothing is known."""
    went = set(clinic.attendances.filter(attended_on__gte=DAYS[-1]).values_list("client", "attended_on"))
    ids = list(clinic.clients.order_by("pk").values_list("pk", flat=True))
    tracked = clinic.episodes.filter(client__closed_on__isnull=True)
    intakes = dict(tracked.values_list("client", "intake_on"))
    dice = Random(11)
    ways = []
    for number in range(len(WAYS)):
        own = ids[number * clients : (number + 1) * clients]
        presses = [
            Pressed(pk, day, meetings[day.weekday()])
            for pk in own
            if pk in intakes
            for day in DAYS
            if intakes[pk] <= day and (pk, day) not in went
        ]
        dice.shuffle(presses)
        ways.append(presses)
    return ways


def _a_worker_each(port: int, username: str, many: int) -> list[SignedIn]:
    """Somebody signed in at as many workers, one each: a connection stays with the worker that took it."""
    found: dict[int, SignedIn] = {}
    for _ in range(50):
        browser = SignedIn(port, username, PASSWORD)
        found.setdefault(browser.get("/sign-in/").worker, browser)
        if len(found) == many:
            return list(found.values())
    raise AssertionError(f"only {len(found)} workers ever answered")


@contextmanager
def served() -> Iterator[int]:
    """The site under gunicorn as it is shipped, with two workers; the port.

    Only that it keeps an idle connection for longer: on a busy machine a turn may take its time.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    log = Path(os.environ["BENCH_DIR"]) / "web.log"
    with log.open("wb") as file:
        served = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *GUNICORN, "bench.serving"],
            cwd=ROOT,
            env={**os.environ, "PORT": str(port), "WEB_WORKERS": "2"},
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_for(port, served, log)
        yield port
    finally:
        os.killpg(served.pid, signal.SIGTERM)
        served.wait(timeout=30)


def _wait_for(port: int, served: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and served.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the site did not start: {log.read_text(errors='replace')[-2000:]}")
