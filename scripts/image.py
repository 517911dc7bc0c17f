# ruff: noqa: S603
"""Does in a folder what the Dockerfile does in an image: the same files, the same lock, the same steps."""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

from scripts.compose import Step, copies, image_python, kept_by_dockerignore

# Steps about the container's own user, who does not exist on this machine.
USER_STEPS = ("useradd", "chown")


class ImageError(Exception):
    """The image cannot be built; the message says why."""


def fits(version: tuple[int, int], requires: str) -> bool:
    """Whether a Python of this version satisfies a range such as '>=3.11,<3.14'."""
    for bound in requires.split(","):
        sign, wanted = bound.strip()[:2], bound.strip().lstrip("<>=")
        limit = tuple(int(number) for number in wanted.split(".")[:2])
        if sign == ">=" and not version >= limit:
            return False
        if sign.startswith("<") and not version < limit:
            return False
    return True


def step_environment(steps: list[Step]) -> dict[str, str]:
    """What the ENV instructions set."""
    pairs = [pair for step in steps if step.instruction == "ENV" for pair in step.rest.split()]
    return {name: value for name, _, value in (pair.partition("=") for pair in pairs)}


def build(root: Path, steps: list[Step], folder: Path, say: Callable[[str, bool], bool]) -> dict[str, str]:
    """Fill `folder`/app as the image's; returns the environment of its processes.

    Raises ImageError where a step fails.
    """
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = image_python(steps)
    requires = project["requires-python"]
    say(f"Python {version[0]}.{version[1]} fits {requires}", fits(version, requires))
    kept = kept_by_dockerignore(root / ".dockerignore")
    for source, _ in copies(steps):
        if not (root / source).exists():
            raise ImageError(f"COPY {source}: there is no such file")
        if source not in kept:
            raise ImageError(f"COPY {source}: .dockerignore leaves it out")

    app = folder / "app"
    app.mkdir()
    environment = folder / "environment"
    _run([sys.executable, "-m", "venv", str(environment)], app, dict(os.environ))
    base = {
        "PATH": f"{environment / 'bin'}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
    } | step_environment(steps)
    for step in steps:
        if step.instruction == "COPY":
            for source, target in copies([step]):
                _copy(root / source, app / target, target.endswith("/"))
            say(f"COPY {step.rest}", True)
        elif step.instruction == "RUN" and not any(word in step.rest for word in USER_STEPS):
            # pip keeps whatever the environment tells it, such as where packages come from.
            outside = dict(os.environ) if step.rest.startswith("pip ") else {}
            _run(["/bin/sh", "-c", step.rest], app, outside | base)
            say(f"RUN {step.rest[-60:]}", True)
    return base


def _copy(source: Path, target: Path, into: bool) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
        return
    place = target / source.name if into else target
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, place)


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=900
    )
    if done.returncode:
        lines = (done.stdout + done.stderr).strip().splitlines()
        raise ImageError(f"{' '.join(command)[-80:]} failed: {' '.join(lines[-3:])}")
