"""Writing many new rows at once: what bulk_create does, without asking each field of each row how it is kept.

For tables of plain columns that are filled by the hundred thousand: numbers, texts, days, moments, and lists as JSON.
A value is of its column's own kind already; the database's constraints are the same ones.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connection, models

ADAPTED = ((models.DateTimeField, "adapt_datetimefield_value"), (models.DateField, "adapt_datefield_value"))
Row = TypeVar("Row", bound=models.Model)


def write_new(rows: Iterable[models.Model]) -> None:
    """Write rows of one model that are not there yet, inside the caller's transaction; each is given its number."""
    new = list(rows)
    if not new:
        return
    columns = tuple(_defaults(type(new[0])))
    values_of = attrgetter(*columns)
    for row, number in zip(new, write_values(type(new[0]), columns, map(values_of, new)), strict=True):
        row.pk = number
        row._state.adding, row._state.db = False, connection.alias


def fresh(model: type[Row], **values: Any) -> Row:
    """A row not yet written, by the values of its columns; the others have their default; in half of model()'s time."""
    defaults = _defaults(model)
    assert values.keys() <= defaults.keys(), values.keys() - defaults.keys()
    return model(None, *(values[name] if name in values else default() for name, default in defaults.items()))


def write_values(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> list[int]:
    """Write rows by their values in these columns; those left out have their default. The numbers given, in order."""
    new, kept, numbers = list(rows), _kept(model, connection.vendor), list[int]()
    left_out = {name: default for name, default in _defaults(model).items() if name not in columns}
    if left_out:
        columns = (*columns, *left_out)
        new = [(*row, *(default() for default in left_out.values())) for row in new]
    one = f"({', '.join(['%s'] * len(columns))})"
    into = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) VALUES"
    at_once = connection.ops.bulk_batch_size(columns, new) or 1
    with connection.cursor() as cursor:
        for start in range(0, len(new), at_once):
            some = new[start : start + at_once]
            values = list(chain.from_iterable(some))
            for position, column in enumerate(columns):
                if column in kept:
                    values[position :: len(columns)] = map(kept[column], values[position :: len(columns)])
            cursor.execute(f"{into} {', '.join([one] * len(some))} RETURNING id", values)
            numbers.extend(number for (number,) in cursor.fetchall())
    return numbers


@cache
def _defaults(model: type[models.Model]) -> dict[str, Callable[[], Any]]:
    """Every column but the number, in order, and what gives it a value where nobody does."""
    return {
        field.attname: field.get_default for field in model._meta.concrete_fields if not field.primary_key
    }


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
