"""The rows of a client, whatever their tables: which there are, moving them to another, and putting them back.

A table that names a client is a client's, and so is what hangs on a row of it. No table is named here: one that is
new comes along by itself, and what a stage wants otherwise it says when it is told of the merge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, models, transaction

from clinic.actors import Actor
from clinic.models import Client, Clinic, Merge, MergedRow

Row = tuple[str, int]
Values = dict[str, Any]
Snapshot = dict[Row, Values]


@dataclass
class Merging:
    """A merge under way: what a stage is told before rows move, and after.

    stays: rows that are not to move, by table; a stage adds those whose place another row has already.
    """

    clinic: Clinic
    kept: Client
    merged: Client
    by: Actor
    now: datetime
    stays: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def keep(self, row: models.Model) -> None:
        """Leave a row with the merged record."""
        self.stays[row._meta.label].add(row.pk)


@cache
def tables() -> dict[type[models.Model], str]:
    """Each table of a client's rows, those that others point at first, with the lookup that finds a client's."""
    found: dict[type[models.Model], str] = {Client: "pk"}
    waiting = [model for model in apps.get_models() if model is not Client]
    while True:
        news = [(model, way) for model in waiting if (way := _way(model, found))]
        if not news:
            return _parents_first(found)
        found |= dict(news)
        waiting = [model for model in waiting if model not in found]


def _way(model: type[models.Model], found: dict[type[models.Model], str]) -> str:
    """How a row of the table finds its client: by its own column, else by that of the row it goes with."""
    for column in _references(model):
        if column.related_model is Client and column.name == "client":
            return "client"
    for column in _references(model):
        parent = column.related_model
        if parent in found and parent is not Client and column.remote_field.on_delete is models.CASCADE:
            return f"{column.name}__{found[parent]}"
    return ""


def _references(model: type[models.Model]) -> Iterator[Any]:
    return (one for one in model._meta.concrete_fields if isinstance(one, models.ForeignKey))


def _parents_first(found: dict[type[models.Model], str]) -> dict[type[models.Model], str]:
    ordered: dict[type[models.Model], str] = {}

    def visit(model: type[models.Model]) -> None:
        if model in ordered or model not in found:
            return
        for column in _references(model):
            if column.related_model is not model:
                visit(column.related_model)
        ordered[model] = found[model]

    for model in found:
        visit(model)
    return ordered


def movable() -> list[type[models.Model]]:
    """The tables whose rows name the client themselves; but for those that are one a client by their key."""
    return [model for model, way in tables().items() if way == "client" and model._meta.pk.name != "client"]


def snapshot(client_ids: Collection[int]) -> Snapshot:
    """Every row of these clients as it stands, a query a table."""
    return {
        (model._meta.label, row.pk): {
            column.attname: _plain(getattr(row, column.attname)) for column in model._meta.concrete_fields
        }
        for model, way in tables().items()
        for row in model._base_manager.filter(**{f"{way}__in": list(client_ids)})
    }


def _plain(value: Any) -> Any:
    """A value as JSON holds it, to the microsecond."""
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def altered(merge: Merge, before: Snapshot, after: Snapshot) -> list[MergedRow]:
    """The ledger: each row that is not as it was, with the columns that differ; not yet written."""
    assert before.keys() <= after.keys(), "a merge takes no row away"
    ledger = []
    for (table, row), now in after.items():
        was = before.get((table, row))
        if was == now:
            continue
        names = [name for name in now if was is None or was[name] != now[name]]
        ledger.append(
            MergedRow(
                clinic_id=merge.clinic_id,
                merge=merge,
                table=table,
                row=row,
                before=None if was is None else {name: was[name] for name in names},
                after={name: now[name] for name in names},
            )
        )
    return ledger


def move(merging: Merging) -> None:
    """Let every row of the merged client be the kept one's that can stand there; the others stay, and are voided."""
    for model in movable():
        label = model._meta.label
        rows = model._base_manager.filter(client=merging.merged.pk)
        for column in _references(model):
            stays = merging.stays[column.related_model._meta.label]
            if stays and column.related_model is not model:
                with_parent = rows.filter(**{f"{column.name}__in": stays})
                merging.stays[label].update(with_parent.values_list("pk", flat=True))
        rows = rows.exclude(pk__in=merging.stays[label])
        if _moved(rows, merging):
            continue
        for pk in list(rows.values_list("pk", flat=True)):
            one = model._base_manager.filter(pk=pk)
            if not _moved(one, merging):
                merging.stays[label].add(pk)
                void(one, merging)


def _moved(rows: models.QuerySet[Any], merging: Merging) -> bool:
    try:
        with transaction.atomic():
            rows.update(client=merging.kept.pk)
    except IntegrityError:
        return False
    return True


def void(rows: models.QuerySet[Any], merging: Merging) -> None:
    """Strike out rows that stay because the kept client has the like: so that nobody counts them twice."""
    names = {column.name for column in rows.model._meta.concrete_fields}
    if "voided_at" not in names:
        return
    told: Values = {"voided_at": merging.now, "voided_by": merging.by.label}
    if "void_reason" in names:
        told["void_reason"] = f"Entered twice: it stands on record {merging.kept.reference}."
    rows.filter(voided_at__isnull=True).update(**told)


def put_back(ledger: Iterable[MergedRow]) -> int:
    """Put each row back to what it was, but for what was altered since; how many did not all go back.

    A row that somebody has altered since keeps that, and goes back to whose it was. Only those count whose place has
    changed, and the clients': what else differs by now was worked out anew since.
    """
    by_table: defaultdict[str, list[MergedRow]] = defaultdict(list)
    for one in ledger:
        by_table[one.table].append(one)
    left = 0
    order = [model for model in tables() if model._meta.label in by_table]
    for model in reversed(order):
        for one in by_table[model._meta.label]:
            if one.before is None:
                _unmade(model, one)
    for model in order:
        changed = [one for one in by_table[model._meta.label] if one.before is not None]
        stands = model._base_manager.in_bulk([one.row for one in changed])
        # First what goes back, so that what stays finds its place free.
        changed.sort(key=lambda one: not _whose(model, one))
        for one in changed:
            back = one.row not in stands or _restored(model, stands[one.row], one)
            left += not back and (model is Client or bool(_whose(model, one)))
    return left


def _whose(model: type[models.Model], one: MergedRow) -> set[str]:
    return {column.attname for column in _references(model)} & set(one.before or {})


def _unmade(model: type[models.Model], one: MergedRow) -> None:
    """Take a row away that the merge made, where nothing has come of it since."""
    row = model._base_manager.filter(pk=one.row).first()
    if row is None:
        return
    as_made = all(_plain(getattr(row, name)) == value for name, value in one.after.items())
    used = any(
        relation.related_model._base_manager.filter(**{relation.field.name: row.pk}).exists()
        for relation in model._meta.related_objects
    )
    if as_made and not used:
        model._base_manager.filter(pk=one.row).delete()


def _restored(model: type[models.Model], row: models.Model, one: MergedRow) -> bool:
    before: Values = one.before or {}
    same = {name for name in before if _plain(getattr(row, name)) == one.after[name]}
    # Of a client each detail is a fact of its own; of any other row the columns hang together.
    whole = same if model is Client or len(same) == len(before) else set()
    for names in (whole, _whose(model, one) & same):
        if names and _written(model, one, {name: before[name] for name in names}):
            return len(names) == len(before)
    return False


def _written(model: type[models.Model], one: MergedRow, values: Values) -> bool:
    columns = {column.attname: column for column in model._meta.concrete_fields}
    told = {name: columns[name].to_python(value) for name, value in values.items()}
    try:
        with transaction.atomic():
            model._base_manager.filter(pk=one.row).update(**told)
    except IntegrityError:
        return False
    return True
