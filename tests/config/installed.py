"""The product as it is installed: a copy of its code in a folder of its own."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def copy_to(folder: Path) -> Path:
    """Copy the code there, without what it has gathered here: that stands beside the code."""
    for name in ("config", "clinic", "attendance", "reminders", "templates", "static"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "manage.py", folder)
    return folder


def gather(folder: Path, environment: Mapping[str, str]) -> None:
    """Gather the style sheets, as whoever installs it does."""
    command = [sys.executable, "manage.py", "collectstatic", "--noinput"]
    subprocess.run(command, cwd=folder, env=dict(environment), capture_output=True, check=True)
