"""Two workers sweep, and a keyworker acts, at the same moment: what goes to the managers goes once."""

from __future__ import annotations

from functools import partial

import pytest

from clinic.actors import Actor
from clinic.models import AuditEntry
from reminders.worklist import escalating, tasks
from reminders.worklist.models import TaskKind
from reminders.worklist.tasks import Need
from reminders.worklist.waiting_models import Escalation
from tests.at_once import at_once
from tests.reminders.telling import BY, a_client, at

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.usefixtures("require_postgresql"),
    pytest.mark.django_db(transaction=True),
]
MONDAY, FRIDAY, HELEN = at("2026-02-23 09:00"), at("2026-02-27 09:00"), Actor.command("helen")


def test_four_sweeps_write_down_each_task_once(harbour):
    people = [a_client(harbour, f"Client{number}", texts=False) for number in range(25)]
    tasks.raise_tasks([Need(one, TaskKind.DECLINED, "Why.") for one in people], MONDAY)
    tallies = at_once(*[partial(escalating.escalate, harbour, FRIDAY) for _ in range(4)])
    # Whom another one holds is left out, so that a last one may find some.
    assert sum(tallies) + escalating.escalate(harbour, FRIDAY) == 25
    assert Escalation.objects.count() == 25
    assert AuditEntry.objects.filter(verb="task.escalated").count() == 25


def test_two_managers_hand_back_at_once_and_one_word_stands(ana, harbour):
    tasks.raise_tasks([Need(ana, TaskKind.DECLINED, "Why.")], MONDAY)
    escalating.escalate(harbour, FRIDAY)
    task = ana.keyworker_tasks.get()
    words = ("Ring again.", "Ask her sister.")
    said = at_once(
        *[partial(escalating.hand_back, task=task, word=word, by=HELEN, now=FRIDAY) for word in words]
    )
    assert sorted(said) == [False, True]
    assert Escalation.objects.get().word == words[said.index(True)]


def test_a_keyworker_who_finishes_it_as_it_goes_is_believed(ana, harbour):
    tasks.raise_tasks([Need(ana, TaskKind.DECLINED, "Why.")], MONDAY)
    task = ana.keyworker_tasks.get()
    at_once(
        partial(escalating.escalate, harbour, FRIDAY),
        partial(tasks.finish, task=task, outcome="Found another.", by=BY, now=FRIDAY),
    )
    assert not harbour.escalations.standing().exists()
