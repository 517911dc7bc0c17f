"""Stored standings and flags as the days go by: what the sweep looks at, and what becomes of each flag.

Ana was taken in on Wednesday 7 January 2026; her first expected week is over on Monday 2 February.
"""

import pytest
from django.db import IntegrityError, transaction

from attendance.register import pausing
from attendance.standing.models import Flag, StandingRecord
from clinic.models import Client, Clinic
from tests.attendance.standing.verbs import (
    BY,
    a_client,
    a_clinic,
    amend_policy,
    at,
    close,
    comes_back,
    discharge,
    flag_of,
    flags,
    pause,
    standing,
    sweep,
    void,
    went,
)


@pytest.fixture
def harbour(db) -> Clinic:
    return a_clinic()


@pytest.fixture
def ana(harbour: Clinic) -> Client:
    return a_client(harbour)


class TestAFlagOpens:
    def test_on_the_first_day_the_standing_is_a_flagged_one(self, ana, harbour):
        assert sweep(harbour, "2026-02-01 23:59").flags_opened == 0
        assert (standing(ana), flags(ana)) == ("settling_in 0", [])
        assert sweep(harbour, "2026-02-02 00:00").flags_opened == 1
        assert (standing(ana), flags(ana)) == ("not_started 1", [("2026-01-26", "2026-02-02", "open")])
        assert (flag_of(ana).opened_at, flag_of(ana).missed_weeks) == (at("2026-02-02 00:00"), 1)

    @pytest.mark.parametrize("late", ["2026-02-05", "2026-02-20", "2026-06-01"])
    def test_dated_from_that_day_when_the_sweep_comes_late(self, ana, harbour, late):
        sweep(harbour, late)
        assert flags(ana) == [("2026-01-26", "2026-02-02", "open")]
        assert flag_of(ana).opened_at == at(late)

    def test_by_the_clinics_own_midnight(self, db):
        hudson = a_clinic("hudson", time_zone="America/New_York", country="US")
        uma = a_client(hudson, "Uma")
        sweep(hudson, "2026-02-02 04:59")
        assert flags(uma) == []
        sweep(hudson, "2026-02-02 05:00")
        assert flags(uma) == [("2026-01-26", "2026-02-02", "open")]

    def test_once_however_often_the_sweep_comes(self, ana, harbour):
        sweep(harbour, "2026-02-02")
        before = list(Flag.objects.values()), list(StandingRecord.objects.values())
        again = sweep(harbour, "2026-02-02 12:01")
        assert (again.examined, again.changed, again.flags_opened, again.flags_closed) == (0, 0, 0, 0)
        assert (list(Flag.objects.values()), list(StandingRecord.objects.values())) == before

    def test_only_one_at_a_time_says_the_database(self, ana, harbour):
        sweep(harbour, "2026-02-02")
        second = flag_of(ana)
        second.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            second.save(force_insert=True)


class TestAFlagGoesOn:
    def test_it_keeps_its_run_as_the_weeks_grow(self, ana, harbour):
        seen = []
        for monday in ("2026-02-02", "2026-02-09", "2026-02-16", "2026-02-23", "2026-03-02"):
            sweep(harbour, monday)
            flag = flag_of(ana)
            seen.append((str(flag.run), flag.missed_weeks, str(flag.last_missed), flag.standing))
        assert seen == [
            ("2026-01-26", 1, "2026-01-26", "not_started"),
            ("2026-01-26", 2, "2026-02-02", "not_started"),
            ("2026-01-26", 3, "2026-02-09", "not_started"),
            ("2026-01-26", 4, "2026-02-16", "not_started"),
            ("2026-01-26", 5, "2026-02-23", "not_started"),
        ]
        assert ana.flags.count() == 1

    def test_its_standing_follows_from_slipping_to_lapsed(self, ana, harbour):
        went(ana, "2026-01-14")
        seen = []
        for monday in ("2026-02-02", "2026-02-09", "2026-02-16", "2026-02-23"):
            sweep(harbour, monday)
            seen.append(flag_of(ana).standing)
        assert seen == ["slipping", "below_weekly", "below_weekly", "lapsed"]

    def test_while_paused_it_is_held_open(self, ana, harbour):
        sweep(harbour, "2026-02-02")
        pause(ana, "2026-02-04", "2026-02-10", now="2026-02-03")
        assert (standing(ana), flag_of(ana).on_hold) == ("not_started 1", False)
        sweep(harbour, "2026-02-04")
        assert (standing(ana), flag_of(ana).on_hold) == ("paused 1", True)
        tally = sweep(harbour, "2026-02-11")
        assert (standing(ana), flag_of(ana).on_hold, tally.flags_opened) == ("not_started 1", False, 0)
        assert flags(ana) == [("2026-01-26", "2026-02-02", "open")]

    def test_a_pause_that_starts_today_holds_it_at_once(self, ana, harbour):
        sweep(harbour, "2026-02-02")
        entered = pause(ana, "2026-02-03", "2026-02-10", now="2026-02-03")
        assert flag_of(ana).on_hold
        pausing.void_pause(pause=entered, by=BY, now=at("2026-02-04"))
        assert not flag_of(ana).on_hold

    def test_who_goes_in_a_pause_keeps_the_flag_until_it_ends(self, ana, harbour):
        sweep(harbour, "2026-02-02")
        pause(ana, "2026-02-03", "2026-02-10", now="2026-02-03")
        went(ana, "2026-02-05")
        assert (standing(ana), flag_of(ana).on_hold) == ("paused 0", True)
        sweep(harbour, "2026-02-11")
        assert flags(ana) == [("2026-01-26", "2026-02-02", "attended")]


class TestAFlagCloses:
    @pytest.fixture
    def ana(self, ana, harbour):
        """Ana, with two missed weeks on Monday 9 February."""
        sweep(harbour, "2026-02-02")
        sweep(harbour, "2026-02-09")
        assert standing(ana) == "not_started 2"
        return ana

    def why(self, ana: Client) -> str:
        assert flag_of(ana) is None
        return flags(ana)[-1][2]

    def test_when_she_goes(self, ana):
        went(ana, "2026-02-10")
        assert (self.why(ana), standing(ana)) == ("attended", "weekly 0")
        assert ana.flags.get().closed_at == at("2026-02-10 21:00")

    def test_when_it_is_told_late_that_she_went_last_week(self, ana):
        went(ana, "2026-02-05", now="2026-02-10")
        assert self.why(ana) == "attended"

    def test_not_while_a_week_is_still_missed_after_the_one_that_is_told_late(self, ana):
        went(ana, "2026-01-28", now="2026-02-10")
        assert (standing(ana), flag_of(ana).missed_weeks, str(flag_of(ana).run)) == (
            "slipping 1",
            1,
            "2026-01-26",
        )

    def test_as_corrected_when_it_is_told_late_that_she_went_in_both(self, ana):
        went(ana, "2026-02-05", now="2026-02-10")
        void(ana.attendances.get(), now="2026-02-10 13:00")
        went(ana, "2026-01-28", now="2026-02-10 14:00")
        went(ana, "2026-02-05", now="2026-02-10 15:00")
        assert self.why(ana) == "corrected"

    def test_as_corrected_when_pauses_are_entered_afterwards(self, ana):
        went(ana, "2026-01-20", now="2026-02-10")
        pause(ana, "2026-01-26", "2026-02-04", now="2026-02-10")
        assert (self.why(ana), standing(ana)) == ("corrected", "settling_in 0")

    def test_as_corrected_when_the_policy_changes(self, ana, harbour):
        amend_policy(harbour, "2026-02-10", settling_in_days=60)
        assert self.why(ana) == "corrected"

    def test_when_she_is_closed_from_the_day_after_on(self, ana, harbour):
        close(ana, "2026-02-10")
        assert flag_of(ana) is not None, "the day itself is tracked"
        assert sweep(harbour, "2026-02-11").flags_closed == 1
        assert (self.why(ana), standing(ana)) == ("tracking_ended", "not_tracked 0")

    def test_at_once_when_she_was_closed_some_days_ago(self, ana):
        close(ana, "2026-02-08", now="2026-02-10")
        assert self.why(ana) == "tracking_ended"

    def test_when_the_months_of_tracking_are_over(self, ana, harbour):
        amend_policy(harbour, "2026-02-10", track_for_months=2)
        assert flag_of(ana) is not None
        sweep(harbour, "2026-03-08")
        assert self.why(ana) == "tracking_ended"

    def test_even_where_it_was_held(self, ana, harbour):
        pause(ana, "2026-02-09", "2026-02-28", now="2026-02-09")
        close(ana, "2026-02-10")
        sweep(harbour, "2026-02-11")
        assert self.why(ana) == "tracking_ended"


class TestARunGoesOn:
    def test_through_a_correction_of_a_correction(self, ana, harbour):
        sweep(harbour, "2026-02-09")
        mistaken = went(ana, "2026-02-10")
        void(mistaken, now="2026-02-12")
        assert flags(ana) == [("2026-01-26", "2026-02-02", "attended"), ("2026-01-26", "2026-02-02", "open")]

    def test_through_the_months_between_two_courses_of_treatment(self, ana, harbour):
        """She was closed with a flag; when she comes back, the same weeks and those since are missed."""
        sweep(harbour, "2026-02-09")
        close(ana, "2026-02-10")
        sweep(harbour, "2026-02-11")
        discharge(ana, "2026-02-10", now="2026-04-08")
        comes_back(ana, "2026-04-08")
        assert standing(ana) == "not_started 10"
        assert flags(ana)[-1] == ("2026-01-26", "2026-02-02", "open")

    def test_of_the_flag_that_closed_last_though_the_spell_is_shorter_now(self, ana, harbour):
        """Her second flag was of two weeks: the first turns out met, and the meeting that closed it a mistake."""
        sweep(harbour, "2026-02-02")
        went(ana, "2026-02-04")
        for monday in ("2026-02-16", "2026-02-23"):
            sweep(harbour, monday)
        mistaken = went(ana, "2026-02-24")
        went(ana, "2026-02-11", now="2026-02-25")
        void(mistaken, now="2026-02-25 13:00")
        assert flag_of(ana).missed_weeks == 1
        assert [run for run, _, _ in flags(ana)] == ["2026-01-26", "2026-02-09", "2026-02-09"]

    def test_not_after_a_met_week(self, ana, harbour):
        sweep(harbour, "2026-02-02")
        went(ana, "2026-02-04")
        sweep(harbour, "2026-02-16")
        assert flags(ana) == [("2026-01-26", "2026-02-02", "attended"), ("2026-02-09", "2026-02-16", "open")]

    def test_of_the_later_flag_when_the_met_week_between_two_is_taken_back(self, ana, harbour):
        sweep(harbour, "2026-02-02")
        between = went(ana, "2026-02-04")
        sweep(harbour, "2026-02-16")
        void(between, now="2026-02-17")
        assert flags(ana)[-1] == ("2026-02-09", "2026-02-16", "open")
        assert flag_of(ana).missed_weeks == 3
