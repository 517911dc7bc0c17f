"""Another system, which speaks for Riverside with a token."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.response import Response
from rest_framework.test import APIClient

from clinic import setup
from clinic.models import Clinic
from tests.cast import BY, NOW


class System:
    """Sends requests with its token, and no others."""

    def __init__(self, clinic: Clinic, *, read_only: bool = False) -> None:
        self.name = f"{clinic.slug} {'reader' if read_only else 'writer'}"
        self.token = setup.make_token(name=self.name, clinic=clinic, read_only=read_only, by=BY, now=NOW)
        self.client = APIClient()
        self.client.credentials(HTTP_AUTHORIZATION=f"Token {self.token}")

    def get(self, path: str, **query: Any) -> Response:
        """Ask."""
        return self.client.get(f"/api/v1/{path}", query)

    def post(self, path: str, body: Any) -> Response:
        """Tell."""
        return self.client.post(f"/api/v1/{path}", body, format="json")


@pytest.fixture
def system(clinic: Clinic) -> System:
    """Reads and writes for Riverside."""
    return System(clinic)


@pytest.fixture
def reader(clinic: Clinic) -> System:
    """Only reads for Riverside."""
    return System(clinic, read_only=True)


@pytest.fixture
def stranger(other_clinic: Clinic) -> System:
    """Reads and writes for Hillside."""
    return System(other_clinic)


@pytest.fixture(autouse=True)
def monday_noon(tmp_path, settings) -> None:
    """The clock stands at the tests' present, and no static files have been gathered."""
    settings.STATIC_ROOT = tmp_path
    settings.CLOCK_FILE = tmp_path / "clock"
    settings.CLOCK_FILE.write_text(NOW.isoformat(), encoding="utf-8")
