import os
from collections.abc import Callable
from pathlib import Path

import pytest

from clinic.actors import Actor
from clinic.models import Clinic, Role
from tests import cast

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def real_feed() -> Callable[[str], Path]:
    """Finds a really published list by its file name, or skips the test where the lists are not at hand."""
    folder = Path(os.environ.get("MEETING_FEEDS_DIR") or ROOT / "../shared/feeds")

    def find(name: str) -> Path:
        path = folder / name
        if not path.exists():
            pytest.skip(f"needs {name} in MEETING_FEEDS_DIR, which is not shipped")
        return path

    return find


@pytest.fixture
def ada(clinic: Clinic) -> Actor:
    """Ada, administrator of Riverside."""
    return Actor.staff(cast.a_keyworker(clinic, "ada", Role.ADMINISTRATOR))


@pytest.fixture
def hal(other_clinic: Clinic) -> Actor:
    """Hal, administrator of Hillside."""
    return Actor.staff(cast.a_keyworker(other_clinic, "hal", Role.ADMINISTRATOR))
