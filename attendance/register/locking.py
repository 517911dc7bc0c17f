"""Holding clients while facts of theirs are written, so that the facts of one client come one after another."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from clinic import locking, statements
from clinic.models import Clinic, Episode

FIRST_INTAKES = f"""
    SELECT client_id, MIN(intake_on) AS "intake_on [date]" FROM {Episode._meta.db_table}
    WHERE client_id IN %s GROUP BY client_id
"""  # noqa: S608


def locked_intakes(clinic: Clinic, client_ids: Collection[int]) -> dict[int, date]:
    """First intake by client, each client locked, so that facts of one client come one after another."""
    # Locked before the intakes are read: one that moves at this moment is seen where it has come to.
    held = locking.numbered(clinic, client_ids)
    return dict(statements.read(FIRST_INTAKES, held)) if held else {}
