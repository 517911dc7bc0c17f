"""One run of missed weeks, through corrections, pauses and returns: it goes on where it was, and repeats nothing."""

from datetime import date, timedelta

import pytest

from attendance.register import correcting, pausing
from attendance.standing import evaluation
from reminders.channels.base import PassingFault
from reminders.prompts import outbox
from reminders.worklist import tasks as worklist
from reminders.worklist.models import KeyworkerTask
from tests.reminders.telling import BEGAN, BY, RUN, after, at, flag_of, prompts, sweep, tasks, the, went


@pytest.fixture
def encouraged(ana, harbour, post):
    """Ana missed a week and was written to on Monday 2 February."""
    sweep(harbour, after(1))
    post.sends(after(1, "09:00"))
    assert prompts(ana) == ["encourage: sent"]
    return ana


def test_a_flag_that_reopens_after_a_correction_repeats_nothing_and_goes_on(encouraged, harbour, post):
    """Kay wrote a meeting down that was somebody else's, and took it back a day later."""
    mistaken = went(encouraged, "2026-02-03")
    assert flag_of(encouraged) is None
    correcting.void(attendance=mistaken, reason="that was Ben", by=BY, now=at("2026-02-04 10:00"))
    again = flag_of(encouraged)
    assert (again.run, encouraged.flags.count()) == (RUN, 2)
    assert sweep(harbour, at("2026-02-04 10:05")) == 0
    sweep(harbour, after(2))
    assert prompts(encouraged) == ["encourage: sent", "reach_out: suppressed"]
    assert {one.run for one in encouraged.prompts.all()} == {RUN}


def test_a_late_fact_that_moves_the_spell_on_repeats_nothing_either(encouraged, harbour):
    """Two weeks missed; then it is told that she went in the first. The flag stays, a week missed."""
    sweep(harbour, after(2))
    before = prompts(encouraged)
    went(encouraged, "2026-01-30", now=at("2026-02-10 10:00"))
    assert (flag_of(encouraged).run, flag_of(encouraged).missed_weeks) == (RUN, 1)
    assert sweep(harbour, at("2026-02-10 10:05")) == 0
    assert prompts(encouraged) == before


def test_a_correction_cancels_what_was_still_to_go(ana, harbour):
    sweep(harbour, after(1))
    went(ana, "2026-01-30", now=after(1, "08:00"))
    assert prompts(ana) == ["encourage: cancelled"]
    assert the(ana, "encourage").reason == "The record was corrected."


class TestTakenBackBeforeItWent:
    """A mistaken meeting cancelled a prompt in the night; it is taken back before the morning."""

    @pytest.fixture
    def mistaken(self, ana, harbour):
        sweep(harbour, after(1))
        mistaken = went(ana, "2026-01-30", now=after(1, "07:00"))
        assert prompts(ana) == ["encourage: cancelled"]
        return mistaken

    def test_the_prompt_is_due_again_and_goes_once(self, ana, harbour, mistaken, post):
        correcting.void(attendance=mistaken, reason="that was Ben", by=BY, now=after(1, "08:00"))
        assert sweep(harbour, after(1, "08:05")) == 1
        assert prompts(ana) == ["encourage: planned"]
        assert post.sends(after(1, "09:00")) == {"sent": 1}
        assert sweep(harbour, after(1, "09:05")) == 0
        assert post.sends(after(1, "12:00")) == {}

    def test_it_lives_from_its_new_plan_on_and_belongs_to_the_open_flag(self, ana, harbour, mistaken):
        before = the(ana, "encourage")
        correcting.void(attendance=mistaken, reason="that was Ben", by=BY, now=at("2026-02-05 08:00"))
        sweep(harbour, at("2026-02-05 08:05"))
        again = the(ana, "encourage")
        assert (again.pk, again.reason) == (before.pk, "")
        assert again.planned_at == again.not_before == at("2026-02-05 08:05")
        assert again.lives_until > before.lives_until
        assert again.flag == flag_of(ana) != before.flag

    def test_a_contact_who_was_to_be_asked_is_asked_after_all(self, ana, ana_and_joe, harbour, post):
        sweep(harbour, after(2))
        mistaken = went(ana, "2026-02-06", now=after(2, "07:00"))
        correcting.void(attendance=mistaken, reason="that was Ben", by=BY, now=after(2, "08:00"))
        assert sweep(harbour, after(2, "08:05")) == 2
        assert post.sends(after(2, "09:00")) == {"sent": 2}
        assert prompts(ana) == ["encourage: cancelled", "reach_out: sent", "expect_a_call: sent"]

    def test_what_was_overtaken_stays_so(self, ana, harbour):
        sweep(harbour, after(2))
        mistaken = went(ana, "2026-02-06", now=after(2, "07:00"))
        correcting.void(attendance=mistaken, reason="that was Ben", by=BY, now=after(2, "08:00"))
        sweep(harbour, after(2, "08:05"))
        assert the(ana, "encourage").reason == "Overtaken by a later step."

    def test_what_a_later_policy_looks_at_again_stays_cancelled_while_its_flag_is_open(
        self, ana, harbour, post, policy
    ):
        """A meeting that does not count cancelled it at the door; the flag never closed."""
        policy(harbour, BEGAN, meetings_per_week=2)
        sweep(harbour, after(1))
        went(ana, "2026-02-02", now=after(1, "08:00"))
        assert post.sends(after(1, "09:00")) == {"cancelled": 1}
        policy(harbour, after(1, "09:30"), lapsed_after_weeks=5)
        assert sweep(harbour, after(1, "10:00")) == 0


def test_attendance_cancels_with_the_day_and_finishes_the_tasks_of_the_run(ana, harbour):
    sweep(harbour, after(4))
    sweep(harbour, after(6))
    assert tasks(ana) == ["lapsed"]
    went(ana, "2026-03-10", now=at("2026-03-10 21:00"))
    assert the(ana, "keep_going", "6").reason == "Attended on 10 March 2026."
    assert tasks(ana) == []


def test_a_task_that_a_mistaken_meeting_settled_is_open_again_when_it_is_taken_back(ana, harbour):
    """Ana has lapsed; nobody has talked to her yet. Somebody else's meeting on her page must not hide that."""
    sweep(harbour, after(4))
    mistaken = went(ana, "2026-02-24")
    assert tasks(ana) == []
    correcting.void(attendance=mistaken, reason="that was Ben", by=BY, now=at("2026-02-25 10:00"))
    sweep(harbour, at("2026-02-25 10:05"))
    assert tasks(ana) == ["lapsed"]


def test_what_kay_dealt_with_herself_stays_dealt_with(ana, harbour, kay):
    sweep(harbour, after(4))
    task = KeyworkerTask.objects.get(client=ana)
    worklist.finish(task=task, outcome="Rang her.", by=BY, now=after(4, "10:00"))
    mistaken = went(ana, "2026-02-24")
    correcting.void(attendance=mistaken, reason="that was Ben", by=BY, now=at("2026-02-25 10:00"))
    sweep(harbour, at("2026-02-25 10:05"))
    assert tasks(ana) == []


class TestAPause:
    """It holds the flag and whatever is due, and nothing is lost by it."""

    def test_nothing_is_planned_while_it_lasts(self, encouraged, harbour, pauses):
        pauses(encouraged, "2026-02-04", "2026-02-17", now=at("2026-02-03 10:00"))
        for missed in (2, 3):
            assert sweep(harbour, after(missed)) == 0
        assert flag_of(encouraged).on_hold
        sweep(harbour, at("2026-02-18 00:05"))
        assert not flag_of(encouraged).on_hold
        sweep(harbour, after(4))
        assert prompts(encouraged) == ["encourage: sent"], "the weeks it touches are not missed"
        sweep(harbour, after(5))
        assert prompts(encouraged) == ["encourage: sent", "reach_out: suppressed"]

    def test_a_flag_that_was_never_planned_waits_for_its_end(self, ana, harbour, pauses):
        evaluation.sweep(harbour, after(1))
        pauses(ana, "2026-02-02", "2026-02-03", now=after(1, "00:02"))
        assert sweep(harbour, after(1)) == 0
        assert sweep(harbour, at("2026-02-04 00:05")) == 1

    @pytest.mark.parametrize(("until", "back"), [("2026-02-03", "2026-02-04"), ("2026-02-20", "2026-02-21")])
    def test_what_was_planned_is_held_and_goes_afterwards_however_long_it_lasted(
        self, ana, harbour, pauses, post, until, back
    ):
        """Nobody is asked meanwhile: staff entered the pause, and the step comes again by itself."""
        sweep(harbour, after(1))
        pauses(ana, "2026-02-02", until, now=after(1, "08:00"))
        assert post.sends(after(1, "09:00")) == {"cancelled": 1}
        assert the(ana, "encourage").reason == "Held by a pause: due again when it ends."
        sweep(harbour, at(f"{until} 00:05"))
        assert (post.sends(at(f"{until} 19:59")), tasks(ana)) == ({}, [])
        assert sweep(harbour, at(f"{back} 00:05")) == 1
        assert post.sends(at(f"{back} 09:00")) == {"sent": 1}
        assert sweep(harbour, at(f"{back} 09:05")) == 0

    def test_a_contact_who_was_to_be_asked_is_asked_when_it_ends(
        self, ana, ana_and_joe, harbour, pauses, post
    ):
        sweep(harbour, after(2))
        pauses(ana, "2026-02-09", "2026-02-14", now=after(2, "08:00"))
        assert post.sends(after(2, "09:00")) == {"cancelled": 2}
        sweep(harbour, at("2026-02-15 00:05"))
        assert post.sends(at("2026-02-15 09:00")) == {"sent": 2}
        assert prompts(ana) == ["encourage: cancelled", "reach_out: sent", "expect_a_call: sent"]

    def test_one_put_off_by_a_fault_of_the_provider_comes_again_too(self, ana, harbour, pauses, post):
        sweep(harbour, after(1))
        post.channel.faults = [PassingFault("Busy.")]
        assert post.sends(after(1, "09:00")) == {"deferred": 1}
        pauses(ana, "2026-02-02", "2026-02-04", now=after(1, "09:01"))
        assert post.sends(after(1, "10:00")) == {"cancelled": 1}
        sweep(harbour, at("2026-02-05 00:05"))
        assert post.sends(at("2026-02-05 09:00")) == {"sent": 1}

    def test_first_steps_it_outlasts_are_a_task_for_when_it_ends(
        self, ana, ana_and_joe, harbour, pauses, post
    ):
        sweep(harbour, at("2026-01-10 00:05"))
        pauses(ana, "2026-01-10", "2026-01-24", now=at("2026-01-10 08:00"))
        assert post.sends(at("2026-01-10 09:00")) == {"deferred": 1}
        assert post.sends(at("2026-01-15 09:00")) == {"expired": 1}
        assert tasks(ana) == ["by_hand"]
        went(ana, "2026-01-26")
        assert tasks(ana) == [], "a first meeting finishes it, as it does what planning asks"

    def test_a_call_of_which_nobody_told_the_client_is_a_task(self, ana, ana_and_joe, harbour, pauses, post):
        """Joe was asked; the text to Ana was put off by a fault, and a pause outlasts it."""
        sweep(harbour, after(2))
        reach_out, announced = (the(ana, step).pk for step in ("reach_out", "expect_a_call"))
        assert outbox.send_one(reach_out, {"sms": post.channel}, after(2, "09:00")) == "sent"
        post.channel.faults = [PassingFault("Busy.")]
        assert outbox.send_one(announced, {"sms": post.channel}, after(2, "09:00")) == "deferred"
        pauses(ana, "2026-02-09", "2026-02-15", now=after(2, "09:02"))
        for day in range(9, 16):
            post.sends(at(f"2026-02-{day:02} 12:00"))
        assert the(ana, "expect_a_call").state == "expired"
        assert tasks(ana) == ["by_hand"]

    def test_taking_it_back_lets_the_flag_go_on(self, encouraged, harbour, pauses):
        pause = pauses(encouraged, "2026-02-04", "2026-02-17", now=at("2026-02-03 10:00"))
        sweep(harbour, after(3))
        pausing.void_pause(pause=pause, by=BY, now=after(3, "10:00"))
        sweep(harbour, after(3, "10:05"))
        assert prompts(encouraged) == ["encourage: sent", "reach_out: cancelled", "another_way: planned"]


def test_silence_for_a_week_after_the_contact_was_asked_is_a_task_at_once(ana, ana_and_joe, harbour, post):
    sweep(harbour, after(2))
    post.sends(after(2, "09:00"))
    assert tasks(ana) == []
    sweep(harbour, after(3))
    assert tasks(ana) == ["no_answer"]


def test_where_the_contact_was_never_asked_there_is_no_answer_to_miss(ana, ana_and_joe, harbour):
    sweep(harbour, after(2))
    sweep(harbour, after(3))
    assert tasks(ana) == []


def test_a_lapse_is_a_task_for_the_keyworker_once_a_run(ana, harbour):
    for missed in (3, 4, 5):
        sweep(harbour, after(missed))
    (task,) = KeyworkerTask.objects.filter(client=ana)
    assert (task.kind, task.run, task.reason) == ("lapsed", RUN, "4 weeks missed: talk to them.")
    worklist.finish(task=task, outcome="Rang her.", by=BY, now=after(5, "10:00"))
    sweep(harbour, after(6))
    assert tasks(ana) == []
    went(ana, "2026-03-10")
    for week in range(1, 6):
        sweep(harbour, at("2026-03-16 00:05") + timedelta(weeks=week))
    assert tasks(ana) == ["introduce", "lapsed"]
    assert KeyworkerTask.objects.filter(client=ana, kind="lapsed").last().run == date(2026, 3, 16)
