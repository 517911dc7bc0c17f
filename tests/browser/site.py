"""A whole site as its users have it: web, worker and beat as processes, a database and a broker of their own."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen

from bench.scratch import Databases
from tests.browser.operator import Operator

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
# Of the sixteen that a Redis has; each process of the suite has one of its own, so that no worker takes what is
# meant for that of another site.
BROKERS_FOR_STORIES = range(9, 16)


class Site:
    """Started in a folder; its clock is a file, and every process reads it."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.clock_file = folder / "clock"
        self.message_file = folder / "messages.jsonl"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.worker: subprocess.Popen[bytes] | None = None
        self.operator: Operator | None = None
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DEBUG": "1",
            "SECRET_KEY": secrets.token_urlsafe(40),
            "ALLOWED_HOSTS": "127.0.0.1",
            "BASE_URL": self.address,
            "PORT": str(self.port),
            "DATABASE_URL": database,
            "CELERY_BROKER_URL": _broker(),
            "BROKER_DIR": str(folder / "broker"),
            "CLOCK_FILE": str(self.clock_file),
            "MESSAGE_FILE": str(self.message_file),
            "TICK_SECONDS": "1",
            "EMAIL_URL": "",
        }

    def at(self, moment: str) -> None:
        """Move the clock of every process to an instant; written aside first, so that none reads half of it."""
        assert datetime.fromisoformat(moment).tzinfo is not None
        aside = self.clock_file.with_suffix(".next")
        aside.write_text(moment)
        aside.replace(self.clock_file)

    def manage(self, *arguments: str, stdin: str = "") -> Any:
        """Run a command as an operator would; the JSON of its last line, or None where it prints none."""
        if self.operator is None:
            self.operator = Operator(self.environment)
        ran = self.operator.manage(*arguments, stdin=stdin)
        assert ran.returncode == 0, f"{arguments}: {ran.stderr}"
        last = (ran.stdout.strip().splitlines() or [""])[-1]
        return json.loads(last) if last.startswith("{") else None

    def start(self) -> None:
        """Start web, worker and beat, and wait until the web process answers."""
        self._run("web", "-m", "gunicorn", "--config", "python:config.gunicorn")
        self.start_worker()
        self._run("beat", "-m", "celery", "--app", "config", "beat", "--loglevel", "INFO")
        wait_for(self._answers, "the web process to answer")

    def start_worker(self) -> None:
        """Start a worker, the only one or in the place of one that was killed."""
        self._run(
            "worker", "-m", "celery", "--app", "config", "worker", "--loglevel", "INFO", "--concurrency", "1"
        )
        self.worker = self.processes[-1]

    def kill_worker(self) -> None:
        """End the worker at once, whatever it is at, as a machine without memory does."""
        assert self.worker is not None
        os.killpg(self.worker.pid, signal.SIGKILL)
        self.worker.wait(timeout=15)
        self.processes.remove(self.worker)

    def _run(self, name: str, *arguments: str) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            self.processes.append(
                subprocess.Popen(
                    [sys.executable, *arguments],
                    cwd=ROOT,
                    env=self.environment,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            )

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.address}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def logs(self) -> str:
        """What the processes wrote, for when a story fails."""
        return "\n".join(
            f"== {log.name}\n{log.read_text(errors='replace')[-3000:]}" for log in self.folder.glob("*.log")
        )

    def stop(self) -> None:
        """Stop every process: the worker after what it is at, whose broker others use, and the rest at once."""
        for process in self.processes:
            os.killpg(process.pid, signal.SIGTERM if process is self.worker else signal.SIGKILL)
        for process in self.processes:
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(timeout=15)
        if self.operator is not None:
            self.operator.stop()


@contextmanager
def a_site(folder: Path, databases: Databases) -> Iterator[Site]:
    """A site with empty tables, at noon on Wednesday 7 January 2026 and not started yet."""
    with databases() as database:
        site = Site(folder, database)
        site.at("2026-01-07T12:00:00Z")
        try:
            yield site
        finally:
            site.stop()


def wait_for(happened: Callable[[], bool], what: str) -> None:
    """Wait until something is so; fails with what was waited for."""
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, f"waited {PATIENCE} s for {what}"
        time.sleep(0.25)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _broker() -> str:
    """The Redis the tests were given, in a database of its own; else none, for the broker in a folder."""
    url = os.environ.get("CELERY_BROKER_URL", "")
    process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    number = BROKERS_FOR_STORIES[process % len(BROKERS_FOR_STORIES)]
    return urlunsplit(urlsplit(url)._replace(path=f"/{number}")) if url else ""
