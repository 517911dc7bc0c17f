"""What is known of clients at a moment, as plain values, so that two moments can be told apart."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from clinic.models import Client, Clinic, Consent, Episode

CLIENT = (
    *("first_name", "last_name", "date_of_birth", "mobile", "email", "language", "preferences"),
    *("keyworker_id", "closed_on", "closed_reason"),
)
EPISODE = (
    *("programme_id", "twelve_step_based", "intake_on", "severity", "motivation"),
    *("controlled_use_impossible", "isolated", "phase", "discharged_on"),
)
CONSENT = ("given_on", "how", "revoked_at")
Snapshot = dict[str, Any]


def snapshots(clinic: Clinic, client_ids: Collection[int]) -> dict[int, Snapshot]:
    """By client, their values, and those of their episodes and consents by number; three queries."""
    held = clinic.clients.filter(pk__in=client_ids).prefetch_related("episodes", "consents")
    return {client.pk: snapshot(client) for client in held}


def snapshot(client: Client) -> Snapshot:
    """What is known of one client, as it is read now or was prefetched."""
    return {
        "client": _values(client, CLIENT),
        "episodes": {str(one.pk): _values(one, EPISODE) for one in client.episodes.all()},
        "consents": {str(one.pk): _values(one, CONSENT) for one in client.consents.all()},
    }


def _values(row: Client | Episode | Consent, names: Collection[str]) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
