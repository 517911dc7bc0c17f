"""Processor seconds: on a busy machine they say what a thing costs, where the clock says what others do."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from django.db import connection


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds by the clock; of this process's processor; of its database server's, 0 where that is not to be seen."""

    seconds: float
    own: float
    server: float

    @property
    def processor(self) -> float:
        """Of both."""
        return self.own + self.server


def spent(work: Callable[[], Any]) -> Spent:
    """What a piece of work takes."""
    gc.collect()
    server, own, began = _server(), process_time(), perf_counter()
    work()
    return Spent(perf_counter() - began, process_time() - own, _server() - server)


def _server() -> float:
    """Processor seconds of the server's process that serves this connection, where it runs on this machine."""
    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (number,) = cursor.fetchone()
    try:
        told = Path(f"/proc/{number}/stat").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    # After the name in brackets; the 14th and 15th of all are the ticks in its own code and in the kernel.
    fields = told.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
