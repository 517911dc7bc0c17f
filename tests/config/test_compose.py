"""docker-compose.yml, Dockerfile and Procfile: they fit the settings, the repository and each other."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

from scripts.compose import (
    ComposeError,
    copies,
    fill_in,
    image_python,
    kept_by_dockerignore,
    read_dockerfile,
    read_services,
)
from scripts.image import fits

ROOT = Path(__file__).resolve().parents[2]
OPERATOR = {"SECRET_KEY": "s", "ALLOWED_HOSTS": "h", "BASE_URL": "b", "POSTGRES_PASSWORD": "p"}
OURS = ("migrate", "web", "worker", "beat")
# For a developer's machine, or set by the file's own commands, volumes and port.
NOT_FOR_COMPOSE = {"DEBUG", "CLOCK_FILE", "MESSAGE_FILE", "BROKER_DIR", "PORT"}


def services():
    return read_services(ROOT / "docker-compose.yml", OPERATOR)


def settings_read():
    """The names that the settings read from the environment."""
    code = "".join(
        (ROOT / "config" / file).read_text(encoding="utf-8") for file in ("settings.py", "gunicorn.py")
    )
    return set(re.findall(r"nvironment(?:\(\))?\.\w+\(\s*\"([A-Z_]+)\"", code))


def test_variables_are_filled_in_as_compose_does():
    assert fill_in("a ${ONE} ${TWO:-two} $$(host)", {"ONE": "1"}) == "a 1 two $(host)"
    assert fill_in("${ONE:-x}", {"ONE": ""}) == "x"
    with pytest.raises(ComposeError, match="ONE is not set: because"):
        fill_in("${ONE:?because}", {})


@pytest.mark.parametrize("name", sorted(OPERATOR))
def test_what_has_no_sound_default_is_asked_for(name):
    given = {key: value for key, value in OPERATOR.items() if key != name}
    with pytest.raises(ComposeError, match=f"{name} is not set"):
        read_services(ROOT / "docker-compose.yml", given)


def test_the_services_get_every_setting_and_no_unknown_one():
    given = set().union(*(services()[name].environment for name in OURS))
    assert settings_read() - NOT_FOR_COMPOSE == given


def test_no_secret_stands_in_a_file():
    secrets = {"SECRET_KEY", "POSTGRES_PASSWORD", "EMAIL_URL", "TWILIO_AUTH_TOKEN"}
    content = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    given = [
        item for entry in content["services"].values() for item in (entry.get("environment") or {}).items()
    ]
    assert [(name, value) for name, value in given if name in secrets and not value.startswith("${")] == []


@pytest.mark.parametrize("process", ["web", "worker", "beat"])
def test_the_demonstration_runs_the_same_programs(process):
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    words = dict(line.split(": ", 1) for line in lines)
    demo, compose = shlex.split(words[process]), services()[process].command
    assert demo[:2] == [".venv/bin/python", "-m"]
    assert demo[2:5] == compose[:3]


def test_the_image_has_a_python_that_fits():
    assert fits(image_python(read_dockerfile(ROOT / "Dockerfile")), ">=3.11,<3.14")


@pytest.mark.parametrize(
    ("version", "held"), [((3, 10), False), ((3, 11), True), ((3, 13), True), ((3, 14), False)]
)
def test_versions_within_a_range(version, held):
    assert fits(version, ">=3.11,<3.14") is held


def test_whatever_the_image_copies_is_there_and_sent_to_the_builder():
    sources = {source for source, _ in copies(read_dockerfile(ROOT / "Dockerfile"))}
    assert {source for source in sources if not (ROOT / source).exists()} == set()
    assert sources == kept_by_dockerignore(ROOT / ".dockerignore")


def test_the_image_runs_as_a_user_without_rights():
    steps = read_dockerfile(ROOT / "Dockerfile")
    assert [step.rest for step in steps if step.instruction == "USER"] == ["weekly"]
    installs = [step.rest for step in steps if "pip install" in step.rest]
    assert installs == ["pip install --require-hashes --requirement requirements.lock"]
