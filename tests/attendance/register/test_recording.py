"""The door for new attendance: what a report comes to."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.directory.models import Fellowship
from attendance.register import correcting, recording
from attendance.register.models import Attendance, Source
from attendance.register.recording import Went
from attendance.standing.models import StandingRecord
from clinic.effects import Effect
from clinic.errors import Refused
from clinic.models import AuditEntry
from tests import cast
from tests.cast import BY, NOW, day

pytestmark = pytest.mark.django_db


class TestRecording:
    def test_the_first_report_makes_an_attendance(self, sam, went, dawn):
        receipt = went("2026-02-03", meeting=dawn, note="stayed for tea")
        attendance = Attendance.objects.get()
        assert receipt.effect is Effect.ADDED
        assert (attendance.client, attendance.clinic) == (sam, sam.clinic)
        assert (attendance.meeting, attendance.fellowship) == (dawn, dawn.fellowship)
        assert attendance.self_only
        report = attendance.reports.get()
        assert (report.source, report.note, report.reported_by) == ("client", "stayed for tea", "tests")

    def test_the_same_again_is_known_already(self, went, dawn, counted):
        went("2026-02-03", meeting=dawn, note="stayed")
        for note in ("stayed", ""):
            assert went("2026-02-03", meeting=dawn, note=note).effect is Effect.ALREADY
        assert counted() == [("2026-02-03", "client")]

    def test_a_second_note_of_one_source_is_kept_after_the_first(self, went, dawn):
        went("2026-02-03", meeting=dawn)
        for note in ("brought the slip", "stayed", "brought the slip", "stayed"):
            went("2026-02-03", meeting=dawn, note=note)
        assert Attendance.objects.get().reports.get().note == "brought the slip; stayed"
        assert [entry.verb for entry in AuditEntry.objects.filter(subject="attendance")] == [
            "attendance.added",
            "attendance.changed",
            "attendance.changed",
        ]

    def test_notes_that_come_to_too_much_are_refused_and_alter_nothing(self, sam, went, dawn):
        went("2026-02-03", note="x" * 300)
        with pytest.raises(
            Refused, match="With the note already there it has 502 characters: 500"
        ) as refused:
            went("2026-02-03", meeting=dawn, note="y" * 200)
        assert refused.value.field == "note"
        new = Went(sam, day("2026-02-03"), Source.CLIENT, note="y" * 200, new_fellowship="Tea Anonymous")
        (answer,) = recording.record_many(clinic=sam.clinic, reports=[new], by=BY, now=NOW)
        assert isinstance(answer, Refused)
        attendance = Attendance.objects.get()
        assert (attendance.meeting, attendance.fellowship) == (None, None)
        assert attendance.reports.get().note == "x" * 300
        assert not Fellowship.objects.filter(name="Tea Anonymous").exists()

    def test_notes_of_one_batch_come_together_before_they_are_written(self, sam, dawn):
        told = [Went(sam, day("2026-02-03"), Source.SLIP, dawn, note=note) for note in ("", "seen", "signed")]
        answers = recording.record_many(clinic=sam.clinic, reports=told, by=BY, now=NOW)
        assert [answer.effect for answer in answers] == [Effect.ADDED, Effect.CHANGED, Effect.CHANGED]
        assert Attendance.objects.get().reports.get().note == "seen; signed"

    def test_a_second_source_joins_the_same_attendance(self, went, dawn, counted):
        went("2026-02-03", meeting=dawn)
        assert went("2026-02-03", Source.SLIP, meeting=dawn).effect is Effect.CHANGED
        assert counted() == [("2026-02-03", "client slip")]
        assert not Attendance.objects.get().self_only

    def test_a_report_that_names_more_fills_in_what_was_known(self, went, dawn):
        went("2026-02-03")
        assert went("2026-02-03", meeting=dawn).effect is Effect.CHANGED
        attendance = Attendance.objects.get()
        assert (attendance.meeting, attendance.fellowship) == (dawn, dawn.fellowship)

    def test_two_named_meetings_on_a_day_are_two(self, went, dawn, noon, counted):
        went("2026-02-03", meeting=dawn)
        went("2026-02-03", meeting=noon)
        assert len(counted()) == 2

    def test_the_first_day_and_today_will_do(self, went, counted):
        went("2026-01-07")
        went("2026-03-02")
        assert len(counted()) == 2

    @pytest.mark.parametrize(
        ("on", "said"),
        [
            ("2026-03-03", "2026-03-03 is in the future: today is 2026-03-02."),
            ("2026-01-06", "2026-01-06 is before intake on 2026-01-07."),
        ],
    )
    def test_days_that_cannot_be(self, went, on, said):
        with pytest.raises(Refused) as refused:
            went(on)
        assert (refused.value.sentence, refused.value.field) == (said, "attended_on")
        assert not Attendance.objects.exists()

    def test_today_is_the_clinics(self, db):
        """At 23:30 in London on 2 March it is already the 3rd in Tokyo."""
        tokyo = cast.a_clinic("asahi", time_zone="Asia/Tokyo")
        moment = NOW.replace(hour=23, minute=30)
        recording.record(
            client=cast.a_client(tokyo, "T1"),
            attended_on=day("2026-03-03"),
            source=Source.CLIENT,
            by=BY,
            now=moment,
        )
        assert Attendance.objects.count() == 1

    def test_a_note_too_long_is_refused(self, went):
        went("2026-02-03", note="x" * 500)
        with pytest.raises(Refused, match="Note has 501 characters: 500 is the most"):
            went("2026-02-04", note="x" * 501)

    def test_it_is_written_in_the_audit_trail_and_judged_at_once(self, sam, went):
        before = AuditEntry.objects.count()
        went("2026-02-25")
        entry = AuditEntry.objects.latest("id")
        assert AuditEntry.objects.count() == before + 1
        assert (entry.verb, entry.client_id, entry.actor_name) == ("attendance.added", sam.pk, "tests")
        assert StandingRecord.objects.get(client=sam).standing == "weekly"


class TestRecordingMany:
    def test_each_report_has_its_own_answer(self, clinic, other_clinic, sam, dawn):
        stranger = cast.a_client(other_clinic, "H1")
        reports = [
            Went(sam, day("2026-02-03"), Source.CLIENT),
            Went(sam, day("2026-02-03"), Source.SLIP, dawn),
            Went(sam, day("2026-02-03"), Source.CLIENT),
            Went(sam, day("2025-02-03"), Source.CLIENT),
            Went(stranger, day("2026-02-03"), Source.CLIENT),
        ]
        answers = recording.record_many(clinic=clinic, reports=reports, by=BY, now=NOW)
        assert [one.effect for one in answers[:3]] == [Effect.ADDED, Effect.CHANGED, Effect.ALREADY]
        assert [one.field for one in answers[3:]] == ["attended_on", "reference"]
        attendance = Attendance.objects.get()
        assert (attendance.meeting, attendance.self_only, attendance.reports.count()) == (dawn, False, 2)

    def test_a_new_fellowship_is_made_once_and_only_with_an_attendance(self, clinic, sam):
        reports = [
            Went(sam, day("2026-02-03"), Source.CLIENT, new_fellowship="Tea Anonymous"),
            Went(sam, day("2026-02-04"), Source.CLIENT, new_fellowship="Tea Anonymous"),
            Went(sam, day("2025-02-04"), Source.CLIENT, new_fellowship="Coffee Anonymous"),
        ]
        recording.record_many(clinic=clinic, reports=reports, by=BY, now=NOW)
        assert [one.name for one in cast.fellowships_of_their_own()] == ["Tea Anonymous"]
        assert {one.fellowship.name for one in Attendance.objects.all()} == {"Tea Anonymous"}

    def test_the_queries_are_the_same_for_one_report_and_for_many(self, clinic):
        # As many as SQLite writes down in one query.
        people = [cast.a_client(clinic, f"S{number}") for number in range(41)]
        for one in people:  # What is known already is altered as well.
            recording.record(client=one, attended_on=day("2026-02-01"), source=Source.CLIENT, by=BY, now=NOW)

        def tell(clients, first: str, second: str) -> int:
            reports = [Went(one, day(on), Source.SLIP) for one in clients for on in (first, second)]
            with CaptureQueriesContext(connection) as queries:
                recording.record_many(clinic=clinic, reports=reports, by=BY, now=NOW)
            return len(queries)

        assert tell(people[:1], "2026-02-01", "2026-02-02") == tell(people[1:], "2026-02-01", "2026-02-02")


class TestRespectingVoids:
    """A file read again never undoes what staff have put right."""

    def again(self, clinic, *reports: Went) -> list[Effect]:
        answers = recording.record_many(clinic=clinic, reports=reports, by=BY, now=NOW, respect_voids=True)
        return [one.effect for one in answers]

    @pytest.fixture
    def voided(self, clinic, sam, dawn):
        """One attendance that two reports spoke of, the first naming nothing; voided since."""
        told = [
            Went(sam, day("2026-02-03"), Source.CLIENT),
            Went(sam, day("2026-02-03"), Source.SLIP, dawn),
        ]
        self.again(clinic, *told)
        correcting.void(attendance=Attendance.objects.get(), reason="another Sam", by=BY, now=NOW)
        return told

    def test_none_of_its_reports_comes_back(self, clinic, voided, counted):
        assert self.again(clinic, *voided) == [Effect.ALREADY, Effect.ALREADY]
        assert counted() == []

    def test_nor_joins_what_was_recorded_in_its_place(self, clinic, voided, went, noon, counted):
        went("2026-02-03", Source.KEYWORKER, meeting=noon)
        assert self.again(clinic, *voided) == [Effect.ALREADY, Effect.ALREADY]
        assert counted() == [("2026-02-03", "keyworker")]

    def test_nor_after_a_correction(self, clinic, sam, dawn, noon, counted):
        told = Went(sam, day("2026-02-03"), Source.CLIENT, dawn)
        self.again(clinic, told)
        correcting.correct(
            attendance=Attendance.objects.get(),
            attended_on=day("2026-02-03"),
            meeting=noon,
            reason="it was noon",
            by=BY,
            now=NOW,
        )
        assert self.again(clinic, told) == [Effect.ALREADY]
        assert counted() == [("2026-02-03", "client")]

    def test_another_source_or_another_meeting_is_news(self, clinic, sam, voided, noon, counted):
        news = [
            Went(sam, day("2026-02-03"), Source.CLIENT, noon),
            Went(sam, day("2026-02-03"), Source.KEYWORKER),
        ]
        assert self.again(clinic, *news) == [Effect.ADDED, Effect.CHANGED]
        assert counted() == [("2026-02-03", "client keyworker")]
