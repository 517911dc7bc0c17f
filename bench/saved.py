"""What a sweep alters: kept aside, compared, and put back, so that every run starts from the same rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

from attendance.standing.models import Flag, StandingRecord
from bench.plain import Plain, Rows
from reminders.prompts.models import PlannedFlag, Prompt
from reminders.worklist.models import KeyworkerTask

# Each after those it refers to. The first column of each is its primary key.
ALTERED: Sequence[type[Model]] = (StandingRecord, Flag, Prompt, PlannedFlag, KeyworkerTask)
TABLES = {
    model._meta.db_table: [str(field.column) for field in model._meta.concrete_fields] for model in ALTERED
}

Content = dict[str, dict[int, tuple[Any, ...]]]


def content() -> Content:
    """Every row of the tables a sweep alters, by table and primary key."""
    plain = Plain()
    return {
        table: {row[0]: row for row in plain.read(f"SELECT {', '.join(columns)} FROM {table}")}
        for table, columns in TABLES.items()
    }


@dataclass(frozen=True, slots=True)
class Change:
    """The rows that are new or altered between two contents, by table and by the client they are about."""

    rows: dict[str, dict[int, Rows]]

    def write(self, plain: Plain, clients: Sequence[int]) -> None:
        """Write the rows about these clients."""
        for table, of_client in self.rows.items():
            rows = [row for client in clients for row in of_client.get(client, ())]
            if rows:
                plain.upsert(table, TABLES[table], rows)


def change(before: Content, after: Content) -> Change:
    """What became of the rows; none is ever deleted."""
    client_of_flag = {pk: row[_client_column(Flag)] for pk, row in after[Flag._meta.db_table].items()}
    found: dict[str, dict[int, Rows]] = {}
    for model in ALTERED:
        table = model._meta.db_table
        about: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
        for pk, row in after[table].items():
            if before[table].get(pk) != row:
                about[client_of_flag[pk] if model is PlannedFlag else row[_client_column(model)]].append(row)
        found[table] = dict(about)
    return Change(found)


def _client_column(model: type[Model]) -> int:
    return TABLES[model._meta.db_table].index("client_id")


class Saved:
    """Copies of the tables as they stand on entry, and the way back to them."""

    def __enter__(self) -> Saved:
        with connection.cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"CREATE TEMPORARY TABLE saved_{table} AS SELECT * FROM {table}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with connection.cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"DROP TABLE saved_{table}")

    def restore(self) -> None:
        """Put the rows and the counters of primary keys back, and leave the tables as tidy as at the start."""
        postgresql = connection.vendor == "postgresql"
        with transaction.atomic(), connection.cursor() as cursor:
            if postgresql:
                cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
            else:
                for table in reversed(TABLES):
                    cursor.execute(f"DELETE FROM {table}")
            for table in TABLES:
                cursor.execute(f"INSERT INTO {table} SELECT * FROM saved_{table}")
            for statement in _counters_back():
                cursor.execute(statement)
        with connection.cursor() as cursor:
            cursor.execute(
                f"VACUUM ANALYZE {', '.join(TABLES)}" if postgresql else "PRAGMA wal_checkpoint(TRUNCATE)"
            )


def _counters_back() -> list[str]:
    """Statements that let each table's next primary key follow the highest there is."""
    if connection.vendor == "postgresql":
        return connection.ops.sequence_reset_sql(no_style(), list(ALTERED))
    return [
        f"UPDATE sqlite_sequence SET seq = (SELECT COALESCE(MAX({columns[0]}), 0) FROM {table}) WHERE name = '{table}'"
        for table, columns in TABLES.items()
    ]
