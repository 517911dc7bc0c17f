"""A prompt of which nobody knows whether it went out: somebody asks, and what they found is written down."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import AuditEntry, Client, Clinic, User
from reminders.channels.base import UnsureFault
from reminders.contacts.models import Introduction, IntroductionState
from reminders.prompts.batch import about_task
from reminders.prompts.ladder import Step
from reminders.prompts.models import Prompt
from reminders.prompts.settling import BECOMES, Answer, ask_again, settle
from reminders.prompts.states import TRANSITIONS, PromptState
from reminders.worklist import tasks as worklist
from reminders.worklist.models import REACH_OUT, KeyworkerTask, TaskKind
from tests.reminders.telling import RUN, Post, after, at, prompts, sweep, tasks, the, went
from tests.tables import everything

pytestmark = pytest.mark.django_db

NINE, ELEVEN = after(1, "09:00"), after(1, "11:00")


@pytest.fixture
def asked(harbour: Clinic, ana: Client, post: Post) -> KeyworkerTask:
    """Ana was encouraged at nine, and the provider never answered."""
    sweep(harbour, after(1))
    post.channel.faults = [UnsureFault("No answer.")]
    assert post.sends(NINE) == {"uncertain": 1}
    return ana.keyworker_tasks.get(kind=TaskKind.UNCERTAIN)


def says(
    task: KeyworkerTask, answer: Answer, kay: User, now: datetime = ELEVEN, note: str = ""
) -> PromptState | None:
    return settle(task=task, answer=answer, note=note, by=Actor.staff(kay), now=now)


def test_every_answer_is_a_move_of_the_table_or_none() -> None:
    moves = {state for state in BECOMES.values() if state is not PromptState.UNCERTAIN}
    assert moves <= TRANSITIONS[PromptState.UNCERTAIN]
    assert set(BECOMES) == set(Answer)


def test_one_that_came_was_sent_when_it_was_tried(ana: Client, asked: KeyworkerTask, kay: User) -> None:
    assert says(asked, Answer.CAME, kay, note="She showed it to me.") is PromptState.SENT
    prompt = the(ana, "encourage")
    assert (prompt.state, prompt.sent_at) == ("sent", NINE)
    assert prompt.tries.get().ended_at == ELEVEN
    asked.refresh_from_db()
    assert (asked.done_by, asked.outcome) == ("kay", "It came. She showed it to me.")
    entries = AuditEntry.objects.filter(client_id=ana.pk, at=ELEVEN).order_by("pk")
    assert [(one.verb, one.actor_name, one.fields) for one in entries] == [
        ("task.finished", "kay", []),
        ("prompt.settled", "kay", ["state"]),
    ]


def test_a_contact_it_came_to_has_been_asked_and_by_whom_it_was_found_out_and_when_is_told(
    ana: Client, ana_and_joe: Introduction, harbour: Clinic, kay: User, post: Post
) -> None:
    sweep(harbour, after(2))
    post.channel.faults = [UnsureFault("No answer.")]
    post.sends(after(2, "09:00"))
    question = ana.keyworker_tasks.get(kind=TaskKind.UNCERTAIN)
    found_out = after(2, "15:00")
    says(question, Answer.CAME, kay, now=found_out)
    assert the(ana, "reach_out").sent_at == after(2, "09:00")
    step = ana_and_joe.steps.get(state=IntroductionState.ASKED)
    assert (step.at, step.by) == (found_out, "kay")
    entry = AuditEntry.objects.get(client_id=ana.pk, verb="introduction.asked")
    assert (entry.at, entry.actor_name) == (found_out, "kay")


def test_one_that_did_not_come_goes_out_once_more(
    ana: Client, asked: KeyworkerTask, kay: User, post: Post
) -> None:
    assert says(asked, Answer.DID_NOT_COME, kay) is PromptState.PLANNED
    assert post.sends(ELEVEN) == {"sent": 1}
    prompt = the(ana, "encourage")
    assert (prompt.state, prompt.sent_at, prompt.attempts) == ("sent", ELEVEN, 2)
    assert [one.fault for one in prompt.tries.all()] == ["It did not come.", ""]
    assert tasks(ana) == []


def test_where_the_next_try_is_as_uncertain_it_is_asked_again(
    ana: Client, asked: KeyworkerTask, kay: User, post: Post
) -> None:
    says(asked, Answer.DID_NOT_COME, kay)
    post.channel.faults = [UnsureFault("No answer.")]
    assert post.sends(ELEVEN) == {"uncertain": 1}
    assert tasks(ana) == ["uncertain"]
    again = ana.keyworker_tasks.get(kind=TaskKind.UNCERTAIN, done_at=None)
    assert says(again, Answer.CAME, kay, now=ELEVEN + timedelta(hours=1)) is PromptState.SENT


def test_before_it_goes_again_the_door_asks_everything_again(
    ana: Client, asked: KeyworkerTask, kay: User, post: Post
) -> None:
    went(ana, "2026-02-02", ELEVEN)
    says(asked, Answer.DID_NOT_COME, kay)
    assert post.sends(ELEVEN) == {"cancelled": 1}


def test_too_late_to_go_again_it_becomes_a_task(
    ana: Client, asked: KeyworkerTask, kay: User, post: Post
) -> None:
    friday = at("2026-02-06 12:00")
    says(asked, Answer.DID_NOT_COME, kay, now=friday)
    assert post.sends(friday) == {"expired": 1}
    assert tasks(ana) == ["not_reached"]


def test_one_of_which_it_cannot_be_known_is_not_sent_again(
    ana: Client, asked: KeyworkerTask, kay: User, post: Post
) -> None:
    before = Prompt.objects.values().get()
    assert says(asked, Answer.UNKNOWN, kay) is PromptState.UNCERTAIN
    assert Prompt.objects.values().get() == before
    assert tasks(ana) == []
    assert post.sends(ELEVEN) == {}
    assert AuditEntry.objects.get(verb="prompt.settled").fields == []


def test_of_which_it_could_not_be_known_it_is_asked_again(
    ana: Client, asked: KeyworkerTask, kay: User, post: Post
) -> None:
    by = Actor.staff(kay)
    assert not ask_again(task=asked, by=by, now=ELEVEN)
    says(asked, Answer.UNKNOWN, kay)
    assert ask_again(task=asked, by=by, now=ELEVEN)
    assert not ask_again(task=asked, by=by, now=ELEVEN)
    assert tasks(ana) == ["uncertain"]
    entry = AuditEntry.objects.latest("pk")
    assert (entry.verb, entry.subject, entry.actor_name) == ("task.reopened", "keyworkertask", "kay")
    assert says(asked, Answer.CAME, kay) is PromptState.SENT


@pytest.mark.parametrize("answer", [Answer.CAME, Answer.DID_NOT_COME])
def test_an_answer_that_moved_the_message_stands(
    ana: Client, asked: KeyworkerTask, kay: User, answer: Answer
) -> None:
    says(asked, answer, kay)
    before = everything()
    with pytest.raises(Refused, match="uncertain no longer"):
        ask_again(task=asked, by=Actor.staff(kay), now=ELEVEN)
    assert everything() == before


def test_what_the_provider_said_since_is_not_asked_again(
    ana: Client, asked: KeyworkerTask, kay: User
) -> None:
    says(asked, Answer.UNKNOWN, kay)
    Prompt.objects.update(state=PromptState.SENT, sent_at=NINE)
    with pytest.raises(Refused, match="uncertain no longer"):
        ask_again(task=asked, by=Actor.staff(kay), now=ELEVEN)
    assert tasks(ana) == []


def test_a_contact_who_had_it_has_been_asked(
    harbour: Clinic, ana: Client, ana_and_joe: Introduction, post: Post, kay: User
) -> None:
    for missed in (1, 2):
        sweep(harbour, after(missed))
    post.channel.faults = [UnsureFault("No answer.")] * 2
    post.sends(after(2, "09:00"))
    reach_out = the(ana, "reach_out")
    assert reach_out.state == "uncertain", prompts(ana)
    task = ana.keyworker_tasks.get(about=worklist.about_prompt(reach_out.pk))
    assert says(task, Answer.CAME, kay, now=after(2, "11:00")) is PromptState.SENT
    ana_and_joe.refresh_from_db()
    assert ana_and_joe.state == IntroductionState.ASKED
    assert ana_and_joe.steps.order_by("-id")[0].by == "kay"


def test_what_the_provider_said_meanwhile_holds(ana: Client, asked: KeyworkerTask, kay: User) -> None:
    Prompt.objects.update(state=PromptState.SENT, sent_at=NINE)
    before = Prompt.objects.values().get()
    assert says(asked, Answer.DID_NOT_COME, kay) is None
    assert Prompt.objects.values().get() == before
    assert tasks(ana) == []


def test_it_is_settled_once_and_by_the_task_that_asks(ana: Client, asked: KeyworkerTask, kay: User) -> None:
    worklist.raise_tasks([worklist.Need(ana, TaskKind.RING_ME, "Asked to be rung.")], ELEVEN)
    other = ana.keyworker_tasks.get(kind=TaskKind.RING_ME)
    says(asked, Answer.CAME, kay)
    before = everything()
    with pytest.raises(Refused, match="Somebody was quicker"):
        says(asked, Answer.DID_NOT_COME, kay)
    with pytest.raises(Refused, match="does not ask about a message"):
        says(other, Answer.CAME, kay)
    assert everything() == before


def test_the_worklist_and_the_ladder_mean_the_same_step() -> None:
    """A task about a message to a contact is told apart by how its about ends."""
    assert about_task(TaskKind.NOT_REACHED, RUN, Step.REACH_OUT, "").endswith(f" {REACH_OUT}")
