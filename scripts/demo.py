# ruff: noqa: T201, S603
"""`make demo`: a database with a made-up clinic, and web, worker and beat on this machine until Ctrl-C.

PORT=8000   where the site answers
RESET=1     first removes the database, the waiting messages and the sent ones
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

from honcho.environ import parse_procfile
from honcho.manager import Manager, ProcessManager
from honcho.printer import Printer

from scripts.alive import answers

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
# What stops a demonstration that was told to: Ctrl-C, and the signal that `kill` sends.
STOPPED_ON_PURPOSE = {128 + signal.SIGINT, 128 + signal.SIGTERM}


class RefusalError(Exception):
    """The demonstration cannot start; the message says why."""


def chosen_port(word: str) -> int:
    """The port to serve at; raises RefusalError unless it is one and nobody else has it."""
    if not (word.isascii() and word.isdigit() and 1024 <= int(word) <= 65535):
        raise RefusalError(f"PORT is {word!r}: use a number from 1024 to 65535")
    with socket.socket() as probe:
        # As gunicorn does: a port whose last user has just left is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(word)))
        except OSError:
            raise RefusalError(f"port {word} is taken: choose another, such as make demo PORT=8001") from None
    return int(word)


def demo_environment(port: int, outside: dict[str, str]) -> dict[str, str]:
    """The environment of every process; a database or broker that the caller names is kept."""
    address = f"http://127.0.0.1:{port}"
    return outside | {
        "DEBUG": "1",
        "PORT": str(port),
        "BASE_URL": outside.get("BASE_URL") or address,
        "PYTHONUNBUFFERED": "1",
    }


def reset(environment: dict[str, str]) -> None:
    """Remove the embedded database, broker and messages; raises RefusalError where they are not embedded."""
    for name in ("DATABASE_URL", "CELERY_BROKER_URL"):
        if environment.get(name):
            raise RefusalError(f"RESET=1 removes files in var/ only, and {name} is set: empty that yourself")
    for path in (*VAR.glob("db.sqlite3*"), VAR / "messages.jsonl"):
        path.unlink(missing_ok=True)
    shutil.rmtree(VAR / "broker", ignore_errors=True)


def run(environment: dict[str, str]) -> int:
    """Prepare the database, then serve until told to stop; returns the exit code."""
    said = ""
    for command in (["migrate", "--verbosity", "0"], ["make_demo"]):
        manage = [sys.executable, "manage.py", *command]
        # What goes wrong, and how far it is, is said at once; how to sign in, at the end.
        ended = subprocess.run(
            manage, cwd=ROOT, env=environment, check=False, stdout=subprocess.PIPE, text=True
        )
        if ended.returncode:
            print(ended.stdout, end="")
            return ended.returncode
        said = ended.stdout
    processes = Processes(environment, sign_ins(said))
    processes.loop()
    return 0 if processes.returncode in STOPPED_ON_PURPOSE else processes.returncode or 1


def sign_ins(said: str) -> str:
    """What make_demo says to people: all but its last line, which is for scripts."""
    return "\n".join(line for line in said.strip().splitlines() if not line.startswith("{")).strip()


def quieter(command: str) -> str:
    """The command of a process without its banner and its daily round; what goes wrong is still shown."""
    if " -m celery " not in command:
        return command
    return command.replace(" -m celery ", " -m celery --quiet ").replace(
        "--loglevel INFO", "--loglevel WARNING"
    )


class Gentle(ProcessManager):
    """Stops a process itself, where honcho would stop its children beside it and spoil an orderly end."""

    def terminate(self, pid: int) -> None:
        """Ask the process to end; what is still there after some seconds honcho kills, children and all."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)


class Processes(Manager):
    """The processes of the Procfile; once the site answers, the address and the sign-ins are said."""

    def __init__(self, environment: dict[str, str], how_to_sign_in: str = "") -> None:
        super().__init__(Printer(sys.stdout, colour=sys.stdout.isatty()))
        self._procmgr = Gentle()
        self._address = environment["BASE_URL"]
        self._how_to_sign_in = how_to_sign_in
        self._health = f"http://127.0.0.1:{environment['PORT']}/healthz"
        procfile = parse_procfile((ROOT / "Procfile").read_text(encoding="utf-8"))
        for name, command in procfile.processes.items():
            # Without exec the signal would reach the shell only.
            self.add_process(name, f"exec {quieter(command)}", env=environment, cwd=str(ROOT))

    def _start(self) -> None:
        super()._start()
        threading.Thread(target=self._announce, daemon=True).start()

    def _announce(self) -> None:
        for _ in range(120):
            if answers(self._health, urlsplit(self._address).netloc):
                self._system_print(f"Weekly answers at {self._address} (Ctrl-C stops it)\n")
                for line in self._how_to_sign_in.splitlines():
                    self._system_print(f"{line}\n")
                return
            time.sleep(0.5)


def main() -> int:
    """Check what the caller asked for, and run; a refusal is one sentence and exit code 2."""
    try:
        environment = demo_environment(chosen_port(os.environ.get("PORT") or "8000"), dict(os.environ))
        if os.environ.get("RESET") not in {None, "", "0", "1"}:
            raise RefusalError("RESET is 1 or nothing")
        if os.environ.get("RESET") == "1":
            reset(environment)
    except RefusalError as refusal:
        print(f"make demo: {refusal}", file=sys.stderr)
        return 2
    return run(environment)


if __name__ == "__main__":
    sys.exit(main())
