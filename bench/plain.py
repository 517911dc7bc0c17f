"""Plain SQL through the driver's own connection, for PostgreSQL and SQLite alike; no ORM."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, time
from typing import Any

from django.db import connection
from psycopg2.extras import execute_values

Rows = Sequence[tuple[Any, ...]]

ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


class Plain:
    """A cursor of the driver. Statements are written with %s; a tuple as a parameter stands for a list after IN."""

    def __init__(self) -> None:
        connection.ensure_connection()
        self.postgresql = connection.vendor == "postgresql"
        self.cursor: Any = connection.connection.cursor()

    def read(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run a statement and fetch all that it answers."""
        self.run(statement, *values)
        found: list[tuple[Any, ...]] = self.cursor.fetchall()
        return found

    def run(self, statement: str, *values: Any) -> None:
        """Run a statement that answers nothing."""
        if self.postgresql:
            self.cursor.execute(statement, values)
            return
        marks = [f"({','.join('?' * len(one))})" if isinstance(one, tuple) else "?" for one in values]
        flat = [part for one in values for part in (one if isinstance(one, tuple) else (one,))]
        self.cursor.execute(statement % tuple(marks), flat)

    def lock(self) -> str:
        """What makes a SELECT take its rows; on SQLite the transaction has taken the whole file."""
        return "FOR NO KEY UPDATE SKIP LOCKED" if self.postgresql else ""

    def insert(self, table: str, columns: Sequence[str], rows: Rows, ending: str = "") -> None:
        """Write rows the fastest way that the driver has for INSERT."""
        into = f"INSERT INTO {table} ({', '.join(columns)}) VALUES"
        if self.postgresql:
            execute_values(self.cursor, f"{into} %s {ending}", rows, page_size=1000)
        else:
            self.cursor.executemany(f"{into} ({', '.join('?' * len(columns))}) {ending}", rows)

    def copying(self, table: str, columns: Sequence[str], rows: Rows) -> Callable[[], None]:
        """What writes these rows the fastest way that the driver has at all; they stand ready for it."""
        if not self.postgresql:
            written = [tuple(map(_of_sqlite, row)) for row in rows]
            return lambda: self.insert(table, columns, written)
        ready = io.StringIO("".join("\t".join(map(_copied, row)) + "\n" for row in rows))
        return lambda: self.cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", ready)

    def upsert(self, table: str, columns: Sequence[str], rows: Rows) -> None:
        """Write rows, over those that have the same first column."""
        key, *others = columns
        renewed = ", ".join(f"{column} = EXCLUDED.{column}" for column in others)
        self.insert(table, columns, rows, f"ON CONFLICT ({key}) DO UPDATE SET {renewed}")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction of its own; the connection is left to commit by itself otherwise."""
        self.run("BEGIN" if self.postgresql else "BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.run("ROLLBACK")
            raise
        self.run("COMMIT")


def _of_sqlite(value: Any) -> Any:
    """A value as SQLite keeps it, which has neither dates nor times."""
    return str(value) if isinstance(value, date | time) else value


def _copied(value: Any) -> str:
    """A value as COPY takes it."""
    return r"\N" if value is None else str(value).translate(ESCAPED)
