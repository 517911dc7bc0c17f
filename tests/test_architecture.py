"""The shape of the house: imports and foreign keys point one way, rules are pure, what is public is listed."""

from __future__ import annotations

import ast
import enum
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django import urls
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.permissions import AllowAny
from rest_framework.views import APIView

from clinic.api import HasToken

ROOT = Path(__file__).resolve().parent.parent
STAGES = ["clinic", "attendance", "reminders", "config"]

# Whatever answers without signing in, by its name. Signed links are guarded by their own key, so that every
# address under /l/ answers; of the API nothing does without a token but what describes it.
PUBLIC = {
    "api_schema",
    "healthz",
    "readyz",
    "sign_in",
    "signed_calendar",
    "signed_link",
}
SIGNED_LINKS = r"^l/"

# Plain values in, plain values out: no table, no clock, nothing of the machine.
PURE = [
    "clinic.errors",
    "clinic.imports.decoding",
    "clinic.imports.formulas",
    "clinic.imports.headings",
    "clinic.exports.cells",
    "clinic.follow_up",
    "clinic.imports.records",
    "clinic.imports.written",
    "clinic.numbers",
    "clinic.policy",
    "clinic.preferences",
    "clinic.texts",
    "clinic.weeks",
    "clinic.zones",
    "attendance.directory.upkeep.addresses",
    "attendance.directory.upkeep.conditions",
    "attendance.directory.calendar_zones",
    "attendance.directory.calendars",
    "attendance.directory.choosing.geography",
    "attendance.directory.choosing.ranking",
    "attendance.directory.choosing.suiting",
    "attendance.directory.choosing.wishes",
    "attendance.directory.feeds.bmlt",
    "attendance.directory.feeds.bmlt_csv",
    "attendance.directory.feeds.bmlt_formats",
    "attendance.directory.feeds.bmlt_languages",
    "attendance.directory.feeds.bmlt_records",
    "attendance.directory.feeds.bmlt_weeks",
    "attendance.directory.feeds.detecting",
    "attendance.directory.feeds.meeting_guide",
    "attendance.directory.feeds.naws",
    "attendance.directory.feeds.parsed",
    "attendance.directory.feeds.payload",
    "attendance.directory.feeds.reading",
    "attendance.directory.feeds.record",
    "attendance.directory.feeds.sheet",
    "attendance.directory.feeds.slugs",
    "attendance.directory.feeds.tsml_sheet",
    "attendance.directory.feeds.type_names",
    "attendance.directory.kinds",
    "attendance.directory.occurrences",
    "attendance.directory.upkeep.turns",
    "attendance.register.matching",
    "attendance.standing.facts",
    "attendance.standing.flags",
    "attendance.standing.reasons",
    "attendance.standing.rule",
    "reminders.desk.ranking",
    "reminders.digest.mornings",
    "reminders.digest.wording",
    "reminders.links.question",
    "reminders.prompts.door",
    "reminders.prompts.hours",
    "reminders.prompts.ladder",
    "reminders.prompts.states",
    "reminders.prompts.wording",
    "reminders.worklist.patience",
]
# Words that live beside the tables which keep them: a rule may speak them, being no more than enums.
ENUMS = {
    ("clinic.models", "Channel"),
    ("reminders.worklist.models", "TaskKind"),
    ("django.db.models", "TextChoices"),
}
# The date of a moment in a time zone is arithmetic, though it lives beside the clock.
CLOCK = ("clinic", "clock")
# A workbook's bytes become rows without a file, though its reader wants the bytes in the shape of one.
WORKBOOK = ("attendance.directory.feeds.workbook", "workbook_records")
# Values become the text of a calendar, and nothing else is asked.
PLAIN_LIBRARIES = {"icalendar"}
OF_THE_MACHINE = {
    "io",
    "os",
    "pathlib",
    "random",
    "secrets",
    "socket",
    "subprocess",
    "threading",
    "time",
    "uuid",
}


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


def imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Each module imported, and the name taken out of it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((name.name, "") for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", name.name) for name in node.names)


@pytest.mark.parametrize("name", PURE)
def test_rules_know_neither_the_database_nor_the_clock(name: str) -> None:
    tree = ast.parse((ROOT / f"{name.replace('.', '/')}.py").read_text())
    for module, taken in imports(tree):
        known = sys.stdlib_module_names | PLAIN_LIBRARIES
        plain = module.split(".")[0] in known and module not in OF_THE_MACHINE
        pure = module in PURE or f"{module}.{taken}" in PURE
        assert plain or pure or (module, taken) in {*ENUMS, CLOCK, WORKBOOK}, (
            f"{name} imports {taken} of {module}"
        )
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"objects", "now", "today", "utcnow"}, f"{name} uses {node.attr}"
            if ast.unparse(node.value) == "clock":
                assert node.attr == "local_date", f"{name} uses clock.{node.attr}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "open", f"{name} opens a file"


def test_the_words_of_rules_are_enums() -> None:
    for module, name in ENUMS:
        assert issubclass(getattr(import_module(module), name), enum.Enum), name


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


def routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        here = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, here)
        else:
            yield here, pattern


def is_public(pattern: URLPattern) -> bool:
    """Whether a view answers anybody: one of the API without a token, another without signing in.

    Views of the API are exempt from Django's own sign-in, whatever they then ask for.
    """
    view = getattr(pattern.callback, "cls", None)
    if view is None:
        return not getattr(pattern.callback, "login_required", True)
    assert view.get_permissions is APIView.get_permissions, f"{view.__name__} chooses as it goes"
    given = getattr(pattern.callback, "initkwargs", {})
    return HasToken not in given.get("permission_classes", view.permission_classes)


def test_what_is_public_is_listed() -> None:
    public = {
        "signed_link" if address.startswith(SIGNED_LINKS) else pattern.name or address
        for address, pattern in routes(get_resolver().url_patterns)
        if is_public(pattern)
    }
    assert public == PUBLIC


def test_a_view_of_the_api_for_anybody_would_be_seen() -> None:
    class Open(APIView):
        permission_classes = [AllowAny]

    class Closed(APIView):
        pass

    assert is_public(urls.path("", Open.as_view()))
    assert is_public(urls.path("", Closed.as_view(permission_classes=[])))
    assert not is_public(urls.path("", Closed.as_view()))


def test_every_page_of_a_clinic_names_its_permission() -> None:
    for address, pattern in routes(get_resolver().url_patterns):
        if address.startswith("<slug:slug>/"):
            assert getattr(pattern.callback, "permission", None) is not None, address


def test_settings_are_not_imported_directly() -> None:
    for path in python_files("clinic", "attendance", "reminders"):
        assert "config.settings" not in path.read_text(), path


def calls_of(method: str) -> Iterator[tuple[str, ast.Call]]:
    """Each call of a method of that name in the apps, with the file it stands in."""
    for app in STAGES:
        for path in sorted((ROOT / app).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == method:
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def test_rows_are_sorted_by_number_and_not_by_what_they_point_at() -> None:
    """order_by("client") sorts as clients are listed, by their references: locks taken so come in another order."""
    pointers = {
        field.name
        for app in STAGES[:3]
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model._meta.ordering
    }
    assert {"client", "flag", "introduction"} <= pointers
    assert [
        where
        for where, call in calls_of("order_by")
        for asked in call.args
        if isinstance(asked, ast.Constant) and str(asked.value).lstrip("-") in pointers
    ] == []


def test_clients_are_held_in_one_place_alone() -> None:
    assert {where.partition(":")[0] for where, _ in calls_of("until_the_end")} == {"clinic/locking.py"}
    holding = {where.partition(":")[0] for where, _ in calls_of("select_for_update")}
    assert holding == {
        "clinic/locking.py",
        # A clinic or a member of staff by their name, a feed and a reading of one, a spreadsheet, a meeting, a contact,
        # and an introduction.
        "clinic/setup.py",
        "attendance/directory/upkeep/keeping.py",
        "attendance/directory/mending.py",
        "attendance/directory/upkeep/previewing.py",
        "attendance/directory/upkeep/feed_row.py",
        "attendance/spreadsheets/uploading.py",
        "attendance/spreadsheets/working.py",
        "reminders/contacts/introducing.py",
    }
