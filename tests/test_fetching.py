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

from tests.tables import STAGES, models_of, names

ROOT = Path(__file__).resolve().parent.parent
MODELS = {model.__name__: model for stage in STAGES for model in models_of(stage)}
# Tables that belong to no clinic, and those by which a viewer or a token finds its clinic.
SHARED_TABLES = {"ApiToken", "Feed", "FeedReading", "Membership", "Organisation", "User"}
# Tables of which some rows are a clinic's and others, without one, are for all.
MIXED_TABLES = {"Fellowship", "Meeting"}
# What writes new rows, or offers none, reads nobody's.
READS_NOTHING = {"create", "bulk_create", "none"}
# What the tables' own methods narrow to: the rows that a clinic sees, or that all clinics share.
NARROWS = {"seen_by", "shared"}
# What takes a request, by what it is annotated with.
REQUESTS = {"HttpRequest", "Request", "QueryDict"}
# Whatever points at a clinic's own fellowship is to point at the one that has become everybody's.
# And a merge moves the rows of two clients in hand, whatever their tables.
ROUND = {"attendance/directory/fellowships.py", "clinic/merging/rows.py"}
# Where a query of a table starts; the second finds clients who were merged away as well.
MANAGERS = {"objects", "with_merged"}
UNSCOPED = {"_base_manager", "_default_manager", "get_object_or_404", "get_list_or_404"}
BY_SLUG = "an operator's command, or the demonstration's own, names a clinic by its slug"
OF_EACH = "work is handed out clinic by clinic"
BY_TOKEN = "the token of a signed link is the key to its row"
OUTBOX = "finds what is due by itself, for any clinic; the ids it is handed are its own"
READ_HERE = "the ids were read just before, from the clients of one clinic"
BY_RUNS = "narrowed to the clients of the runs in the next line"
# Files and functions that may reach beyond one clinic, or whose scope the eye sees and the test does not.
ACROSS_CLINICS = {
    "attendance/directory/fellowships.py _made": "of the clinic it is made for, or of none, in a dict of lookups",
    "attendance/directory/overlay.py close": "the meetings of the feed in hand, by ids read just before",
    "attendance/spreadsheets/uploading.py forget_old": "what is older than a week goes, whoever sent it",
    "attendance/spreadsheets/uploading.py unfinished": OF_EACH,
    "attendance/spreadsheets/working.py _taken_up": "one of those handed out, by its id",
    "clinic/consents.py _with_its_spreadsheet": "joined to the consent that the query is about",
    "clinic/imports/ledger.py taken_back": "joined to the row that the query is about",
    "clinic/imports/ledger.py last_entry": "a number, of whichever clinic's entry it is",
    "attendance/directory/upkeep/previewing.py forget_old": "what is older than a day goes, whoever read it",
    "attendance/directory/overlay.py follow": "amends the meetings of the feed in hand, whichever clinic's they are",
    "attendance/directory/fellowships.py fellowship_of_feed": "what clinics named by themselves becomes everybody's",
    "clinic/consents.py stop_at_their_address": "by clients of the clinic, in lookups put together before",
    "clinic/consents.py stopped_addresses": "of the clinic it names; whether one stands is asked of the same client",
    "clinic/locking.py clinic": "holds the row in hand by its id: see the test of those who call it",
    "clinic/locking.py client": "holds the row in hand by its id: see the test of those who call it",
    "clinic/management/base.py clinic": BY_SLUG,
    "clinic/management/commands/create_clinic.py _values": BY_SLUG,
    "clinic/setup.py set_up_clinic": BY_SLUG,
    "reminders/demo/building.py _refuse_where_taken": BY_SLUG,
    "reminders/demo/post.py write_out": "the demonstration is all there is, and reads its own links",
    "reminders/links/opening.py crisis_numbers_behind": BY_TOKEN,
    "reminders/links/opening.py is_ours": BY_TOKEN,
    "reminders/links/opening.py _taken_back": BY_TOKEN,
    "reminders/digest/sending.py clinics_in_the_morning": OF_EACH,
    "reminders/management/commands/sweep.py handle": OF_EACH,
    "reminders/prompts/batch.py store": READ_HERE,
    "reminders/prompts/outbox.py _prompts_of": OUTBOX,
    "reminders/prompts/outbox.py claim": OUTBOX,
    "reminders/prompts/planning.py _silent": "by the client of the standings it goes through, in a dict of lookups",
    "reminders/prompts/tokens.py find": BY_TOKEN,
    "reminders/tasks.py sweep_clinics": OF_EACH,
    "reminders/tasks.py sweep_clinic": OF_EACH,
    "reminders/tasks.py send_prompts": OF_EACH,
    "reminders/tasks.py send_digests_of": OF_EACH,
    "reminders/worklist/tasks.py open_anew": READ_HERE,
    "reminders/worklist/tasks.py deal_with": READ_HERE,
    "reminders/worklist/by_itself.py end_runs": BY_RUNS,
    "reminders/worklist/by_itself.py take_up_again": BY_RUNS,
    "reminders/worklist/by_itself.py _of_runs": READ_HERE,
}
# Statements written out in SQL say by themselves whose rows they read, which nothing here can see.
WRITTEN_OUT = {
    "attendance/directory/finding.py recordable": "a meeting that all share, or of the clinic in hand",
    "attendance/register/days.py known_days": "by the clients whose meetings are being recorded, held by the verb",
    "attendance/register/locking.py locked_intakes": "by the clients held just before, of the clinic in hand",
    "attendance/reports/cells.py entries_of": "by the clients of the rows of a page, which come from the viewer's",
    "attendance/reports/cells.py put_in_words": "by user name, of those with a role in the clinic in hand",
    "attendance/reports/wanted.py tell_intakes": "of the client in hand",
    "attendance/standing/reading.py _facts_of": "by clients of a clinic, whom the caller has read or holds",
    "attendance/standing/reading.py before": "by clients of one clinic, whom the caller holds",
    "clinic/access.py client": "the permission itself: of the viewer's clinic, as clients() has it",
    "clinic/locking.py numbered": "of the clinic in hand, whichever numbers are given",
    "reminders/worklist/by_itself.py first_meetings": "by the clients of whom facts were just told; no row is read",
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
        return f"{name_of(self.path)} {self.function}"


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


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
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS and isinstance(node.value, ast.Name):
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
    if any(name in READS_NOTHING | NARROWS for name, _ in calls):
        return True
    return any(
        keywords_narrow(table, call) or any(combined(table, condition) for condition in call.args)
        for _, call in calls
    )


def keywords_narrow(table: str, call: ast.Call) -> bool:
    said = [(word.arg, word.value) for word in call.keywords if word.arg is not None]
    return any(held(value) if lookup == "pk" else relates(table, lookup, value) for lookup, value in said)


def combined(table: str, condition: ast.expr) -> bool:
    """Whether conditions with & and | between them narrow: either side of the one, both of the other."""
    if isinstance(condition, ast.BinOp):
        sides = (combined(table, condition.left), combined(table, condition.right))
        return any(sides) if isinstance(condition.op, ast.BitAnd) else all(sides)
    if isinstance(condition, ast.Call) and ast.unparse(condition.func) == "Q":
        return keywords_narrow(table, condition)
    return False


def held(value: ast.expr) -> bool:
    """Whether this is the id of a row in hand; an id by itself may be anybody's."""
    return isinstance(value, ast.Attribute) and (value.attr == "pk" or value.attr.endswith("_id"))


def relates(table: str, lookup: str, value: ast.expr) -> bool:
    """Whether a lookup goes by another row of a clinic."""
    if (table, lookup) == ("Client", "pk__in"):
        return True
    if lookup.endswith("__isnull"):
        return table in MIXED_TABLES and lookup == "clinic__isnull" and getattr(value, "value", None) is True
    model: type[models.Model] | None = MODELS[table]
    for part in lookup.split("__"):
        if model is None:
            return False
        try:
            model = model._meta.get_field(part.removesuffix("_id")).related_model
        except FieldDoesNotExist:
            return False
        if model is not None and model.__name__ not in SHARED_TABLES | MIXED_TABLES:
            return True
    return False


def written_out(fetch: Fetch) -> bool:
    """Whether it is a statement in SQL, for which WRITTEN_OUT is the list."""
    return any(name == "raw" for name, _ in fetch.calls)


def statements_in(tree: ast.Module) -> Iterator[str]:
    """The function around each statement that is written out in SQL and read."""
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        asked = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "raw"
        if asked or (isinstance(node, ast.Attribute) and ast.unparse(node) == "statements.read"):
            yield getattr(around(node, above), "name", "")


def test_every_fetch_says_whose_rows_it_reads():
    wide = {
        fetch.place: f"{fetch.table}, line {fetch.line}"
        for fetch in fetches()
        if not scoped(fetch) and not written_out(fetch)
    }
    assert {place: what for place, what in wide.items() if place not in ACROSS_CLINICS} == {}
    assert set(ACROSS_CLINICS) - set(wide) == set(), "an exception that nothing needs any more"


def test_every_statement_written_out_has_a_reason():
    places = {
        f"{name_of(path)} {function}" for path, tree in trees().items() for function in statements_in(tree)
    }
    assert places - set(WRITTEN_OUT) == set(), "say why it reaches nobody else's clients"
    assert set(WRITTEN_OUT) - places == set(), "a reason that nothing needs any more"


def test_statements_are_read_by_their_name():
    """So that each is seen: clinic.statements is imported whole, under its own name."""
    taken = [
        f"{name_of(path)}:{node.lineno}"
        for path, tree in trees().items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.ImportFrom) and node.module == "clinic.statements")
        or (isinstance(node, ast.alias) and "statements" in node.name and node.asname is not None)
    ]
    assert taken == []


def test_whoever_holds_a_row_by_its_id_has_it_in_hand():
    calls = [
        (path, call)
        for path, tree in trees().items()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) in {"locking.client", "locking.clinic"}
    ]
    assert len(calls) > 10
    assert [f"{path}:{call.lineno}" for path, call in calls if not held(call.args[0])] == []


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


def test_a_shared_table_is_nobodys():
    """But for those by which a viewer or a token finds its clinic; of a mixed one, a row need not be a clinic's."""
    owned = {name for name in SHARED_TABLES & MODELS.keys() if "clinic" in names(MODELS[name])}
    assert owned == {"ApiToken", "Membership"}
    assert all(MODELS[name]._meta.get_field("clinic").null for name in MIXED_TABLES)


def test_there_is_no_way_round():
    for path, tree in trees().items():
        if name_of(path) in ROUND:
            continue
        for node in ast.walk(tree):
            name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
            assert name not in UNSCOPED, f"{path}: {name}"


@pytest.mark.parametrize(
    ("code", "sound"),
    [
        ("Client.objects.get(pk=pk)", False),
        ("Client.objects.filter(reference=text).first()", False),
        ("Client.objects.all()", False),
        ("Prompt.objects.filter(pk__in=ids)", False),
        ("Attendance.objects.filter(meeting=meeting)", False),
        ("SignedLink.objects.filter(digest=digest)", False),
        ("Prompt.objects.exclude(state='sent').filter(pk__in=ids)", False),
        ("Client.objects.get(pk=task.client_id)", True),
        ("Client.objects.filter(clinic=clinic, reference=text)", True),
        ("PhaseChange.objects.filter(episode__client=client)", True),
        ("Report.objects.select_related('attendance').filter(attendance__in=held)", True),
        ("Client.objects.none()", True),
        ("Meeting.objects.filter(slug=text)", False),
        ("Meeting.objects.shared().filter(slug=text)", True),
        ("Meeting.objects.seen_by(clinic).filter(slug=text)", True),
        ("Fellowship.objects.all()", False),
        ("Fellowship.objects.filter(clinic__isnull=False)", False),
        ("Fellowship.objects.filter(clinic__isnull=True)", True),
        ("Fellowship.objects.filter(Q(clinic__isnull=True) | Q(clinic=clinic))", True),
        ("Fellowship.objects.filter(Q(clinic=clinic) | Q(name=text))", False),
        ("Attendance.objects.filter(fellowship=fellowship)", False),
        ("rows = Client.objects.select_related('clinic'); rows.get(pk=task.client_id)", True),
        ("rows = Client.objects.select_related('clinic'); rows.get(pk=task.client_id); rows.first()", False),
    ],
)
def test_the_rule_itself(code, sound):
    (fetch,) = fetches_in(ROOT, ast.parse(code))
    assert scoped(fetch) is sound


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ("def one(): return statements.read(ALL)", ["one"]),
        ("def one(): return list(Client.objects.raw(ALL, [pk]))", ["one"]),
        ("def one(): return clinic.clients.raw(ALL)", ["one"]),
        ("def one(): return map(statements.read, ALL)", ["one"]),
        ("FOUND = statements.read(ALL)", [""]),
        ("def one(): return statements.moment(kept), file.read()", []),
    ],
)
def test_a_statement_written_out_is_seen(code, seen):
    assert list(statements_in(ast.parse(code))) == seen
