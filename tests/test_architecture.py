"""The shape of the house: imports and foreign keys point one way, fetches are scoped, what is public is listed."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parent.parent
STAGES = ["clinic", "attendance", "reminders", "config"]

# Whatever answers without signing in. The API is guarded by tokens, signed links by their own key.
PUBLIC = {
    "healthz",
    "readyz",
    "sign_in",
    "signed_link",
}
GUARDED_BY_TOKEN = "api/v1/"

# Where code meets a request: it starts from the viewer or the token, never from a table.
DOORS = ("pages.py", "pages", "api.py", "views.py", "acts.py")
# Tables that belong to no clinic, and those by which a viewer or a token finds its clinic.
SHARED_TABLES = {"ApiToken", "Fellowship", "Meeting", "Membership", "User"}


def python_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)


def test_imports_point_to_the_left() -> None:
    tool = Path(sys.executable).parent / "lint-imports"
    ran = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_foreign_keys_point_to_the_left() -> None:
    for model in apps.get_models():
        stage = model._meta.app_label
        if stage not in STAGES:
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if field.concrete and target is not None and target._meta.app_label in STAGES:
                assert STAGES.index(target._meta.app_label) <= STAGES.index(stage), (
                    f"{model.__name__}.{field.name}"
                )


def test_every_row_of_a_clinic_carries_its_clinic() -> None:
    through_a_parent = {"Report", "IntroductionStep", "Attempt", "PlannedFlag"}
    for model in apps.get_models():
        if model._meta.app_label not in STAGES or model._meta.auto_created:
            continue
        names = {field.name for field in model._meta.get_fields()}
        if "client" in names or "episode" in names:
            assert "clinic" in names or model.__name__ in through_a_parent, model.__name__


def test_rules_know_neither_the_database_nor_the_clock() -> None:
    pure = [
        "clinic/weeks.py",
        "clinic/policy.py",
        "attendance/standing/rule.py",
        "attendance/standing/facts.py",
        "attendance/standing/flags.py",
        "attendance/standing/reasons.py",
        "attendance/register/matching.py",
        "attendance/directory/occurrences.py",
        "reminders/prompts/ladder.py",
        "reminders/prompts/hours.py",
        "reminders/desk/ranking.py",
    ]
    for name in pure:
        text = (ROOT / name).read_text()
        for forbidden in ("objects.", "clock.now", "timezone.now", "datetime.now", "date.today"):
            assert forbidden not in text, f"{name} uses {forbidden}"


def test_nobody_reads_the_clock_but_the_clock() -> None:
    for path in python_files(*STAGES):
        if path.name == "clock.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in {"now", "today", "utcnow"}:
                owner = ast.unparse(node.value)
                assert owner not in {"datetime", "date", "timezone", "datetime.datetime"}, (
                    f"{path}: {owner}.{node.attr}"
                )


def test_pages_and_api_fetch_through_the_viewer() -> None:
    """Model.objects and get_object_or_404 in a page would reach every clinic's rows."""
    for path in python_files(*STAGES):
        if not any(door in path.parts or path.name == door for door in DOORS):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Name):
                assert node.id != "get_object_or_404", f"{path} fetches unscoped"
            if (
                isinstance(node, ast.Attribute)
                and node.attr == "objects"
                and isinstance(node.value, ast.Name)
            ):
                name = node.value.id
                scoped = name in SHARED_TABLES or ".none()" in path.read_text().splitlines()[node.lineno - 1]
                filtered = f"{name}.objects.filter(client" in path.read_text().splitlines()[node.lineno - 1]
                assert scoped or filtered, f"{path}:{node.lineno} fetches {name} unscoped"


def routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        here = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, here)
        else:
            yield here, pattern


def test_what_is_public_is_listed() -> None:
    for address, pattern in routes(get_resolver().url_patterns):
        needs_login = getattr(pattern.callback, "login_required", True)
        if address.startswith(GUARDED_BY_TOKEN):
            continue
        assert needs_login == (pattern.name not in PUBLIC and not address.startswith("^l/")), (
            f"{address} {pattern.name}"
        )


def test_every_page_of_a_clinic_names_its_permission() -> None:
    for address, pattern in routes(get_resolver().url_patterns):
        if address.startswith("<slug:slug>/"):
            assert getattr(pattern.callback, "permission", None) is not None, address


@pytest.mark.parametrize("stage", STAGES)
def test_no_stage_has_grown_a_god(stage: str) -> None:
    for path in python_files(stage):
        assert len(path.read_text().splitlines()) <= 400, f"{path} has two jobs in one"


def test_settings_are_not_imported_directly() -> None:
    for path in python_files("clinic", "attendance", "reminders"):
        assert "config.settings" not in path.read_text(), path


def test_the_root_holds_what_others_rely_on() -> None:
    for name in ("manage.py", "pyproject.toml", "README.md", "docker-compose.yml", ".ci/run"):
        assert (ROOT / name).is_file(), name
    for name in ("clinic", "attendance", "reminders", "templates", "tests"):
        assert (ROOT / name).is_dir(), name
    assert os.access(ROOT / ".ci/run", os.X_OK)
