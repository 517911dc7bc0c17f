"""Pauses and check-ins as facts."""

import pytest

from attendance.register import pausing
from attendance.register.models import Answer, CheckIn, Pause, Source
from attendance.standing.models import StandingRecord
from clinic.errors import Refused
from clinic.models import AuditEntry
from tests import cast
from tests.cast import BY, NOW, day

pytestmark = pytest.mark.django_db


@pytest.fixture
def pause(sam):
    def pause(starts_on: str, ends_on: str, reason: str = "holiday"):
        return pausing.pause(
            client=sam, starts_on=day(starts_on), ends_on=day(ends_on), reason=reason, by=BY, now=NOW
        )

    return pause


@pytest.fixture
def did_not_go(sam):
    def did_not_go(week: str, client=sam):
        return pausing.check_in(
            client=client, week=day(week), answer=Answer.DID_NOT_GO, source=Source.CLIENT, by=BY, now=NOW
        )

    return did_not_go


class TestPauses:
    @pytest.mark.parametrize(
        ("starts_on", "ends_on", "said", "field"),
        [
            ("0001-01-01", "0001-01-02", "0001-01-01 is too long ago.", "starts_on"),
            ("2200-12-30", "2201-01-01", "2201-01-01 is too far ahead.", "ends_on"),
        ],
    )
    def test_at_the_ends_of_the_calendar_nobody_pauses(self, pause, starts_on, ends_on, said, field):
        with pytest.raises(Refused) as refused:
            pause(starts_on, ends_on)
        assert (refused.value.sentence, refused.value.field) == (said, field)
        assert not Pause.objects.exists()

    def test_a_day_or_known_future_days(self, sam, pause):
        first, new = pause("2026-03-02", "2026-03-02", " hospital ")
        assert (new, first.reason, first.recorded_by) == (True, "hospital", "tests")
        assert pause("2026-06-01", "2026-06-14")[1]
        assert StandingRecord.objects.get(client=sam).standing == "paused"

    def test_the_same_days_again_are_known_and_another_reason_is_put_right(self, pause):
        first, _ = pause("2026-03-02", "2026-03-08")
        entries = AuditEntry.objects.count()
        assert pause("2026-03-02", "2026-03-08") == (first, False)
        assert AuditEntry.objects.count() == entries
        assert pause("2026-03-02", "2026-03-08", "custody") == (first, False)
        assert [one.reason for one in Pause.objects.all()] == ["custody"]
        assert AuditEntry.objects.latest("id").verb == "pause.changed"

    @pytest.mark.parametrize(
        ("starts_on", "ends_on", "reason", "field"),
        [
            ("2026-03-02", "2026-03-01", "holiday", "ends_on"),
            ("2026-03-02", "2031-03-10", "custody", "ends_on"),
            ("2026-03-02", "2026-03-03", "  ", "reason"),
            ("2026-03-02", "2026-03-03", "x" * 301, "reason"),
        ],
    )
    def test_pauses_that_cannot_be(self, pause, starts_on, ends_on, reason, field):
        with pytest.raises(Refused) as refused:
            pause(starts_on, ends_on, reason)
        assert refused.value.field == field
        assert not Pause.objects.exists()

    def test_taken_back_it_stays_on_record_and_may_be_entered_again(self, sam, pause):
        first, _ = pause("2026-03-01", "2026-03-08")
        assert pausing.void_pause(pause=first, by=BY, now=NOW)
        assert not pausing.void_pause(pause=first, by=BY, now=NOW)
        assert StandingRecord.objects.get(client=sam).standing == "not_started"
        assert pause("2026-03-01", "2026-03-08")[1]
        assert Pause.objects.count() == 2


class TestCheckIns:
    def test_from_the_week_of_intake_to_this_one(self, did_not_go):
        assert did_not_go("2026-01-05")[1]
        assert did_not_go("2026-03-02")[1]

    def test_a_week_is_told_of_once(self, did_not_go):
        first, _ = did_not_go("2026-02-02")
        assert did_not_go("2026-02-02") == (first, False)

    @pytest.mark.parametrize(
        ("week", "said"),
        [
            (
                "2026-02-03",
                "2026-02-03 is not the first day of a week here: that week starts on 2026-02-02.",
            ),
            ("2026-03-09", "2026-03-09 is in the future: today is 2026-03-02."),
            ("2025-12-29", "The week of 2025-12-29 ended before intake on 2026-01-07."),
        ],
    )
    def test_weeks_that_cannot_be(self, did_not_go, week, said):
        with pytest.raises(Refused) as refused:
            did_not_go(week)
        assert (refused.value.sentence, refused.value.field) == (said, "week")

    def test_weeks_start_where_the_clinic_says(self, did_not_go):
        sunday = cast.a_client(cast.a_clinic("sunny", week_starts_on=6), "W1")
        assert did_not_go("2026-02-01", client=sunday)[1]
        with pytest.raises(Refused, match="that week starts on 2026-02-01"):
            did_not_go("2026-02-02", client=sunday)

    def test_taken_back_it_stays_on_record(self, did_not_go):
        first, _ = did_not_go("2026-02-02")
        assert pausing.void_check_in(check_in=first, by=BY, now=NOW)
        assert not pausing.void_check_in(check_in=first, by=BY, now=NOW)
        assert did_not_go("2026-02-02")[1]
        assert CheckIn.objects.count() == 2
