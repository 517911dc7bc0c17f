"""Two workers at the same moment, in real transactions: whatever both find is done by one of them, and done once."""

from datetime import date
from functools import partial

import pytest

from attendance.register import recording
from attendance.register.models import Source
from attendance.standing import evaluation
from attendance.standing.models import Flag
from clinic.models import Client, Clinic
from reminders.desk import sweeping
from reminders.prompts import outbox, outcomes, planning
from reminders.prompts.models import Prompt
from reminders.prompts.states import PromptState
from tests.at_once import at_once
from tests.reminders.fakes import WorkerDied
from tests.reminders.telling import BY, MONDAY, a_client, after, at, prompts, sweep, went

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.usefixtures("require_postgresql"),
    pytest.mark.django_db(transaction=True),
]
NINE = after(1, "09:00")


@pytest.fixture
def people(harbour) -> list:
    """Eight clients of Harbour, who agreed to texts and went once, while settling in."""
    found = newcomers(harbour)
    for client in found:
        went(client, "2026-01-14")
    return found


def newcomers(clinic: Clinic) -> list[Client]:
    return [a_client(clinic, f"Ana{n}", f"+4477009001{n:02d}") for n in range(8)]


def test_two_sweeps(harbour, people):
    """As many flags and prompts as clients; what one of them left to the other is there after the next tick."""

    def tick() -> dict[str, int]:
        return sweeping.sweep(Clinic.objects.get(pk=harbour.pk), after(1))

    at_once(tick, tick, tick)
    sweeping.sweep(harbour, after(1, "00:06"))
    assert Flag.objects.filter(closed_at=None).count() == len(people)
    for client in people:
        assert prompts(client) == ["encourage: planned"]


def test_two_plannings_of_what_hangs_on_no_flag(harbour):
    """The first steps of newcomers, and the question of a week."""
    people = newcomers(harbour)
    for moment, step in ((at("2026-01-10 00:05"), "first_steps"), (at("2026-02-01 18:00"), "check_in")):
        at_once(*[partial(planning.plan, harbour, moment)] * 3)
        assert Prompt.objects.filter(step=step, state="planned").count() == len(people)


def test_two_outboxes(harbour, people, post):
    sweep(harbour, after(1))
    tallies = at_once(*[lambda: post.sends(NINE)] * 3)
    assert sorted(post.channel.to) == sorted(client.mobile for client in people)
    assert sum(tally.get("sent", 0) for tally in tallies) == len(people)
    assert set(Prompt.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_two_prompts_to_one_client_under_the_caps(harbour, people, post):
    """One of them goes, the other waits its 48 hours."""
    sweep(harbour, after(1))
    for client in people:
        another = client.prompts.get()
        another.pk, another.occasion = None, "another"
        another.save(force_insert=True)
    pairs = [list(client.prompts.order_by("pk").values_list("pk", flat=True)) for client in people]

    def sends(which: int) -> list[str]:
        return [outbox.send_one(pair[which], {"sms": post.channel}, NINE) for pair in pairs]

    first, second = at_once(lambda: sends(0), lambda: sends(1))
    assert [sorted(two) for two in zip(first, second, strict=True)] == [["deferred", "sent"]] * len(people)
    assert sorted(post.channel.to) == sorted(client.mobile for client in people)


def test_two_who_find_what_a_dead_worker_left(harbour, people, post):
    """It never went out. One of them plans it again, and whoever sends it does so once."""
    sweep(harbour, after(1))
    post.channel.faults = [WorkerDied()] * len(people)
    for _ in people:
        with pytest.raises(WorkerDied):
            post.sends(NINE)
    assert set(Prompt.objects.values_list("state", flat=True)) == {"sending"}
    at_once(*[lambda: post.sends(NINE + outbox.LEASE)] * 3)
    assert sorted(post.channel.to) == sorted(client.mobile for client in people)
    assert set(Prompt.objects.values_list("state", flat=True)) == {"sent"}


def test_a_worker_given_up_does_not_take_the_prompt_from_the_one_that_has_it_now(harbour, people, post):
    """Its provider answers after its lease is over, while another worker is sending the prompt again."""
    sweep(harbour, after(1))
    pk = people[0].prompts.get().pk
    slow = outbox.claim(pk, NINE)
    outbox.recover({"sms": post.channel}, NINE + outbox.LEASE)
    again = outbox.claim(pk, NINE + outbox.LEASE)
    assert isinstance(slow, outbox.Claimed)
    assert isinstance(again, outbox.Claimed)
    assert not outcomes.move(slow.prompt, PromptState.PLANNED)
    assert outcomes.move(again.prompt, PromptState.SENT, sent_at=NINE)


def test_planning_beside_attendance_that_is_being_recorded(harbour, people):
    """Neither waits for the other for ever, and nobody who went is left with a prompt about not going."""
    for missed in (1, 3, 5, 7):
        evaluation.sweep(harbour, after(missed))
        assert Flag.objects.filter(closed_at=None).count() == len(people)
        monday = date.fromisoformat(MONDAY[missed])
        reports = [recording.Went(client, monday, Source.KEYWORKER) for client in people]
        now = after(missed, "12:00")
        at_once(
            partial(planning.plan, harbour, now),
            partial(recording.record_many, clinic=harbour, reports=reports, by=BY, now=now),
        )
        assert not Flag.objects.filter(closed_at=None).exists()
        assert not Prompt.objects.filter(state="planned").exists()
