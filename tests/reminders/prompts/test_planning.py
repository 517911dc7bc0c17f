"""The ladder as it is planned, week after week: each step once, only the highest, and none that evaporates.

Ana was taken in on 7 January and goes nowhere; her first missed week is that of 26 January.
"""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from attendance.register import correcting
from reminders.prompts.models import Prompt
from reminders.prompts.planning import plan
from tests.reminders.telling import (
    BY,
    INTAKE,
    RUN,
    a_client,
    after,
    at,
    flag_of,
    introduced,
    prompts,
    sweep,
    tasks,
    the,
    went,
)


def test_with_every_missed_week_the_next_step(ana, ana_and_joe, harbour, post):
    """Each is sent before the next is due; the keyworker's step is a task, and no message."""
    for missed in range(1, 9):
        sweep(harbour, after(missed))
        for hours in (10, 58):
            post.sends(after(missed) + timedelta(hours=hours))
    assert prompts(ana) == [
        "encourage: sent",
        "reach_out: sent",
        "expect_a_call: sent",
        "another_way: sent",
        "keep_going 6: sent",
        "keep_going 8: sent",
    ]
    assert {one.run for one in ana.prompts.all()} == {RUN}
    assert tasks(ana) == ["no_answer", "lapsed"]


@pytest.mark.parametrize("missed", [1, 2, 3, 4, 6])
def test_planning_again_adds_nothing(ana, harbour, missed):
    sweep(harbour, after(missed))
    before, needed = prompts(ana), tasks(ana)
    assert sweep(harbour, after(missed, "00:06")) == 0
    assert plan(harbour, after(missed, "00:07")) == 0
    assert (prompts(ana), tasks(ana)) == (before, needed)


def test_where_several_steps_are_due_at_once_the_lower_ones_are_overtaken(ana, harbour):
    """The sweep stood still for two weeks."""
    assert sweep(harbour, after(3)) == 1
    assert prompts(ana) == ["encourage: cancelled", "reach_out: cancelled", "another_way: planned"]
    assert the(ana, "encourage").reason == the(ana, "reach_out").reason == "Overtaken by a later step."


def test_what_still_waits_gives_way_to_the_next_step(ana, ana_and_joe, harbour):
    """Nothing was sent for a week; then not for another, and the contact is not asked any more either."""
    sweep(harbour, after(1))
    sweep(harbour, after(2))
    assert prompts(ana) == ["encourage: cancelled", "reach_out: planned", "expect_a_call: planned"]
    assert the(ana, "encourage").reason == "Overtaken by a later step."
    sweep(harbour, after(3))
    assert prompts(ana)[1:] == ["reach_out: cancelled", "expect_a_call: cancelled", "another_way: planned"]


def test_a_lapse_is_talked_about_and_what_still_waits_gives_way_to_that(ana, harbour):
    sweep(harbour, after(3))
    sweep(harbour, after(4))
    assert prompts(ana)[-1] == "another_way: cancelled"
    assert (the(ana, "another_way").reason, tasks(ana)) == ("Overtaken by a later step.", ["lapsed"])


def test_a_question_still_waiting_gives_way_to_the_step_of_the_week_it_asked_about(ana, harbour):
    went(ana, "2026-01-14")
    sweep(harbour, at("2026-02-01 18:00"))
    assert prompts(ana) == ["check_in 2026-01-26: planned"]
    sweep(harbour, after(1))
    assert prompts(ana) == ["check_in 2026-01-26: cancelled", "encourage: planned"]


def test_keep_going_every_second_week_while_the_flag_is_open(ana, harbour):
    for missed in (4, 5, 6, 7, 8):
        sweep(harbour, after(missed))
    assert [one for one in prompts(ana) if one.startswith("keep")] == [
        "keep_going 6: cancelled",
        "keep_going 8: planned",
    ]
    went(ana, "2026-03-25")
    for weeks in (2, 3):
        sweep(harbour, after(8) + timedelta(weeks=weeks))
    assert [one for one in prompts(ana) if one.startswith("keep")][1:] == ["keep_going 8: cancelled"]
    assert the(ana, "keep_going", "8").reason == "Attended on 25 March 2026."


def test_a_later_week_missed_after_a_return_starts_the_ladder_anew(ana, harbour):
    sweep(harbour, after(1))
    went(ana, "2026-02-03")
    sweep(harbour, after(3))
    second = ana.prompts.exclude(run=RUN).get()
    assert (second.step, second.state, str(second.run)) == ("encourage", "planned", "2026-02-09")


def test_the_first_steps_on_day_3_and_day_10(ana, harbour, post):
    assert sweep(harbour, at("2026-01-09 23:59")) == 0
    assert sweep(harbour, at("2026-01-10 00:00")) == 1
    post.sends(at("2026-01-10 09:00"))
    sweep(harbour, at("2026-01-16 23:59"))
    assert prompts(ana) == ["first_steps day 3: sent"]
    sweep(harbour, at("2026-01-17 00:00"))
    assert prompts(ana) == ["first_steps day 3: sent", "first_steps day 10: planned"]
    assert {one.run for one in ana.prompts.all()} == {INTAKE}
    assert tasks(ana) == ["introduce"]


def test_a_sweep_that_comes_late_plans_the_later_of_the_first_steps(ana, harbour):
    sweep(harbour, at("2026-01-18 12:00"))
    assert prompts(ana) == ["first_steps day 3: cancelled", "first_steps day 10: planned"]


def test_a_first_meeting_ends_the_first_steps(ana, harbour, post):
    sweep(harbour, at("2026-01-10 00:05"))
    went(ana, "2026-01-10", now=at("2026-01-10 08:00"))
    assert post.sends(at("2026-01-10 09:00")) == {"cancelled": 1}
    assert the(ana, "first_steps", "day 3").reason == "Attended on 10 January 2026."
    assert sweep(harbour, at("2026-01-17 00:05")) == 0


def test_a_first_meeting_finishes_the_task_that_waits_for_it_unless_it_was_a_mistake(
    ana, ben, joe, harbour, policy
):
    """Ana needs a contact; Ben has one, and is to be rung, for messages were turned off by then."""
    introduced(ben, joe)
    sweep(harbour, at("2026-01-10 00:05"))
    policy(harbour, at("2026-01-12 12:00"), sending=False)
    sweep(harbour, at("2026-01-17 00:05"))
    assert (tasks(ana), tasks(ben)) == (["introduce"], ["by_hand"])
    meetings = [went(client, "2026-01-18") for client in (ana, ben)]
    assert (tasks(ana), tasks(ben)) == ([], [])
    for meeting in meetings:
        correcting.void(attendance=meeting, reason="not there", by=BY, now=at("2026-01-19 10:00"))
    assert (tasks(ana), tasks(ben)) == (["introduce"], ["by_hand"])


class TestAWeeksQuestion:
    """On the last evening of a week of which nobody knows anything. Ana went once, while settling in."""

    @pytest.fixture
    def ana(self, ana):
        went(ana, "2026-01-14")
        return ana

    def test_it_is_asked_at_six_of_whoever_is_expected_and_silent(self, ana, ben, harbour):
        """Ben went this week; Cas came a fortnight later, and is not expected yet."""
        cas = a_client(
            harbour, "Cas", "+447700900333", intake_on=date(2026, 1, 21), now=at("2026-01-21 10:00")
        )
        went(ben, "2026-01-29")
        went(cas, "2026-01-22")
        assert sweep(harbour, at("2026-02-01 17:59")) == 0
        assert sweep(harbour, at("2026-02-01 18:00")) == 1
        assert prompts(ana) == ["check_in 2026-01-26: planned"]

    def test_an_answer_is_not_asked_for_twice(self, ana, harbour, says_no):
        says_no(ana, "2026-01-26", at("2026-01-31 12:00"))
        assert sweep(harbour, at("2026-02-01 18:00")) == 0

    def test_whoever_missed_weeks_before_is_written_to_by_the_steps_of_the_flag_alone(
        self, ana, harbour, post
    ):
        sweep(harbour, after(1))
        post.sends(after(1, "09:00"))
        assert sweep(harbour, at("2026-02-08 18:00")) == 0
        assert prompts(ana) == ["encourage: sent"]

    def test_a_week_that_a_pause_touches_is_excused_and_not_asked_about(self, ana, harbour, pauses):
        pauses(ana, "2026-01-27", "2026-01-28")
        assert sweep(harbour, at("2026-02-01 18:00")) == 0

    def test_it_is_off_where_the_clinic_wants_none(self, ana, harbour, policy):
        policy(harbour, at("2026-01-20 12:00"), check_in_on=False)
        assert sweep(harbour, at("2026-02-01 18:00")) == 0

    def test_with_the_nudge_on_the_question_overtakes_it(self, ana, harbour, policy):
        policy(harbour, at("2026-01-20 12:00"), nudge_on=True)
        sweep(harbour, at("2026-01-31 00:00"))
        assert prompts(ana) == ["nudge 2026-01-26: planned"]
        sweep(harbour, at("2026-02-01 18:00"))
        assert prompts(ana) == ["nudge 2026-01-26: cancelled", "check_in 2026-01-26: planned"]

    def test_whoever_cannot_be_written_to_gets_a_task_with_the_step_that_follows(self, harbour):
        dee = a_client(harbour, "Dee", texts=False)
        went(dee, "2026-01-14")
        assert sweep(harbour, at("2026-02-01 18:00")) == 0
        assert tasks(dee) == []
        sweep(harbour, after(1))
        assert tasks(dee) == ["not_reached"]


def test_the_database_itself_refuses_a_second_prompt_for_one_run_step_and_occasion(ana, harbour):
    sweep(harbour, after(1))
    again = the(ana, "encourage")
    again.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)
    assert Prompt.objects.count() == 1


def test_a_changed_policy_lets_the_ladder_look_again(ana, harbour, policy):
    """Ana has missed three weeks when the clinic says that three are a lapse."""
    sweep(harbour, after(3))
    assert tasks(ana) == []
    policy(harbour, after(3, "12:00"), lapsed_after_weeks=3)
    sweep(harbour, after(3, "12:01"))
    assert tasks(ana) == ["lapsed"]


def test_the_flag_of_one_who_cannot_be_reached_is_open_all_the_same(harbour):
    dee = a_client(harbour, "Dee", texts=False)
    sweep(harbour, after(2))
    assert flag_of(dee).missed_weeks == 2
