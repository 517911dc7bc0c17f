"""Riverside, somebody who sends spreadsheets, and Sam and Tess of whom they tell."""

from __future__ import annotations

from typing import Any

import pytest

from clinic.actors import Actor
from clinic.models import Client, Clinic
from tests import cast
from tests.spreadsheets import a_sender


@pytest.fixture
def mo(clinic: Clinic) -> Actor:
    """Mo, a manager of Riverside."""
    return a_sender(clinic, "mo")


@pytest.fixture
def tess(clinic: Clinic) -> Client:
    """Tess, client T1 since the same day as Sam."""
    return cast.a_client(clinic, "T1")


@pytest.fixture
def facts() -> Any:
    """All that is on record but the audit trail, what spreadsheets remember, and what was voided."""
    from tests.tables import everything

    def facts() -> dict[str, Any]:
        kept = {}
        for label, rows in everything().items():
            if label == "clinic.AuditEntry" or label.startswith("clinic.Spreadsheet"):
                continue
            kept[label] = [row for row in rows if not row.get("voided_at") and not row.get("revoked_at")]
        reports = {row["id"] for row in kept["attendance.Attendance"]}
        kept["attendance.Report"] = [
            row for row in kept["attendance.Report"] if row["attendance_id"] in reports
        ]
        return kept

    return facts
