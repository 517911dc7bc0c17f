"""How mistakes are put right: an attendance is voided, or corrected, and stays on record."""

from datetime import timedelta

import pytest

from attendance.register import correcting
from attendance.register.models import Report, Source
from clinic.effects import Effect
from clinic.errors import Refused
from clinic.models import AuditEntry
from tests.cast import BY, NOW, day

pytestmark = pytest.mark.django_db


class TestVoiding:
    def test_it_stays_on_record_with_who_and_why(self, went, counted):
        attendance = went("2026-02-03").attendance
        assert correcting.void(attendance=attendance, reason=" another Sam ", by=BY, now=NOW)
        assert counted() == []
        attendance.refresh_from_db()
        assert (attendance.voided_by, attendance.void_reason) == ("tests", "another Sam")
        assert attendance.voided_at == NOW

    def test_twice_is_once(self, went):
        attendance = went("2026-02-03").attendance
        correcting.void(attendance=attendance, reason="mistake", by=BY, now=NOW)
        assert not correcting.void(attendance=attendance, reason="another", by=BY, now=NOW)
        attendance.refresh_from_db()
        assert attendance.void_reason == "mistake"

    def test_not_without_a_reason(self, went, counted):
        with pytest.raises(Refused, match="Say why"):
            correcting.void(attendance=went("2026-02-03").attendance, reason="  ", by=BY, now=NOW)
        assert len(counted()) == 1

    def test_a_reason_is_kept_whole_or_refused(self, went, counted):
        attendance = went("2026-02-03").attendance
        with pytest.raises(Refused, match="Reason has 301 characters: 300 is the most") as refused:
            correcting.void(attendance=attendance, reason="x" * 301, by=BY, now=NOW)
        assert refused.value.field == "reason"
        assert len(counted()) == 1
        assert correcting.void(attendance=attendance, reason=f" {'x' * 300} ", by=BY, now=NOW)
        attendance.refresh_from_db()
        assert attendance.void_reason == "x" * 300

    def test_it_may_be_recorded_anew_by_hand(self, went, dawn, counted):
        correcting.void(
            attendance=went("2026-02-03", meeting=dawn).attendance, reason="mistake", by=BY, now=NOW
        )
        assert went("2026-02-03", meeting=dawn).effect is Effect.ADDED
        assert counted() == [("2026-02-03", "client")]


class TestRestoring:
    """A press on the wrong meeting is taken back: the meeting counts again with all that was said of it."""

    def restore(self, attendance):
        return correcting.restore(attendance=attendance, by=BY, now=NOW)

    def test_it_counts_again_with_its_reports(self, went, dawn, counted):
        went("2026-02-03", meeting=dawn)
        slip = went("2026-02-03", Source.SLIP, meeting=dawn).attendance
        correcting.void(attendance=slip, reason="mistake", by=BY, now=NOW)
        assert self.restore(slip)
        assert counted() == [("2026-02-03", "client slip")]
        assert not self.restore(slip)
        verbs = AuditEntry.objects.filter(verb__startswith="attendance.").order_by("pk")
        assert [entry.verb for entry in verbs][-2:] == ["attendance.voided", "attendance.restored"]

    def test_not_beside_the_same_recorded_anew(self, went, dawn, counted):
        first = went("2026-02-03", meeting=dawn).attendance
        correcting.void(attendance=first, reason="mistake", by=BY, now=NOW)
        went("2026-02-03", meeting=dawn)
        with pytest.raises(Refused, match="recorded again since"):
            self.restore(first)
        assert counted() == [("2026-02-03", "client")]

    def test_not_beside_one_that_it_would_have_been_taken_for(self, went, dawn, counted):
        """A report that names no meeting is taken for the attendance already known that day, whichever came first."""
        unnamed = went("2026-02-03").attendance
        correcting.void(attendance=unnamed, reason="mistake", by=BY, now=NOW)
        named = went("2026-02-03", meeting=dawn).attendance
        with pytest.raises(Refused, match="recorded again since"):
            self.restore(unnamed)
        correcting.void(attendance=named, reason="mistake", by=BY, now=NOW)
        assert self.restore(unnamed)
        with pytest.raises(Refused, match="recorded again since"):
            self.restore(named)
        assert counted() == [("2026-02-03", "client")]

    def test_beside_another_meeting_of_the_day(self, went, dawn, noon, counted):
        first = went("2026-02-03", meeting=dawn).attendance
        correcting.void(attendance=first, reason="mistake", by=BY, now=NOW)
        went("2026-02-03", meeting=noon)
        assert self.restore(first)
        assert len(counted()) == 2

    def test_not_beside_its_correction(self, went, counted):
        wrong = went("2026-02-03").attendance
        correcting.correct(attendance=wrong, attended_on=day("2026-02-04"), reason="day", by=BY, now=NOW)
        with pytest.raises(Refused, match="corrected since"):
            self.restore(wrong)
        assert counted() == [("2026-02-04", "client")]


class TestCorrecting:
    def correct(self, attendance, on: str, **named):
        return correcting.correct(
            attendance=attendance, attended_on=day(on), reason="wrong day", by=BY, now=NOW, **named
        )

    def test_the_reports_move_to_the_right_one(self, went, dawn, counted):
        went("2026-02-03", meeting=dawn)
        wrong = went("2026-02-03", Source.SLIP, meeting=dawn).attendance
        right = self.correct(wrong, "2026-02-04", meeting=dawn)
        assert counted() == [("2026-02-04", "client slip")]
        assert (right.corrects, right.self_only) == (wrong, False)
        assert Report.objects.count() == 4

    def test_whoever_reported_it_did_and_when_they_did(self, went, counted):
        wrong = went("2026-02-03").attendance
        Report.objects.update(reported_by="client", reported_at=NOW - timedelta(days=3))
        right = self.correct(wrong, "2026-02-04")
        moved = right.reports.get()
        assert (moved.source, moved.reported_by, moved.reported_at) == (
            "client",
            "client",
            NOW - timedelta(days=3),
        )

    def test_it_may_meet_one_that_is_known(self, went, counted):
        went("2026-02-04", Source.SLIP)
        self.correct(went("2026-02-03").attendance, "2026-02-04")
        assert counted() == [("2026-02-04", "client slip")]

    def test_a_wrong_correction_changes_nothing(self, went, counted):
        attendance = went("2026-02-03").attendance
        with pytest.raises(Refused, match="is in the future"):
            self.correct(attendance, "2026-03-03")
        assert counted() == [("2026-02-03", "client")]

    def test_what_was_voided_already_cannot_be_corrected(self, went, counted):
        attendance = went("2026-02-03").attendance
        correcting.void(attendance=attendance, reason="mistake", by=BY, now=NOW)
        with pytest.raises(Refused, match="voided already"):
            self.correct(attendance, "2026-02-04")
        assert counted() == []
