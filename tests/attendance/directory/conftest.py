import os
from collections.abc import Callable
from pathlib import Path

import pytest

from clinic.actors import Actor
from clinic.models import Clinic, Role
from tests import cast


@pytest.fixture
def real_feed() -> Callable[[str], Path]:
    """Finds a really published list by its file name, or skips the test where the lists are not at hand."""
    folder = os.environ.get("MEETING_FEEDS_DIR")

    def find(name: str) -> Path:
        if not folder or not (path := Path(folder, name)).exists():
            pytest.skip(f"needs {name} in the folder of MEETING_FEEDS_DIR: real lists are not shipped")
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
