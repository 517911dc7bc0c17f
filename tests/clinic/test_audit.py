"""The audit trail: every verb says who did what, in its own transaction, and never which values."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction

import clinic as stage
from clinic import amending, audit, consents, episodes, intake, interviews, setup
from clinic.actors import Actor, ActorKind
from clinic.errors import Refused
from clinic.exports import giving
from clinic.exports.table import Table
from clinic.intake import Intake, Person
from clinic.models import AuditEntry, Channel, ClosedReason, InterviewKind, Phase, Purpose, Role
from tests.cast import NOW, TODAY, a_client, day
from tests.tables import everything

pytestmark = pytest.mark.django_db

KIT = Actor.command("kit")


def change(world, phase, on):
    episode = episodes.latest_episode(world.ana)
    return episodes.change_phase(episode=episode, phase=phase, changed_on=day(on), by=KIT, now=NOW)


def consent(world, how="form"):
    return consents.give(
        client=world.ana,
        purpose=Purpose.PROMPTS,
        channel=Channel.SMS,
        given_on=TODAY if how else None,
        how=how,
        by=KIT,
        now=NOW,
    )


def set_up(slug, **settings):
    return setup.set_up_clinic(slug=slug, settings=settings, by=KIT, now=NOW)


def take_in(world, **more):
    return intake.take_in(clinic=world.clinic, intake_on=TODAY, by=KIT, now=NOW, **more)


def amend(world, **person):
    return amending.amend(
        client=world.ana, episode=world.ana.episodes.get(), person=Person(**person), by=KIT, now=NOW
    )


def close(world):
    return episodes.close(client=world.ana, closed_on=TODAY, reason=ClosedReason.MOVED, by=KIT, now=NOW)


def come_back(world, on):
    return episodes.return_to_treatment(client=world.ana, intake_on=day(on), intake=Intake(), by=KIT, now=NOW)


def add_staff(world, password=None):
    return setup.add_staff(
        username="kim", clinic=world.clinic, role=Role.KEYWORKER, password=password, by=KIT, now=NOW
    )


def make_token(world, name="ward"):
    return setup.make_token(name=name, clinic=world.clinic, read_only=True, by=KIT, now=NOW)


def revoke_token(world):
    return setup.revoke_token(token=world.clinic.api_tokens.get(), by=KIT, now=NOW)


def interview(world, **answers):
    return interviews.record(
        client=world.ana,
        kind=InterviewKind.EIGHT_MONTHS,
        held_on=TODAY,
        answers=interviews.Answers(**answers),
        by=KIT,
        now=NOW,
    )


def take_along(world):
    table = Table("clients", "Clients", ("Client",), [("Ana",)], client=world.ana)
    giving.give_out(table=table, kind=giving.FileKind.CSV, clinic=world.clinic, by=KIT, now=NOW).file.close()


def strike_out(world):
    return interviews.void(interview=world.ana.interviews.get(), reason="Another client.", by=KIT, now=NOW)


def struck_out(world):
    interview(world)
    strike_out(world)


def restore(world):
    return interviews.restore(interview=world.ana.interviews.get(), by=KIT, now=NOW)


# What is done; what went before it; which entries it leaves, with their subject.
DONE = [
    (take_in, None, ["client.taken_in client"]),
    (lambda world: amend(world, first_name="Anna"), None, ["client.amended client"]),
    (lambda world: change(world, Phase.COMPLETED, "2026-02-01"), None, ["episode.phase_changed episode"]),
    (
        lambda world: change(world, Phase.DIED, "2026-02-01"),
        None,
        ["episode.phase_changed episode", "client.closed client"],
    ),
    (close, None, ["client.closed client"]),
    (lambda world: episodes.reopen(client=world.ana, by=KIT, now=NOW), close, ["client.reopened client"]),
    (
        lambda world: come_back(world, "2026-02-10"),
        lambda world: change(world, Phase.COMPLETED, "2026-02-01"),
        ["client.returned episode"],
    ),
    (consent, None, ["consent.given consent"]),
    (
        consent,
        lambda world: consent(world, how=""),
        ["consent.confirmed consent", "task.finished keyworkertask"],
    ),
    (
        lambda world: consents.stop_prompts(client=world.ana, how="STOP", by=KIT, now=NOW),
        consent,
        ["consent.revoked consent"],
    ),
    (interview, None, ["interview.recorded interview"]),
    (strike_out, interview, ["interview.voided interview"]),
    (restore, struck_out, ["interview.restored interview"]),
    (take_along, None, ["list.exported clients as csv"]),
    (lambda world: set_up("newtown", name="Newtown", time_zone="UTC"), None, ["clinic.made clinic"]),
    (lambda world: set_up("riverside", settling_in_days=7), None, ["clinic.changed clinic"]),
    (add_staff, None, ["staff.added membership"]),
    (lambda world: add_staff(world, "quiet-harbour-lantern"), add_staff, ["staff.added membership"]),
    (make_token, None, ["token.made apitoken"]),
    (revoke_token, make_token, ["token.revoked apitoken"]),
]

# What is refused, each by a verb that has begun by then.
REFUSED = [
    lambda world: take_in(world, reference="A1"),
    lambda world: take_in(world, person=Person(mobile="x")),
    lambda world: amend(world, email="x"),
    lambda world: change(world, Phase.DIED, "2026-01-01"),
    lambda world: come_back(world, "2026-02-01"),
    lambda world: consents.give(
        client=world.ana, purpose=Purpose.PROMPTS, channel=Channel.SMS, given_on=day("2026-03-03"), how="form",
        by=KIT, now=NOW,
    ),
    lambda world: interview(world, controlled_use_impossible=6),
    lambda world: set_up("riverside", name=""),
    lambda world: add_staff(world, password="short"),
    lambda world: make_token(world, " "),
]  # fmt: skip


class World:
    def __init__(self, clinic, ana):
        self.clinic, self.ana = clinic, ana


@pytest.fixture
def world(clinic, ana):
    return World(clinic, ana)


def ids(case):
    return case[-1].replace(" ", "-") if isinstance(case, list) else ""


@pytest.mark.parametrize(("does", "before", "left"), DONE, ids=ids)
def test_a_verb_says_who_did_what_when(world, does, before, left):
    if before is not None:
        before(world)
    known = AuditEntry.objects.count()
    does(world)
    entries = list(AuditEntry.objects.order_by("pk")[known:])
    assert [f"{entry.verb} {entry.subject}" for entry in entries] == left
    for entry in entries:
        assert (entry.actor_kind, entry.actor_name, entry.user, entry.at) == ("command", "kit", None, NOW)
        assert (entry.subject_id is not None) != (entry.rows is not None)
        assert entry.clinic is not None
        assert (
            entry.subject not in ("client", "episode", "consent", "interview") or entry.client_id is not None
        )


@pytest.mark.parametrize(("does", "before", "left"), DONE, ids=ids)
def test_what_is_rolled_back_leaves_no_entry(world, does, before, left):
    if before is not None:
        before(world)
    known = everything()
    with transaction.atomic():
        does(world)
        assert AuditEntry.objects.count() == len(known["clinic.AuditEntry"]) + len(left)
        transaction.set_rollback(True)
    assert everything() == known


@pytest.mark.parametrize("does", REFUSED, ids=range(len(REFUSED)))
def test_what_is_refused_leaves_no_entry_and_nothing_else(world, does):
    before = everything()
    with pytest.raises(Refused):
        does(world)
    assert everything() == before


def named_as_verbs(tree: ast.Module) -> Iterator[str]:
    """The words in whatever is handed on as verb=, or kept under that name on the way there."""
    for node in ast.walk(tree):
        handed_on = isinstance(node, ast.keyword) and node.arg == "verb"
        kept = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "verb"
        if handed_on or kept:
            for word in ast.walk(node):
                if isinstance(word, ast.Constant) and isinstance(word.value, str):
                    yield word.value


def test_every_verb_that_leaves_an_entry_is_told_of_above():
    """The names are read from the code, so that a new verb is not forgotten."""
    written = {
        word
        for path in Path(stage.__file__).parent.rglob("*.py")
        for word in named_as_verbs(ast.parse(path.read_text(encoding="utf-8")))
    }
    # What a confirmed consent finishes is a verb of another stage.
    told = {entry.split()[0] for _, _, left in DONE for entry in left} - {"task.finished"}
    assert told <= written
    # Some have stories of their own, which name them.
    stories = [
        path.read_text(encoding="utf-8")
        for folder in (Path(__file__).parent, Path(__file__).parents[1] / "flows")
        for path in folder.glob("test_*.py")
    ]
    assert {verb for verb in written - told if not any(f'"{verb}' in story for story in stories)} == set()


def test_it_holds_the_names_of_fields_and_never_a_value(clinic, kay):
    secret = {"first_name": "Anastasia", "email": "ana@example.org", "mobile": "+447700900111"}
    ana = a_client(clinic, "A1", date_of_birth=day("1984-11-30"), keyworker=kay, **secret)
    amending.amend(
        client=ana, episode=ana.episodes.get(), person=Person(last_name="Petrovna"), by=KIT, now=NOW
    )
    trail = json.dumps(list(AuditEntry.objects.values()), default=str)
    for value in [*secret.values(), "Petrovna", "1984-11-30"]:
        assert value not in trail
    assert "date_of_birth" in trail


def test_it_outlives_the_client_of_whom_it_speaks(world):
    before = list(AuditEntry.objects.values())
    assert world.ana.pk in {entry["client_id"] for entry in before}
    world.ana.delete()
    assert list(AuditEntry.objects.values()) == before


@pytest.mark.parametrize(
    ("actor", "kind", "name"),
    [
        (Actor.client(), ActorKind.CLIENT, ""),
        (Actor.contact(), ActorKind.CONTACT, ""),
        (Actor.token("the ward"), ActorKind.TOKEN, "the ward"),
        (Actor.command("sweep"), ActorKind.COMMAND, "sweep"),
        (Actor.system("outbox"), ActorKind.SYSTEM, "outbox"),
    ],
)
def test_each_door_leaves_its_own_kind(clinic, actor, kind, name):
    entry = audit.record(
        by=actor, now=NOW, verb="a.verb", subject="many things", clinic=clinic, fields=("b", "a")
    )
    entry.refresh_from_db()
    assert (entry.actor_kind, entry.actor_name, entry.user) == (kind, name, None)
    assert (entry.subject, entry.subject_id, entry.fields) == ("many things", None, ["a", "b"])
    assert str(entry) == f"2026-03-02 12:00 {name} a.verb"


def test_a_member_of_staff_is_named_even_after_they_are_gone(clinic, kay):
    audit.record(by=Actor.staff(kay), now=NOW, verb="a.verb", subject=clinic, clinic=clinic)
    kay.delete()
    entry = AuditEntry.objects.get(verb="a.verb")
    assert (entry.actor_name, entry.user) == ("kay", None)
