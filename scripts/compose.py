"""Reads docker-compose.yml and the Dockerfile as far as this project uses them, without Docker."""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

VARIABLE = re.compile(r"\$(?:(?P<escaped>\$)|\{(?P<name>\w+)(?:(?P<how>:[-?])(?P<rest>[^}]*))?\})")


class ComposeError(Exception):
    """The file asks for something that is not there."""


@dataclass(frozen=True)
class Service:
    """One service: what it runs, with which environment, and how its health is asked for."""

    name: str
    command: list[str]
    environment: dict[str, str]
    health: list[str]


@dataclass(frozen=True)
class Step:
    """One instruction of a Dockerfile."""

    instruction: str
    rest: str


def fill_in(text: str, variables: Mapping[str, str]) -> str:
    """The text with ${NAME}, ${NAME:-default} and ${NAME:?why} filled in; `$$` is a dollar sign."""

    def value(found: re.Match[str]) -> str:
        if found["escaped"]:
            return "$"
        given = variables.get(found["name"], "")
        if not given and found["how"] == ":?":
            raise ComposeError(f"{found['name']} is not set: {found['rest']}")
        return given or (found["rest"] if found["how"] == ":-" else "")

    return VARIABLE.sub(value, text)


def read_services(path: Path, variables: Mapping[str, str]) -> dict[str, Service]:
    """The services by name, with the variables filled in."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {name: _service(name, entry, variables) for name, entry in content["services"].items()}


def _service(name: str, entry: dict[str, Any], variables: Mapping[str, str]) -> Service:
    environment = {
        key: fill_in(str(value), variables) for key, value in (entry.get("environment") or {}).items()
    }
    command = entry.get("command") or []
    words = shlex.split(command) if isinstance(command, str) else [str(word) for word in command]
    return Service(
        name=name,
        command=[fill_in(word, variables) for word in words],
        environment=environment,
        health=_health(entry.get("healthcheck", {}).get("test", []), variables),
    )


def _health(test: list[str], variables: Mapping[str, str]) -> list[str]:
    if not test:
        return []
    kind, *words = [fill_in(word, variables) for word in test]
    return ["sh", "-c", *words] if kind == "CMD-SHELL" else words


def read_dockerfile(path: Path) -> list[Step]:
    """The instructions in their order, continued lines joined."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [Step(*line.split(maxsplit=1)) for line in joined.splitlines() if line.strip()]


def image_python(steps: list[Step]) -> tuple[int, int]:
    """The Python of the image that the Dockerfile starts from."""
    for step in steps:
        found = re.match(r"python:(\d+)\.(\d+)", step.rest)
        if step.instruction == "FROM" and found:
            return int(found[1]), int(found[2])
    raise ComposeError("the Dockerfile does not start from a python image")


def copies(steps: list[Step]) -> list[tuple[str, str]]:
    """What the Dockerfile copies, each as source and target."""
    found = []
    for step in steps:
        if step.instruction == "COPY":
            *sources, target = step.rest.split()
            found += [(source, target) for source in sources if not source.startswith("--")]
    return found


def kept_by_dockerignore(path: Path) -> set[str]:
    """The entries that a .dockerignore lets through, where it starts by leaving out everything."""
    return {line[1:] for line in path.read_text(encoding="utf-8").split() if line.startswith("!")}
