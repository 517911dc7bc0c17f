"""The broker of a machine without Redis: a folder in which a message is a file.

Kombu's own filesystem transport creates a message under its final name and fills it afterwards, and takes it
through the machine's temporary folder. A reader can then meet a half-written message, and the worker stops.
Here a message is written aside and renamed into place, and taken by another rename: whole, with one taker.
"""

import os
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads


class Channel(filesystem.Channel):
    """Puts and takes messages by renaming files within one file system."""

    supports_fanout = False

    @property
    def waiting(self) -> Path:
        """Where messages wait for a worker."""
        return Path(self.transport_options["data_folder_in"])

    @property
    def aside(self) -> Path:
        """Where messages are written and read; the same file system, or a rename would not be one step."""
        return Path(self.transport_options["processed_folder"])

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        name = f"{time.time_ns():020d}_{uuid.uuid4()}.{queue}.msg"
        part = self.aside / f"{name}.part"
        part.write_text(dumps(payload), encoding="utf-8")
        os.replace(part, self.waiting / name)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        for name in sorted(os.listdir(self.waiting)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = self.aside / name
            try:
                os.rename(self.waiting / name, taken)
            except FileNotFoundError:
                continue  # another worker was quicker
            text = taken.read_text(encoding="utf-8")
            taken.unlink()
            return loads(text)
        raise Empty

    def get_table(self, exchange: str) -> list[filesystem.exchange_queue_t]:  # type: ignore[override]
        """Every exchange leads to the queue of its own name, which is Celery's way: no table needs a file."""
        return [filesystem.exchange_queue_t(exchange, "", exchange)]

    def _queue_bind(
        self, exchange: str, routing_key: str | None, pattern: str | None, queue: str | None
    ) -> None:
        """Nothing to write down, see `get_table`."""


class Transport(filesystem.Transport):
    """Kombu's filesystem transport with the channel above."""

    Channel = Channel


def transport_options(folder: Path) -> dict[str, Any]:
    """Kombu's options for a broker in this folder; makes the folders."""
    waiting, aside = folder / "messages", folder / "taken"
    for path in (waiting, aside):
        path.mkdir(parents=True, exist_ok=True)
    return {
        "data_folder_in": str(waiting),
        "data_folder_out": str(waiting),
        "processed_folder": str(aside),
        "control_folder": str(folder / "control"),
        # Seconds. A worker takes one message at a look: at two looks a second ticks of a second would pile up, and what
        # waits too long is dropped for the next one.
        "polling_interval": 0.1,
    }
