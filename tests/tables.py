"""What the database holds, to see whether something changed; and what it refuses, by examples.

An example is a function of a world: an object with one sound row of each kind by name, which it alters or
repeats.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

STAGES = ("clinic", "attendance", "reminders")
Write = Callable[[Any], None]


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of the product; who is signed in is none of it."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for stage in STAGES
        for model in apps.get_app_config(stage).get_models(include_auto_created=True)
        if model._meta.label != "clinic.User"
    }


def names(model: type[models.Model]) -> set[str]:
    """The columns of a table, by the names of its fields."""
    return {field.name for field in model._meta.concrete_fields}


def relations_within(column: str) -> list[tuple[type[models.Model], str]]:
    """Each reference by which a row that has the column points at another that has it."""
    return [
        (model, field.name)
        for stage in STAGES
        for model in models_of(stage)
        for field in model._meta.concrete_fields
        if field.related_model and column in names(model) & names(field.related_model)
    ]


def apart(column: str) -> tuple[dict[str, int], dict[str, int]]:
    """By such reference, how many rows use it; and how many of them point at a row with another value.

    A row without a value belongs to all, and anybody may point at it.
    """
    used, wrong = {}, {}
    for model, name in relations_within(column):
        pairs = model._base_manager.filter(**{f"{name}__isnull": False}).values_list(
            column, f"{name}__{column}"
        )
        label = f"{model.__name__}.{name}"
        used[label] = len(pairs)
        if number := sum(theirs not in (ours, None) for ours, theirs in pairs):
            wrong[label] = number
    return used, wrong


def but(row_name: str, /, **values: Any) -> Write:
    """The sound row of that name with these values."""

    def write(world: Any) -> None:
        row = getattr(world, row_name)
        for field, value in values.items():
            setattr(row, field, value)
        row.save()

    return write


def again(row_name: str, /, **values: Any) -> Write:
    """Another row like the sound one of that name, with these values."""

    def write(world: Any) -> None:
        row = getattr(world, row_name)
        row.pk, row._state.adding = None, True
        for field, value in values.items():
            setattr(row, field, value)
        row.save(force_insert=True)

    return write


def all_of(*writes: Write) -> Write:
    """One after another."""

    def write(world: Any) -> None:
        for one in writes:
            one(world)

    return write


def models_of(stage: str) -> list[type[models.Model]]:
    """The tables of a stage that are its own; the user's is Django's."""
    return [model for model in apps.get_app_config(stage).get_models() if model.__name__ != "User"]


def rules_of(stage: str) -> dict[str, tuple[type[models.Model], models.BaseConstraint]]:
    """Every constraint that the tables of a stage state, by name."""
    return {rule.name: (model, rule) for model in models_of(stage) for rule in model._meta.constraints}


def unique_fields_of(stage: str) -> set[str]:
    """The fields by which a row of a stage is known, besides its key, as Model.field."""
    return {
        f"{model.__name__}.{field.name}"
        for model in models_of(stage)
        for field in model._meta.local_fields
        if field.unique and not field.primary_key
    }


def each(examples: dict[str, list[Write]]) -> Iterator[Any]:
    """The examples as parameters: a rule, and something that breaks it."""
    for rule, writes in examples.items():
        for number, write in enumerate(writes, start=1):
            yield pytest.param(rule, write, id=f"{rule}-{number}")


def assert_refused_by(stage: str, rule: str, write: Write, world: Any) -> None:
    """The write breaks this rule of the stage, and the database says so."""
    model, constraint = rules_of(stage)[rule]
    said = _refusal(write, world)
    if (
        connection.vendor == "sqlite"
        and isinstance(constraint, models.UniqueConstraint)
        and constraint.fields
    ):
        # Of a unique index on columns SQLite names the columns only.
        assert said.endswith(": " + _columns(model, constraint.fields))
    else:
        assert rule in said


def assert_known_alone_by(stage: str, field: str, write: Write, world: Any) -> None:
    """The write gives a second row the value of a field that is one row's alone, and is refused for it."""
    name, column = field.split(".")
    columns = _columns(apps.get_model(stage, name), [column])
    said = _refusal(write, world)
    if connection.vendor == "sqlite":
        assert said.endswith(": " + columns)
    else:
        assert f"({columns.rpartition('.')[2]})=" in said


def _refusal(write: Write, world: Any) -> str:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        write(world)
    return str(refused.value).strip()


def _columns(model: type[models.Model], fields: Iterable[str]) -> str:
    columns = {field.name: field.column for field in model._meta.concrete_fields}
    return ", ".join(f"{model._meta.db_table}.{columns[name]}" for name in fields)
