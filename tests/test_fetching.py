"""The fetch is the permission: whatever reads a clinic's rows says whose, by a clinic, a client or a row in hand.

A query that starts from a table reaches every clinic's rows. So it names a row it holds already, as in
`Flag.objects.filter(client__in=ids)` or `Client.objects.get(pk=task.client_id)`, unless it is among the few
below that have a reason. Queries that start from a row, such as `clinic.clients`, are scoped by themselves.
"""

import ast
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from tests.tables import STAGES, models_of

ROOT = Path(__file__).resolve().parent.parent
MODELS = {model.__name__: model for stage in STAGES for model in models_of(stage)}
# Tables that belong to no clinic, and those by which a viewer or a token finds its clinic.
SHARED_TABLES = {"ApiToken", "Feed", "Fellowship", "Meeting", "Membership", "User"}
# What writes new rows, or offers none, reads nobody's.
READS_NOTHING = {"create", "bulk_create", "none"}
# What takes a request, by what it is annotated with.
REQUESTS = {"HttpRequest", "Request", "QueryDict"}
UNSCOPED = {"_base_manager", "_default_manager", "get_object_or_404", "get_list_or_404"}
BY_OPERATORS = "an operator's command names a clinic by its slug"
OF_EACH = "the beat's work is handed out a clinic at a time"
BY_TOKEN = "the token of a signed link is the key to its row"
OUTBOX = "the outbox serves every clinic; a message is found by the id that it found itself"
BY_LOCK = "the row that the caller holds, locked by its id"
HELD = "the ids were read, or handed over, within the clinic that is planned or swept"
ACROSS_CLINICS = {
    "clinic/management/base.py clinic": BY_OPERATORS,
    "clinic/management/commands/create_clinic.py _clinic": BY_OPERATORS,
    "clinic/setup.py set_up_clinic": BY_OPERATORS,
    "reminders/management/commands/sweep.py work": OF_EACH,
    "reminders/desk/demo/building.py _refuse_to_take_over": "the demonstration's own clinics by their slugs",
    "reminders/desk/demo/post.py write": "the demonstration makes links where there are no others",
}


Calls = list[tuple[str, ast.Call]]


class Fetch(NamedTuple):
    """A query that starts from a table: where it stands, and the methods it calls with what it gives them.

    later: those that are called on the variable it is kept in, for each time that is used.
    """

    path: Path
    line: int
    function: str
    table: str
    calls: Calls
    later: list[Calls]

    @property
    def place(self) -> str:
        return f"{self.path.relative_to(ROOT)} {self.function}"


@cache
def trees() -> dict[Path, ast.Module]:
    files = [path for stage in STAGES for path in sorted((ROOT / stage).rglob("*.py"))]
    return {path: ast.parse(path.read_text()) for path in files if "migrations" not in path.parts}


def fetches() -> Iterator[Fetch]:
    for path, tree in trees().items():
        yield from fetches_in(path, tree)


def fetches_in(path: Path, tree: ast.Module) -> Iterator[Fetch]:
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "objects" and isinstance(node.value, ast.Name):
            function = around(node, above)
            own, end = chained(node, above)
            kept = above[end]
            uses = [
                use
                for use in ast.walk(function)
                if isinstance(kept, ast.Assign)
                and isinstance(use, ast.Name)
                and isinstance(use.ctx, ast.Load)
                and use.id in {target.id for target in kept.targets if isinstance(target, ast.Name)}
            ]
            name = getattr(function, "name", "")
            later = [chained(use, above)[0] for use in uses]
            yield Fetch(path, node.lineno, name, node.value.id, own, later)


def around(node: ast.AST, above: dict[ast.AST, ast.AST]) -> ast.AST:
    """The function, else the class or module, in which a piece of code stands."""
    while node in above:
        node = above[node]
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            break
    return node


def chained(node: ast.AST, above: dict[ast.AST, ast.AST]) -> tuple[Calls, ast.AST]:
    """The methods chained to what a piece of code names, and the whole that they make."""
    found = []
    while isinstance(method := above[node], ast.Attribute) and isinstance(call := above[method], ast.Call):
        found.append((method.attr, call))
        node = call
    return found, node


def scoped(fetch: Fetch) -> bool:
    """Whether it says whose rows it reads, at once or wherever it is used."""
    if fetch.table in SHARED_TABLES or narrows(fetch.table, fetch.calls):
        return True
    return bool(fetch.later) and all(narrows(fetch.table, calls) for calls in fetch.later)


def narrows(table: str, calls: Calls) -> bool:
    if any(name in READS_NOTHING for name, _ in calls):
        return True
    said = [word for _, call in calls for word in call.keywords if word.arg is not None]
    return any(held(word.value) if word.arg == "pk" else relates(table, word.arg) for word in said)


def held(value: ast.expr) -> bool:
    """Whether this is the id of a row in hand; an id by itself may be anybody's."""
    return isinstance(value, ast.Attribute) and (value.attr == "pk" or value.attr.endswith("_id"))


def relates(table: str, lookup: str) -> bool:
    """Whether a lookup goes by another row of a clinic."""
    model: type[models.Model] | None = MODELS[table]
    for part in lookup.split("__"):
        if model is None:
            return False
        try:
            model = model._meta.get_field(part.removesuffix("_id")).related_model
        except FieldDoesNotExist:
            return False
        if model is not None and model.__name__ not in SHARED_TABLES:
            return True
    return False


def test_every_fetch_says_whose_rows_it_reads():
    wide = {fetch.place: f"{fetch.table}, line {fetch.line}" for fetch in fetches() if not scoped(fetch)}
    assert {place: what for place, what in wide.items() if place not in ACROSS_CLINICS} == {}
    assert set(ACROSS_CLINICS) - set(wide) == set(), "an exception that nothing needs any more"


def takes_requests(tree: ast.Module) -> bool:
    return any(isinstance(node, ast.Name) and node.id in REQUESTS for node in ast.walk(tree))


def test_nothing_out_of_a_request_finds_a_row_by_itself():
    """Where a request is at hand, no query of a clinic's table takes its words: the viewer's rows do."""
    for fetch in fetches():
        if takes_requests(trees()[fetch.path]) and fetch.table not in SHARED_TABLES:
            assert fetch.place not in ACROSS_CLINICS
            for _, call in [*fetch.calls, *chain.from_iterable(fetch.later)]:
                words = {node.id for node in ast.walk(call) if isinstance(node, ast.Name)}
                assert "request" not in words, f"{fetch.place}, line {fetch.line}"


def test_there_is_no_way_round():
    for path, tree in trees().items():
        for node in ast.walk(tree):
            name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
            assert name not in UNSCOPED, f"{path}: {name}"


@pytest.mark.parametrize(
    ("code", "sound"),
    [
        ("Client.objects.get(pk=pk)", False),
        ("Client.objects.filter(reference=text).first()", False),
        ("Client.objects.all()", False),
        ("Attendance.objects.filter(meeting=meeting)", False),
        ("SignedLink.objects.filter(digest=digest)", False),
        ("Prompt.objects.exclude(state='sent').filter(pk__in=ids)", False),
        ("Client.objects.get(pk=task.client_id)", True),
        ("Client.objects.filter(clinic=clinic, reference=text)", True),
        ("PhaseChange.objects.filter(episode__client=client)", True),
        ("Report.objects.select_related('attendance').filter(attendance__in=held)", True),
        ("Client.objects.none()", True),
        ("Meeting.objects.filter(slug=text)", True),
        ("rows = Client.objects.select_related('clinic'); rows.get(pk=task.client_id)", True),
        ("rows = Client.objects.select_related('clinic'); rows.get(pk=task.client_id); rows.first()", False),
    ],
)
def test_the_rule_itself(code, sound):
    (fetch,) = fetches_in(ROOT, ast.parse(code))
    assert scoped(fetch) is sound
