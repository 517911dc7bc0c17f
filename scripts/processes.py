# ruff: noqa: S603
"""Starts a service's command in a folder of its own and stops it again, with its output in a file."""

import contextlib
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from scripts.compose import Service


@dataclass(frozen=True)
class Started:
    """A process that runs, and the file with all it says."""

    process: "subprocess.Popen[bytes]"
    log: Path

    def last_lines(self, number: int = 40) -> str:
        """The end of what it has said."""
        return "\n".join(self.log_text().splitlines()[-number:])

    def log_text(self) -> str:
        """All it has said so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def has_line(self, *parts: str) -> bool:
        """Whether it has said a line that holds all of these."""
        return any(all(part in line for part in parts) for line in self.log_text().splitlines())

    def stop(self, seconds: float) -> bool:
        """Ask it to stop; whether it did in time and without a fault. Whatever it leaves behind is killed."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            code = -1
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        return code == 0


def start(service: Service, folder: Path, base: dict[str, str]) -> Started:
    """Start the service's command with its environment and nothing of this process's own."""
    log = folder / f"{service.name}.log"
    environment = base | service.environment
    program = shutil.which(service.command[0], path=environment["PATH"]) or service.command[0]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [program, *service.command[1:]],
            cwd=folder / "app",
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Started(process, log)


def finished_well(started: Started, seconds: float) -> bool:
    """Whether it ends by itself in time, with exit code 0."""
    try:
        return started.process.wait(seconds) == 0
    except subprocess.TimeoutExpired:
        started.stop(1)
        return False
