# ruff: noqa: T201
"""`make rehearse`: builds what the Dockerfile builds and runs what docker-compose.yml runs, without Docker.

The image becomes a scratch folder with an environment of requirements.lock alone; each service's command and
environment run there. Only host names, ports and names of databases are exchanged for ones of this machine.

    --postgresql ADDRESS   a server that may make and drop databases (postgresql://postgres@127.0.0.1:5432)
    --redis ADDRESS        a server with two empty databases (redis://127.0.0.1:6379)
"""

import argparse
import os
import secrets
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import redis

from scripts.alive import answers
from scripts.compose import ComposeError, Service, read_dockerfile, read_services
from scripts.image import ImageError, build
from scripts.processes import Started, finished_well, start
from scripts.services import drop_database, make_database

ROOT = Path(__file__).resolve().parent.parent
HOST = "weekly.example.org"
# What the operator would set; a tick a second shows within seconds whether ticks arrive.
OPERATOR = {
    "SECRET_KEY": secrets.token_urlsafe(50),
    "ALLOWED_HOSTS": HOST,
    "BASE_URL": f"https://{HOST}",
    "POSTGRES_PASSWORD": "rehearsal",
    "TICK_SECONDS": "1",
}

TICKS = ("attendance.refresh_feeds", "reminders.sweep_clinics", "reminders.send_prompts")
Result = tuple[str, str, bool]


class Report:
    """What was checked, and whether it held."""

    def __init__(self) -> None:
        self.results: list[Result] = []

    def add(self, service: str, check: str, held: bool) -> bool:
        """Write down one check and say it at once."""
        self.results.append((service, check, held))
        print(f"  {'ok    ' if held else 'FAILED'}  {service:8}  {check}", flush=True)
        return held

    @property
    def held(self) -> bool:
        """Whether every check held."""
        return bool(self.results) and all(held for _, _, held in self.results)


def eventually(check: Callable[[], bool], seconds: float = 30) -> bool:
    """Whether the check holds at some moment within so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return True
        time.sleep(0.3)
    return check()


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def empty_databases(address: str, wanted: int) -> list[int]:
    """Numbers of Redis databases that hold nothing, the highest first."""
    found = []
    for number in range(15, -1, -1):
        with redis.Redis.from_url(f"{address}/{number}", socket_connect_timeout=3) as client:
            if client.dbsize() == 0:
                found.append(number)
        if len(found) == wanted:
            return found
    raise ComposeError(f"the Redis server has fewer than {wanted} empty databases")


class Localhost:
    """This machine's servers in the place of the services postgresql and redis."""

    def __init__(self, postgresql: str, broker: str) -> None:
        self.postgresql, self.broker = postgresql.rstrip("/"), broker.rstrip("/")
        self.port = free_port()
        self.database = f"weekly_rehearsal_{os.getpid()}"
        self.numbers = empty_databases(self.broker, 2)

    def address(self, value: str) -> str:
        """An address of a service as one of this machine; any other text as it is."""
        parts = urlsplit(value)
        if parts.hostname == "postgresql":
            return f"{self.postgresql}/{self.database}"
        if parts.hostname == "redis":
            return f"{self.broker}/{self.numbers[int(parts.path.removeprefix('/') or 0)]}"
        return urlunsplit(parts) if parts.scheme else value

    def word(self, word: str) -> str:
        """A word of a command, with this rehearsal's port."""
        here = f"127.0.0.1:{self.port}"
        return word.replace("0.0.0.0:8000", here).replace("127.0.0.1:8000", here)

    def service(self, service: Service) -> Service:
        """The service as it runs on this machine."""
        return Service(
            name=service.name,
            command=[self.word(word) for word in service.command],
            environment={name: self.address(value) for name, value in service.environment.items()},
            health=[self.word(word) for word in service.health],
        )

    def clear(self) -> None:
        """Remove what the rehearsal left on the servers."""
        drop_database(self.postgresql, self.database)
        for number in self.numbers:
            with redis.Redis.from_url(f"{self.broker}/{number}") as client:
                client.flushdb()


class Rehearsal:
    """One run: the folder that stands for the image, this machine's servers, and what was found."""

    def __init__(self, folder: Path, here: Localhost, report: Report) -> None:
        self.folder, self.here, self.report = folder, here, report
        found = read_services(ROOT / "docker-compose.yml", OPERATOR)
        self.services = {name: here.service(service) for name, service in found.items()}
        self.base: dict[str, str] = {}

    def run(self) -> None:
        """Build, migrate, start, check and stop."""
        steps = read_dockerfile(ROOT / "Dockerfile")
        try:
            self.base = build(
                ROOT, steps, self.folder, lambda check, held: self.report.add("image", check, held)
            )
        except ImageError as fault:
            self.report.add("image", str(fault), False)
            return
        make_database(self.here.postgresql, self.here.database)
        migrate = self.start(self.services["migrate"])
        if not self.report.add("migrate", "exits with 0", finished_well(migrate, 120)):
            print(migrate.last_lines())
            return
        running = {name: self.start(self.services[name]) for name in ("web", "worker", "beat")}
        try:
            self.check(running)
        finally:
            for name in ("beat", "worker", "web"):
                self.report.add(name, "stops when told to, with 0", running[name].stop(30))
            if not self.report.held:
                for name, process in running.items():
                    print(f"\n--- the last lines of {name}\n{process.last_lines()}")

    def start(self, service: Service) -> Started:
        """Start a service within the image's folder."""
        return start(service, self.folder, self.base)

    def check(self, running: dict[str, Started]) -> None:
        """Ask each service whether it does its work."""
        add, site = self.report.add, f"http://127.0.0.1:{self.here.port}"
        add("web", "/healthz answers 200", eventually(lambda: answers(f"{site}/healthz", HOST)))
        add("web", "/readyz answers 200", eventually(lambda: answers(f"{site}/readyz", HOST)))
        add("web", "refuses a foreign host", not answers(f"{site}/healthz", "other.example.org"))
        beat, worker = running["beat"], running["worker"]
        add("beat", "sends its tick", eventually(lambda: beat.has_line("Sending due task")))
        for task in TICKS:
            done = partial(worker.has_line, f"Task {task}[", "succeeded")
            add("worker", f"carries out {task}", eventually(done))
        for name in ("web", "worker"):
            service = self.services[name]
            asked = self.start(Service(f"{name}-health", service.health, service.environment, []))
            add(name, "its own health check holds", finished_well(asked, 30))
        for name, process in running.items():
            add(name, "is still running", process.process.poll() is None)


def main() -> int:
    """Rehearse, print what was found, leave with 0 only when everything held."""
    parser = argparse.ArgumentParser(prog="make rehearse")
    parser.add_argument("--postgresql", default="postgresql://postgres@127.0.0.1:5432")
    parser.add_argument("--redis", default="redis://127.0.0.1:6379")
    arguments = parser.parse_args()
    report = Report()
    try:
        here = Localhost(arguments.postgresql, arguments.redis)
        try:
            with tempfile.TemporaryDirectory(prefix="weekly-rehearsal-") as folder:
                Rehearsal(Path(folder), here, report).run()
        finally:
            here.clear()
    except (ComposeError, psycopg2.OperationalError, redis.RedisError) as fault:
        print(f"make rehearse: {str(fault).strip()}", file=sys.stderr)
        return 1
    held = sum(result[2] for result in report.results)
    print(f"\n{held} of {len(report.results)} checks held")
    return 0 if report.held else 1


if __name__ == "__main__":
    sys.exit(main())
