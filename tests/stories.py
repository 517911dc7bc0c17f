"""All that is on record of a clinic's clients, so told that two clinics with the same story tell the same."""

import re
from collections import defaultdict
from typing import Any

from django.apps import apps
from django.db.models import Model

from clinic.models import Client, Clinic
from tests.tables import STAGES

Story = dict[str, list[dict[str, Any]]]


def stories(clinic: Clinic) -> dict[str, Story]:
    """By reference, every row about a client in the order written. Ids differ between clinics and are left out.

    A row of the audit trail names its subject by the place of that among the client's rows of its kind.
    """
    references = dict(clinic.clients.values_list("pk", "reference"))
    owners = dict(clinic.episodes.values_list("pk", "client"))
    programmes = dict(clinic.programmes.values_list("pk", "name"))
    told: defaultdict[str, Story] = defaultdict(dict)
    places: dict[tuple[str, int], int] = {}
    for model in _models_of_a_client():
        for row in model._base_manager.order_by("pk").values():
            client_id = (
                row["id"] if model is Client else row.get("client_id", owners.get(row.get("episode_id")))
            )
            if client_id in references:
                rows = told[references[client_id]].setdefault(model._meta.label, [])
                places[str(model._meta.model_name), row.get("id", client_id)] = len(rows)
                rows.append(row | {"programme": programmes.get(row.get("programme_id"))})
    for story in told.values():
        for entry in story["clinic.AuditEntry"]:
            entry["subject"] = f"{entry['subject']} {places[entry['subject'], entry['subject_id']]}"
        for rows in story.values():
            rows[:] = [_without_ids(row) for row in rows]
    return dict(told)


def _models_of_a_client() -> list[type[Model]]:
    models = [model for stage in STAGES for model in apps.get_app_config(stage).get_models()]
    return [
        model
        for model in models
        if model is Client
        or {"client_id", "episode_id"} & {field.attname for field in model._meta.concrete_fields}
    ]


def _without_ids(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: re.sub(r"\d+", "#", value) if name == "about" else value
        for name, value in row.items()
        if name in ("keyworker_id", "user_id") or not (name == "id" or name.endswith("_id"))
    }
