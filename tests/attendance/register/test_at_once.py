"""Two who write at the same moment, in real transactions."""

import pytest

from attendance.register import pausing, recording
from attendance.register.external import Posted, record_posted
from attendance.register.models import Answer, Attendance, CheckIn, ExternalRecord, Pause, Report, Source
from attendance.register.telling import Told
from clinic.errors import Conflict
from clinic.models import Clinic
from tests import cast
from tests.at_once import at_once
from tests.cast import BY, NOW, day
from tests.spreadsheets import Spreadsheet

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.usefixtures("require_postgresql"),
    pytest.mark.django_db(transaction=True),
]
TIMES = 5


@pytest.fixture
def riverside(transactional_db) -> Clinic:
    return cast.a_clinic("riverside")


def test_two_identical_reports_are_one_attendance(riverside):
    sam = cast.a_client(riverside, "S1")
    for number in range(1, 1 + TIMES):
        on = day(f"2026-02-{number:02}")

        def report(on=on):
            return recording.record(client=sam, attended_on=on, source=Source.CLIENT, by=BY, now=NOW).effect

        assert sorted(at_once(report, report, report)) == ["added", "already", "already"]
    assert (Attendance.objects.count(), Report.objects.count()) == (TIMES, TIMES)


def test_two_sources_at_once_are_one_attendance(riverside):
    sam = cast.a_client(riverside, "S1")

    def report(source):
        return lambda: recording.record(
            client=sam, attended_on=day("2026-02-03"), source=source, by=BY, now=NOW
        )

    at_once(report(Source.CLIENT), report(Source.SLIP), report(Source.KEYWORKER))
    attendance = Attendance.objects.get()
    assert (attendance.self_only, attendance.reports.count()) == (False, 3)


def test_two_identical_posts_are_one_attendance(riverside):
    cast.a_client(riverside, "S1")
    for number in range(1, 1 + TIMES):
        posted = [Posted(f"x-{number}", Told("S1", day(f"2026-02-{number:02}"), Source.SLIP))]

        def post(posted=posted):
            return record_posted(clinic=riverside, posted=posted, by=BY, now=NOW)[0]

        answers = at_once(post, post)
        assert sorted(answer.new for answer in answers) == [False, True]
        assert answers[0].attendance_id == answers[1].attendance_id
    assert (Attendance.objects.count(), ExternalRecord.objects.count()) == (TIMES, TIMES)


def test_one_id_for_two_clients_is_a_conflict_for_one_of_them(riverside):
    people = [cast.a_client(riverside, reference) for reference in ("S1", "S2")]
    for number in range(1, 1 + TIMES):

        def post(client, number=number):
            told = Told(client.reference, day(f"2026-02-{number:02}"), Source.SLIP)
            return lambda: record_posted(
                clinic=riverside, posted=[Posted(f"x-{number}", told)], by=BY, now=NOW
            )[0]

        answers = at_once(*(post(client) for client in people))
        assert [isinstance(answer, Conflict) for answer in answers].count(True) == 1
    assert Attendance.objects.count() == TIMES


def test_two_pauses_and_two_check_ins_are_one_of_each(riverside):
    sam = cast.a_client(riverside, "S1")
    week = day("2026-02-02")

    def pause():
        return pausing.pause(client=sam, starts_on=week, ends_on=week, reason="holiday", by=BY, now=NOW)[1]

    def check_in():
        return pausing.check_in(
            client=sam, week=week, answer=Answer.DID_NOT_GO, source=Source.CLIENT, by=BY, now=NOW
        )[1]

    assert sorted(at_once(pause, pause)) == [False, True]
    assert sorted(at_once(check_in, check_in)) == [False, True]
    assert (Pause.objects.count(), CheckIn.objects.count()) == (1, 1)


def test_the_same_file_imported_twice_at_once_adds_each_row_once(riverside, tmp_path):
    rows = [{"reference": f"S{number}", "intake_on": "2026-01-07"} for number in range(300)]
    sheets = [Spreadsheet("clients", tmp_path / name) for name in ("first", "second")]
    for sheet in sheets:
        sheet.path.parent.mkdir()
        sheet.write(*rows)
    ran = at_once(*(sheet.take_in for sheet in sheets))
    assert [one.summary["rejected"] for one in ran] == [0, 0]
    assert sum(one.summary["added"] for one in ran) == 300
    assert riverside.clients.count() == 300
