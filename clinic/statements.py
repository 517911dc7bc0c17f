"""Statements written out in SQL that PostgreSQL and SQLite speak alike, for the few that are read at every press.

Having such a one worded anew each time takes several times as long as reading its answer. As in "day [date]", a kind
in brackets after the name of what is read tells SQLite, which has neither days nor truth values, to make one of it; to
PostgreSQL it is part of the name.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.db import connection


def read(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """What a statement answers; each %s in it stands for one value, a list among them for a list after IN.

    Nothing but marks is put into the statement: the values go to the driver by themselves. A list holds something:
    of nobody nothing is asked.
    """
    assert [] not in values, "PostgreSQL takes no IN (): whoever has an empty list does not ask"
    marks = tuple(f"({', '.join(['%s'] * len(one))})" if isinstance(one, list) else "%s" for one in values)
    flat = [part for one in values for part in (one if isinstance(one, list) else (one,))]
    with connection.cursor() as cursor:
        cursor.execute(statement % marks, [_as_kept(one) for one in flat])
        return cursor.fetchall()


def moment(kept: datetime) -> datetime:
    """A moment that a statement answered, as an aware one: SQLite keeps those of UTC without saying so."""
    return kept if kept.tzinfo is not None else kept.replace(tzinfo=UTC)


def until_the_end() -> str:
    """What makes a SELECT hold its rows without their keys; on SQLite a transaction holds the whole file."""
    return "FOR NO KEY UPDATE" if connection.features.has_select_for_update else ""


def _as_kept(value: Any) -> Any:
    # A moment is a day as well, to Python.
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value
