"""One process that runs management commands one after another, as `manage.py` would: starting one costs two seconds.

Each line of its standard input is a command in JSON, and each line of its standard output what came of it.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import traceback
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from django.db import connections

import manage

ROOT = Path(__file__).resolve().parents[2]
Ran = subprocess.CompletedProcess[str]


class Operator:
    """Whoever runs the commands of a site, with the environment of its processes."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def manage(self, *arguments: str, stdin: str = "") -> Ran:
        """Run a command: its exit code, and what it wrote."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([arguments, stdin]) + "\n")
        self.process.stdin.flush()
        return Ran(arguments, *json.loads(self.process.stdout.readline()))

    def stop(self) -> None:
        """End the process, which ends with its input."""
        self.process.communicate(timeout=15)


def run(arguments: list[str], stdin: str) -> tuple[Any, str, str]:
    """Run a command in this process, and leave no connection of it: its exit code, and what it wrote."""
    out, err = io.StringIO(), io.StringIO()
    sys.argv, sys.stdin = ["manage.py", *arguments], io.StringIO(stdin)
    code: Any = 0
    with redirect_stdout(out), redirect_stderr(err):
        try:
            manage.main()
        except SystemExit as left:
            code = left.code or 0
        except Exception:
            traceback.print_exc()
            code = 1
    connections.close_all()
    return code, out.getvalue(), err.getvalue()


def main() -> None:
    """Run what is asked until nobody asks any more."""
    asked, answers = sys.stdin, sys.stdout
    for line in asked:
        answers.write(json.dumps(run(*json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
