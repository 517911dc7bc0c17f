"""A digest of the facts of a demonstration, to tell two of them apart.

Rows with ids by their order, without what holds ids itself, what is drawn from the system's randomness, and the one
moment that Django reads from the system's clock.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

from django.apps import apps
from django.db import models

from clinic.models import AuditEntry

NO_FACT = {
    ("User", "password"),
    ("User", "date_joined"),
    ("SignedLink", "digest"),
    ("Prompt", "provider_id"),
    ("Meeting", "fingerprint"),
    ("ChosenMeeting", "uid"),
}
NUMBERED = re.compile(r"(prompt|introduction) \d+")


def digests() -> dict[str, str]:
    """A digest of every table of the product, by model."""
    tables = [
        model
        for name in ("clinic", "attendance", "reminders")
        for model in apps.get_app_config(name).get_models()
    ]
    order = {
        model: {pk: n for n, pk in enumerate(model._base_manager.order_by("pk").values_list("pk", flat=True))}
        for model in tables
    }
    by_name = {model._meta.model_name: ranks for model, ranks in order.items()}

    def plain(row: models.Model, column: models.Field) -> Any:
        value = getattr(row, column.attname)
        if isinstance(column, models.ForeignKey):
            return order.get(column.related_model, {}).get(value, value)
        if column.primary_key:
            return order[type(row)][value]
        if isinstance(row, AuditEntry) and column.name in ("subject_id", "client_id"):
            model = row.subject if column.name == "subject_id" else "client"
            return by_name.get(model, {}).get(value, value)
        return NUMBERED.sub(r"\1", value) if isinstance(value, str) else value

    found = {}
    for model in tables:
        columns = [
            column for column in model._meta.concrete_fields if (model.__name__, column.name) not in NO_FACT
        ]
        rows = [[plain(row, column) for column in columns] for row in model._base_manager.order_by("pk")]
        found[model._meta.label] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return found
