"""What nobody acted on goes to the managers, once a wait, and what ends that."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import AuditEntry, Client, Clinic
from reminders.worklist import aside, by_itself, escalating, words
from reminders.worklist import tasks as worklist
from reminders.worklist.models import KeyworkerTask, TaskKind
from reminders.worklist.said import Said
from reminders.worklist.tasks import Need
from reminders.worklist.waiting_models import Escalation
from tests.reminders.telling import BY, RUN, at, sweep

pytestmark = pytest.mark.django_db
MONDAY, HELEN = at("2026-02-23 09:00"), Actor.command("helen")


def raised(client: Client, kind: TaskKind = TaskKind.DECLINED, now: datetime = MONDAY) -> KeyworkerTask:
    worklist.raise_tasks([Need(client, kind, "Why.", run=RUN)], now)
    return client.keyworker_tasks.get(kind=kind)


def with_managers(clinic: Clinic) -> list[str]:
    return [one.task.kind for one in clinic.escalations.standing().select_related("task")]


def put_aside(client: Client, until: str, now: datetime) -> None:
    aside.put_aside(client=client, until=date.fromisoformat(until), reason="Away.", by=BY, now=now)


def test_after_three_working_days_it_is_with_the_managers_and_once(ana, harbour):
    task = raised(ana)
    assert escalating.escalate(harbour, at("2026-02-26 23:59")) == 0
    assert escalating.escalate(harbour, at("2026-02-27 00:00")) == 1
    assert escalating.escalate(harbour, at("2026-02-27 00:01")) == 0
    one = Escalation.objects.get()
    assert (one.task, one.client, one.clinic, one.since) == (task, ana, harbour, MONDAY)
    assert (one.patience_ended_on, one.escalated_at) == (date(2026, 2, 26), at("2026-02-27 00:00"))
    (entry,) = AuditEntry.objects.filter(verb="task.escalated")
    assert (entry.subject_id, entry.client_id, entry.actor_name) == (task.pk, ana.pk, "patience")


def test_the_sweep_does_it_and_asks_little_where_nothing_is_late(ana, harbour):
    raised(ana)
    sweep(harbour, at("2026-02-24 09:00"))
    with CaptureQueriesContext(connection) as asked:
        assert escalating.escalate(harbour, at("2026-02-24 09:01")) == 0
    assert len(asked) <= 5
    sweep(harbour, at("2026-02-27 09:00"))
    assert with_managers(harbour) == ["declined"]


def test_whoever_asked_to_be_rung_has_waited_too_long_after_one_day(ana, harbour):
    raised(ana, TaskKind.RING_ME)
    assert escalating.escalate(harbour, at("2026-02-24 23:59")) == 0
    assert escalating.escalate(harbour, at("2026-02-25 00:05")) == 1


def test_another_clinics_tasks_are_left_alone(ana, harbour, db):
    raised(ana)
    hillside = Clinic.objects.create(slug="hillside", name="Hillside", time_zone="Europe/London")
    assert escalating.escalate(hillside, at("2026-03-09 09:00")) == 0
    assert not Escalation.objects.exists()


@pytest.mark.parametrize("act", ["finish", "spoke", "end"])
def test_what_is_done_is_with_the_managers_no_longer(act, ana, harbour):
    task = raised(ana, TaskKind.LAPSED)
    escalating.escalate(harbour, at("2026-02-27 09:00"))
    done = at("2026-02-27 10:00")
    if act == "finish":
        worklist.finish(task=task, outcome="Rang.", by=BY, now=done)
    elif act == "spoke":
        words.spoke(client=ana, said=Said.OTHER, words="Rang.", by=BY, now=done)
    else:
        by_itself.end_runs([(ana.pk, RUN)], "They went.", done)
    assert with_managers(harbour) == []
    assert escalating.escalate(harbour, at("2026-03-20 09:00")) == 0


def test_a_try_in_vain_leaves_it_with_them(ana, harbour):
    raised(ana, TaskKind.LAPSED)
    escalating.escalate(harbour, at("2026-02-27 09:00"))
    words.spoke(client=ana, said=Said.NOT_REACHED, by=BY, now=at("2026-02-27 10:00"))
    assert with_managers(harbour) == ["lapsed"]


def test_opened_again_by_a_correction_it_is_the_same_wait(ana, harbour):
    raised(ana, TaskKind.LAPSED)
    escalating.escalate(harbour, at("2026-02-27 09:00"))
    by_itself.end_runs([(ana.pk, RUN)], "They went.", at("2026-02-27 10:00"))
    by_itself.take_up_again([(ana.pk, RUN)])
    assert with_managers(harbour) == ["lapsed"]
    assert escalating.escalate(harbour, at("2026-03-02 09:00")) == 0


def test_asked_for_anew_it_waits_anew(ana, harbour):
    ring = Need(ana, TaskKind.RING_ME, "Please ring me.")
    worklist.raise_again(ring, MONDAY)
    escalating.escalate(harbour, at("2026-02-25 09:00"))
    worklist.finish(task=ana.keyworker_tasks.get(), outcome="Rang.", by=BY, now=at("2026-02-25 10:00"))
    worklist.raise_again(ring, at("2026-02-25 11:00"))
    assert with_managers(harbour) == []
    assert escalating.escalate(harbour, at("2026-02-26 09:00")) == 0
    assert escalating.escalate(harbour, at("2026-02-27 00:05")) == 1
    assert with_managers(harbour) == ["ring_me"]


def test_a_pause_holds_it_and_its_end_leaves_the_rest(ana, harbour, pauses):
    raised(ana)
    pauses(ana, "2026-02-25", "2026-03-03", at("2026-02-24 12:00"))
    assert escalating.escalate(harbour, at("2026-03-05 23:00")) == 0
    assert escalating.escalate(harbour, at("2026-03-06 00:05")) == 1


def test_paused_after_it_went_to_the_managers_it_is_not_shown_until_the_pause_ends(ana, harbour, pauses):
    raised(ana)
    ring = raised(ana, TaskKind.RING_ME)
    sweep(harbour, at("2026-02-27 09:00"))
    pauses(ana, "2026-02-27", "2026-03-05", at("2026-02-27 12:00"))
    assert sorted(with_managers(harbour)) == ["declined", "ring_me"]
    assert [one.task for one in harbour.escalations.shown()] == [ring]
    sweep(harbour, at("2026-03-06 09:00"))
    assert harbour.escalations.shown().count() == 2


def test_put_aside_it_is_with_the_keyworker_again_and_waits_anew_when_they_are_back(ana, harbour):
    raised(ana)
    ring = raised(ana, TaskKind.RING_ME)
    escalating.escalate(harbour, at("2026-02-27 09:00"))
    put_aside(ana, "2026-03-09", at("2026-02-27 12:00"))
    assert [one.task for one in harbour.escalations.standing()] == [ring]
    put_aside(ana, "2026-03-16", at("2026-03-09 09:00"))
    assert escalating.escalate(harbour, at("2026-03-18 23:00")) == 0
    assert escalating.escalate(harbour, at("2026-03-19 00:05")) == 1
    assert sorted(with_managers(harbour)) == ["declined", "ring_me"]


def test_handed_back_with_a_word_it_waits_anew_and_may_come_again(ana, harbour):
    task = raised(ana)
    friday = at("2026-02-27 09:00")
    escalating.escalate(harbour, friday)
    for word in ("", "   ", "x" * 301):
        with pytest.raises(Refused):
            escalating.hand_back(task=task, word=word, by=HELEN, now=friday)
    assert escalating.hand_back(task=task, word=" Try Joe's brother. ", by=HELEN, now=friday) is True
    assert escalating.hand_back(task=task, word="Again.", by=HELEN, now=friday) is False
    one = Escalation.objects.get()
    assert (one.handed_back_by, one.word) == ("helen", "Try Joe's brother.")
    assert with_managers(harbour) == []
    assert escalating.escalate(harbour, at("2026-03-04 23:00")) == 0
    assert escalating.escalate(harbour, at("2026-03-05 00:05")) == 1
    assert with_managers(harbour) == ["declined"]
    trail = AuditEntry.objects.filter(client_id=ana.pk, verb__in=["task.escalated", "task.handed_back"])
    assert [entry.verb for entry in trail] == ["task.escalated", "task.handed_back", "task.escalated"]


def test_what_has_not_waited_too_long_cannot_be_handed_back(ana):
    assert escalating.hand_back(task=raised(ana), word="Why?", by=HELEN, now=MONDAY) is False


class TestPolicy:
    def test_a_clinic_says_how_long_and_only_what_differs_is_written(self, harbour):
        days = escalating.patience_of(harbour) | {TaskKind.LAPSED: 5}
        assert escalating.set_patience(clinic=harbour, days=days, by=HELEN, now=MONDAY) is True
        assert escalating.set_patience(clinic=harbour, days=days, by=HELEN, now=MONDAY) is False
        assert list(harbour.patiences.values_list("kind", "working_days")) == [("lapsed", 5)]
        (entry,) = AuditEntry.objects.filter(verb="clinic.patience_changed")
        assert (entry.clinic, entry.fields, entry.actor_name) == (harbour, ["lapsed"], "helen")

    def test_its_tasks_wait_as_long_as_that(self, ana, harbour):
        raised(ana)
        escalating.set_patience(clinic=harbour, days={TaskKind.DECLINED: 5}, by=HELEN, now=MONDAY)
        assert escalating.escalate(harbour, at("2026-03-02 23:00")) == 0
        assert escalating.escalate(harbour, at("2026-03-03 00:05")) == 1

    def test_more_patience_takes_nothing_back_that_the_managers_have(self, ana, harbour):
        raised(ana)
        escalating.escalate(harbour, at("2026-02-27 09:00"))
        escalating.set_patience(clinic=harbour, days={TaskKind.DECLINED: 20}, by=HELEN, now=MONDAY)
        assert with_managers(harbour) == ["declined"]

    @pytest.mark.parametrize("number", [0, -1, 21])
    def test_a_number_out_of_range_is_refused_in_words(self, number, harbour):
        with pytest.raises(Refused, match="It goes from 1 to 20 working days") as refused:
            escalating.set_patience(clinic=harbour, days={TaskKind.LAPSED: number}, by=HELEN, now=MONDAY)
        assert refused.value.field == "lapsed"
        assert not harbour.patiences.exists()

    def test_what_waits_for_nobody_has_no_patience(self, harbour):
        with pytest.raises(Refused, match="nothing of the kind waits"):
            escalating.set_patience(clinic=harbour, days={TaskKind.SPOKE: 3}, by=HELEN, now=MONDAY)
