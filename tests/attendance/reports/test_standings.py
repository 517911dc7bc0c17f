"""The standings of a whole clinic: the commands that print them, and the read that costs little."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.register import pausing, recording
from attendance.register.models import Source
from attendance.reports import standings
from attendance.standing.models import StandingRecord
from clinic import setup
from clinic.episodes import change_phase, latest_episode, return_to_treatment
from clinic.intake import Intake
from clinic.models import Phase
from tests import cast
from tests.cast import BY, NOW, TODAY, day
from tests.commands import run

pytestmark = pytest.mark.django_db


@pytest.fixture
def went():
    def went(client, on: str, source: Source = Source.KEYWORKER):
        recording.record(client=client, attended_on=day(on), source=source, by=BY, now=NOW)

    return went


@pytest.fixture
def sam_of_the_worked_examples(sam, went):
    """Meetings on 13 January, 28 January, 3 February, the last told by the client."""
    went(sam, "2026-01-13")
    went(sam, "2026-01-28")
    went(sam, "2026-02-03", Source.CLIENT)
    return sam


class TestStandingCommand:
    @pytest.mark.parametrize(
        ("on", "standing", "missed", "flagged"),
        [
            ("2026-02-08", "weekly", "0", "no"),
            ("2026-02-15", "weekly", "0", "no"),
            ("2026-02-16", "slipping", "1", "yes"),
            ("2026-02-23", "below_weekly", "2", "yes"),
            ("2026-03-09", "lapsed", "4", "yes"),
        ],
    )
    def test_the_worked_examples(self, sam_of_the_worked_examples, on, standing, missed, flagged):
        (row,) = run("standing", "--clinic", "riverside", "--on", on).table
        assert (row["reference"], row["standing"]) == ("S1", standing)
        assert (row["missed_weeks"], row["flagged"]) == (missed, flagged)

    def test_a_changed_policy_and_a_pause(self, clinic, sam_of_the_worked_examples):
        setup.set_up_clinic(slug="riverside", settings={"count_self_reports": False}, by=BY, now=NOW)
        (row,) = run("standing", "--clinic", "riverside", "--on", "2026-02-09").table
        assert (row["standing"], row["missed_weeks"]) == ("slipping", "1")
        pausing.pause(
            client=sam_of_the_worked_examples,
            starts_on=day("2026-02-09"),
            ends_on=day("2026-02-17"),
            reason="hospital",
            by=BY,
            now=NOW,
        )
        (row,) = run("standing", "--clinic", "riverside", "--on", "2026-02-09").table
        assert row == {
            "reference": "S1",
            "standing": "paused",
            "missed_weeks": "1",
            "flagged": "no",
            "reason": "Paused until 17 February 2026, with 1 week missed before it.",
        }

    def test_every_client_by_reference_and_nobody_elses(self, clinic, other_clinic):
        for reference in ("b", "B", "a", "10", "9"):
            cast.a_client(clinic, reference)
        cast.a_client(clinic, "closed", "2024-01-07")
        cast.a_client(other_clinic, "H1")
        ran = run("standing", "--clinic", "riverside")
        assert ran.out.splitlines()[0] == "reference,standing,missed_weeks,flagged,reason"
        assert [row["reference"] for row in ran.table] == ["10", "9", "B", "a", "b", "closed"]
        assert ran.code == 0

    def test_today_is_the_clinics(self, sam_of_the_worked_examples):
        """At 23:30 UTC on Sunday 15 February it is Monday in Tokyo, and the week is over there."""
        moment = "2026-02-15T23:30:00Z"
        (row,) = run("standing", "--clinic", "riverside", now=moment).table
        assert row["standing"] == "weekly"
        setup.set_up_clinic(slug="riverside", settings={"time_zone": "Asia/Tokyo"}, by=BY, now=NOW)
        (row,) = run("standing", "--clinic", "riverside", now=moment).table
        assert row["standing"] == "slipping"

    def test_a_past_day_leaves_out_what_came_later(self, sam, went):
        went(sam, "2026-02-24")
        (row,) = run("standing", "--clinic", "riverside", "--on", "2026-02-02").table
        assert (row["standing"], row["missed_weeks"]) == ("not_started", "1")

    def test_a_return_to_treatment_is_not_known_before_it_came(self, clinic, went):
        back = cast.a_client(clinic, "B1", intake_on="2023-12-01")
        went(back, "2026-02-24")
        change_phase(
            episode=latest_episode(back),
            phase=Phase.DROPPED_OUT,
            changed_on=day("2024-03-01"),
            by=BY,
            now=NOW,
        )
        return_to_treatment(client=back, intake_on=day("2026-02-16"), intake=Intake(), by=BY, now=NOW)
        (row,) = run("standing", "--clinic", "riverside", "--on", "2026-01-15").table
        assert (row["standing"], row["reason"]) == ("not_tracked", "Tracked until 1 December 2025.")
        (row,) = run("standing", "--clinic", "riverside", "--on", "2026-03-01").table
        assert row["standing"] == "weekly"

    def test_a_clinic_without_clients(self, clinic):
        assert run("standing", "--clinic", "riverside").out == (
            "reference,standing,missed_weeks,flagged,reason\n"
        )

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["--clinic", "nowhere"], "There is no clinic 'nowhere'."),
            (["--clinic", "riverside", "--on", "2026-02-30"], "'2026-02-30' is not a day of the calendar."),
            (["--clinic", "riverside", "--on", "20260203"], "'20260203' is not a date: write it YYYY-MM-DD."),
            ([], "the following arguments are required: --clinic"),
        ],
    )
    def test_wrong_arguments_are_one_line(self, clinic, arguments, said):
        ran = run("standing", *arguments)
        assert (ran.code, ran.out) == (2, "")
        assert said in ran.err
        assert len(ran.err.splitlines()) == 1


class TestWeeksCommand:
    def test_from_the_week_of_intake_to_this_one(self, sam_of_the_worked_examples):
        ran = run("weeks", "--clinic", "riverside", "--client", "S1", "--on", "2026-02-16")
        assert ran.out.splitlines() == [
            "week,outcome,meetings",
            "2026-01-05,not_expected,0",
            "2026-01-12,not_expected,1",
            "2026-01-19,not_expected,0",
            "2026-01-26,met,1",
            "2026-02-02,met,1",
            "2026-02-09,unknown,0",
            "2026-02-16,open,0",
        ]

    def test_a_client_of_another_clinic_is_unknown(self, clinic, other_clinic):
        cast.a_client(other_clinic, "H1")
        ran = run("weeks", "--clinic", "riverside", "--client", "H1")
        assert (ran.code, ran.out) == (2, "")
        assert ran.err == "There is no client 'H1' in this clinic.\n"


class TestPresent:
    def test_what_is_stored_and_still_holds_is_not_judged_again(self, clinic, sam):
        StandingRecord.objects.filter(client=sam).update(reason="As stored.")
        (line,) = standings.present(clinic, TODAY)
        assert (line.reference, line.reason) == ("S1", "As stored.")

    @pytest.mark.parametrize("today", ["2026-03-09", "2026-02-09"])
    def test_what_no_longer_holds_or_not_yet_is_judged(self, clinic, sam, today):
        """Without a sweep in between, and with a clock that was put back."""
        assert standings.present(clinic, day(today)) == list(standings.judged_on(clinic, day(today)))

    def test_it_says_what_the_rule_says(self, clinic, sam, went):
        for number, meetings in enumerate([[], ["2026-02-24"], ["2026-02-10"], ["2026-03-02"]]):
            client = cast.a_client(clinic, f"T{number}")
            for on in meetings:
                went(client, on)
        assert standings.present(clinic, TODAY) == list(standings.judged_on(clinic, TODAY))

    @pytest.mark.parametrize("today", [TODAY, day("2026-03-09")])
    def test_of_some_it_says_what_it_says_of_them_among_all(self, clinic, today):
        for reference in ("b", "B", "a", "10", "9"):
            cast.a_client(clinic, reference)
        some = standings.Everybody(clinic, today)[1:4]
        assert [line.reference for line in some] == ["9", "B", "a"]
        assert some == standings.present(clinic, today)[1:4]

    @pytest.mark.parametrize("today", [TODAY, day("2026-03-09")])
    def test_the_queries_are_the_same_for_one_client_and_for_fifty(self, clinic, today):
        def cost() -> int:
            with CaptureQueriesContext(connection) as queries:
                standings.present(clinic, today)
            return len(queries)

        cast.a_client(clinic, "T0")
        one = cost()
        for number in range(1, 50):
            cast.a_client(clinic, f"T{number}")
        assert cost() == one
        assert one == (1 if today == TODAY else 2)
