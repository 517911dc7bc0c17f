"""Holding clients while facts of theirs are written, so that the facts of one client come one after another."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Min

from clinic import locking
from clinic.models import Clinic


def locked_intakes(clinic: Clinic, client_ids: Collection[int]) -> dict[int, date]:
    """First intake by client, each client locked, so that facts of one client come one after another."""
    # Locked before the intakes are read: one that moves at this moment is seen where it has come to.
    locked = locking.clients(clinic.clients.filter(pk__in=client_ids))
    first = dict(
        clinic.episodes.filter(client__in=client_ids)
        .values_list("client")
        .annotate(Min("intake_on"))
        .order_by()
    )
    return {client_id: first[client_id] for client_id in locked}
