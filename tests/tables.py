"""All that the database holds, to see whether something changed."""

from typing import Any

from django.apps import apps

STAGES = ("clinic", "attendance", "reminders")


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table of the product; who is signed in is none of it."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for stage in STAGES
        for model in apps.get_app_config(stage).get_models(include_auto_created=True)
        if model._meta.label != "clinic.User"
    }
