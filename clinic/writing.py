"""Writing many new rows at once: what bulk_create does, without asking each field of each row how it is kept.

For tables of plain columns that are filled by the hundred thousand: numbers, texts, days, moments, and lists as JSON.
A value is of its column's own kind already; the database's constraints are the same ones. PostgreSQL is given many by
COPY (see clinic.copying), and a few by INSERT, as any other database is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from itertools import chain
from operator import itemgetter
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models.base import ModelState

from clinic import copying

ADAPTED = ((models.DateTimeField, "adapt_datetimefield_value"), (models.DateField, "adapt_datefield_value"))
Row = TypeVar("Row", bound=models.Model)


def write_new(rows: Iterable[models.Model]) -> None:
    """Write rows of one model that are not there yet, inside the caller's transaction; each is given its number."""
    new = list(rows)
    if not new:
        return
    columns, alias = tuple(_defaults(type(new[0]))), connection.alias
    values = map(itemgetter(*columns), map(vars, new))
    for row, number in zip(new, write_values(type(new[0]), columns, values), strict=True):
        row.pk = number
        row._state.adding, row._state.db = False, alias


def fresh(model: type[Row], **values: Any) -> Row:
    """A row not yet written, by the values of its columns; the others have their default.

    In a tenth of model()'s time, which asks each field and tells signals that nobody hears: for models of plain
    columns, whose values are kept as they are given.
    """
    defaults = _defaults(model)
    assert values.keys() <= defaults.keys(), values.keys() - defaults.keys()
    others = {name: default() for name, default in defaults.items() if name not in values}
    return _row(model, {"id": None, **values, **others})


def as_read(model: type[Row], values: Sequence[Any]) -> Row:
    """A row by the values of all its columns in their order, as they were just read; in as little time."""
    row = _row(model, dict(zip(_names(model), values, strict=True)))
    row._state.adding, row._state.db = False, connection.alias
    return row


def write_values(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> list[int]:
    """Write rows by their values in these columns; those left out have their default. The numbers given, in order."""
    new = list(rows)
    left_out = {name: default for name, default in _defaults(model).items() if name not in columns}
    if left_out:
        columns = (*columns, *left_out)
        new = [(*row, *(default() for default in left_out.values())) for row in new]
    table, kept = model._meta.db_table, _kept(model, connection.vendor)
    if connection.vendor == "postgresql" and len(new) >= copying.LEAST_ROWS:
        return copying.copy(table, columns, _by_column(new, columns, kept))
    one = f"({', '.join(['%s'] * len(columns))})"
    quoted = connection.ops.quote_name
    into = f"INSERT INTO {quoted(table)} ({', '.join(map(quoted, columns))}) VALUES"
    at_once = connection.ops.bulk_batch_size(columns, new) or 1
    numbers = list[int]()
    with connection.cursor() as cursor:
        for start in range(0, len(new), at_once):
            some = new[start : start + at_once]
            values = list(chain.from_iterable(zip(*_by_column(some, columns, kept), strict=True)))
            cursor.execute(f"{into} {', '.join([one] * len(some))} RETURNING id", values)
            numbers.extend(number for (number,) in cursor.fetchall())
    return numbers


def _by_column(
    rows: Sequence[Sequence[Any]], columns: Sequence[str], kept: Mapping[str, Callable[[Any], Any]]
) -> list[Sequence[Any]]:
    """The values of each column, as the database keeps them."""
    return [
        list(map(kept[column], values)) if column in kept else values
        for column, values in zip(columns, zip(*rows, strict=True), strict=True)
    ]


def _row(model: type[Row], values: dict[str, Any]) -> Row:
    row = model.__new__(model)
    row.__dict__ = values
    row._state = ModelState()
    return row


@cache
def _names(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@cache
def _defaults(model: type[models.Model]) -> dict[str, Callable[[], Any]]:
    """Every column but the number, in order, and what gives it a value where nobody does.

    Each is a plain one: neither the database gives it a value nor a save().
    """
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    for field in fields:
        by_a_save = getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
        filled = by_a_save or field.has_db_default()
        assert not filled, f"{field} is no plain column"
    return {field.attname: field.get_default for field in fields}


@cache
def _kept(model: type[models.Model], vendor: str) -> dict[str, Callable[[Any], Any]]:
    """The columns that a database keeps as something else than Python does, and how."""
    found: dict[str, Callable[[Any], Any]] = {}
    for field in model._meta.concrete_fields:
        if isinstance(field, models.JSONField):
            found[field.attname] = json.dumps
        elif name := next((name for kind, name in ADAPTED if isinstance(field, kind)), None):
            found[field.attname] = getattr(connection.ops, name)
    return found
