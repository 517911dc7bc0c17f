"""The spreadsheets of attendance, pauses and check-ins."""

import pytest

from attendance.directory.kinds import FeedFormat
from attendance.directory.models import Feed
from attendance.register import correcting, pausing
from attendance.register.models import Attendance, CheckIn, Pause
from attendance.standing.models import StandingRecord
from clinic import events
from tests import cast
from tests.cast import BY, NOW
from tests.spreadsheets import Spreadsheet, counts

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet(sam, tmp_path):
    """Writes a spreadsheet of a kind; its rows are about Sam where they say nothing else."""

    def sheet(kind: str, *rows: dict[str, str]) -> Spreadsheet:
        return Spreadsheet(kind, tmp_path).write(*({"reference": "S1"} | row for row in rows))

    return sheet


@pytest.fixture
def attended(sheet):
    """Writes the spreadsheet of attendance; Sam said so on 3 February where a row says nothing else."""
    return lambda *rows: sheet(
        "attendance", *({"attended_on": "2026-02-03", "source": "client"} | row for row in rows)
    )


class TestAttendance:
    def test_every_column_arrives_and_again_changes_nothing(self, attended, dawn, counted):
        rows = attended(
            {"meeting": "dawn", "source": "slip", "note": "signed by Jo"},
            {"meeting": "dawn", "fellowship": "alcoholics ANONYMOUS", "source": "Keyworker"},
            {"meeting": "", "fellowship": "AA", "source": "contact"},
            {"attended_on": "2026-02-10"},
        )
        assert rows.take_in().summary == counts(4, added=2, changed=2)
        assert counted() == [("2026-02-03", "contact keyworker slip"), ("2026-02-10", "client")]
        first = Attendance.objects.get(attended_on="2026-02-03")
        assert (first.meeting, first.reports.get(source="slip").note) == (dawn, "signed by Jo")
        assert rows.take_in().summary == counts(4, already=4)

    def test_what_staff_have_voided_stays_voided(self, attended, counted):
        rows = attended({})
        rows.take_in()
        correcting.void(attendance=Attendance.objects.get(), reason="another Sam", by=BY, now=NOW)
        assert rows.take_in().summary == counts(1, already=1)
        assert counted() == []

    def test_the_client_is_judged_at_once(self, sam, attended):
        attended({"attended_on": "2026-02-24"}).take_in()
        assert StandingRecord.objects.get(client=sam).standing == "weekly"

    def test_a_dry_run_judges_nobody(self, sam, attended):
        attended({"attended_on": "2026-02-24", "fellowship": "Tea Anonymous"}).take_in("--dry-run")
        assert StandingRecord.objects.get(client=sam).standing == "not_started"
        assert not cast.fellowships_of_their_own().exists()

    def test_a_fellowship_nobody_named_yet_is_added_and_told_of(self, sam, attended):
        ran = attended({"fellowship": "Tea Anonymous"}, {"fellowship": "tea  anonymous"}).take_in()
        assert ran.summary == counts(2, added=1, already=1)
        assert (
            "Row 2: fellowship 'Tea Anonymous' was not in the directory before; it is now, for this clinic."
        ) in ran.err
        made = cast.fellowships_of_their_own().get()
        assert (made.name, made.clinic) == ("Tea Anonymous", sam.clinic)

    def test_one_that_everybody_knows_is_not_told_of_as_if_it_were_a_slip_of_the_pen(self, attended):
        ran = attended({"fellowship": "AA"}).take_in()
        assert (ran.summary, ran.err) == (counts(1, added=1), "")
        assert not cast.fellowships_of_their_own().exists()

    def test_no_cell_of_one_clinic_is_seen_in_another(self, attended, other_clinic):
        attended({"fellowship": "Tea Anonymous"}).take_in()
        cast.a_client(other_clinic, "S1")
        attended({"fellowship": "TEA ANONYMOUS"}).take_in(clinic=other_clinic.slug)
        assert [(one.name, one.clinic.slug) for one in cast.fellowships_of_their_own().order_by("pk")] == [
            ("Tea Anonymous", "riverside"),
            ("TEA ANONYMOUS", "hillside"),
        ]

    def test_a_second_report_of_one_source_adds_its_note(self, attended):
        slip = {"source": "slip"}
        rows = attended(slip, {**slip, "note": "brought the slip"})
        assert rows.take_in().summary == counts(2, added=1, changed=1)
        assert Attendance.objects.get().reports.get().note == "brought the slip"
        assert rows.take_in().summary == counts(2, already=2)
        assert attended({**slip, "note": "x" * 490}).take_in().code == 1

    def test_notes_find_the_attendance_they_were_made_of(self, attended, dawn):
        """Two meetings on one day, and slips with notes: read again, no note wanders from one to the other."""
        noon = cast.a_meeting("noon")
        rows = attended(
            {"meeting": dawn.slug, "source": "keyworker"},
            {"meeting": noon.slug, "source": "slip", "note": "n2"},
            {"source": "slip", "note": "n2"},
            {"meeting": dawn.slug, "source": "slip", "note": "n1"},
        )
        assert rows.take_in().code == 0
        assert rows.take_in().summary == counts(4, already=4)

    @pytest.mark.parametrize(
        ("cells", "why"),
        [
            ({"reference": "X9"}, "Row 2, reference 'X9': There is no client 'X9' in this clinic."),
            (
                {"attended_on": "2026-02-30"},
                "Row 2, attended_on '2026-02-30': '2026-02-30' is not a day of the calendar.",
            ),
            (
                {"attended_on": "2026-03-03"},
                "Row 2, attended_on '2026-03-03': 2026-03-03 is in the future: today is 2026-03-02.",
            ),
            (
                {"attended_on": "2026-01-06"},
                "Row 2, attended_on '2026-01-06': 2026-01-06 is before intake on 2026-01-07.",
            ),
            (
                {"source": "friend"},
                "Row 2, source 'friend': 'friend' is not one of keyworker, client, slip, contact.",
            ),
            ({"source": ""}, "Row 2, source '': it is empty, and every row needs it."),
            ({"meeting": "dusk"}, "Row 2, meeting 'dusk': There is no meeting 'dusk'."),
            (
                {"meeting": "dawn", "fellowship": "NA"},
                "Row 2, fellowship 'NA': the meeting 'dawn' is one of Alcoholics Anonymous.",
            ),
            (
                {"fellowship": "x" * 121},
                f"Row 2, fellowship '{'x' * 60}…': Fellowship has 121 characters: 120 is the most.",
            ),
            (
                {"note": "x" * 501},
                f"Row 2, note '{'x' * 60}…': Note has 501 characters: 500 is the most.",
            ),
        ],
        ids=lambda value: "+".join(value) if isinstance(value, dict) else "",
    )
    def test_rejected_with_row_column_and_value(self, attended, dawn, clean, counted, cells, why):
        rows = attended(cells, {"attended_on": "2026-02-10"})
        ran = rows.take_in()
        assert (ran.code, ran.summary) == (1, counts(2, added=1, rejected=1))
        assert rows.why == [why]
        assert counted() == [("2026-02-10", "client")]
        assert not cast.fellowships_of_their_own().exists()

    def test_a_slug_that_two_feeds_share_needs_its_feed(self, attended, dawn):
        feed = Feed.objects.create(
            name="leeds",
            format=FeedFormat.MEETING_GUIDE,
            fellowship=dawn.fellowship,
            time_zone="Europe/London",
            last_read_at=NOW,
        )
        dawn.pk, dawn.feed, dawn.fingerprint = None, feed, "f"
        dawn.save()
        rows = attended({"meeting": "dawn"}, {"meeting": "leeds:dawn"})
        assert rows.take_in().summary == counts(2, added=1, rejected=1)
        assert "More than one feed has a meeting 'dawn': write :dawn or leeds:dawn." in rows.why[0]

    def test_a_client_of_another_clinic_is_unknown(self, other_clinic, attended):
        cast.a_client(other_clinic, "H1")
        rows = attended({"reference": "H1"})
        assert rows.take_in().summary == counts(1, rejected=1)

    def test_rejects_come_in_the_order_of_the_file(self, attended):
        rows = attended({"reference": "Z"}, {"source": ""}, {"reference": "A"})
        rows.take_in()
        assert [row["reference"] for row in rows.rejects] == ["Z", "S1", "A"]


def test_a_client_is_judged_once_however_many_rows_tell_of_them(sheet):
    judged = []

    def hear(client_ids, **_):
        judged.extend(client_ids)

    week = {"week": "2026-02-02", "answer": "did_not_go"}
    rows = sheet("checkins", week, {**week, "week": "2026-02-09"}, {**week, "week": "2026-02-16"})
    events.facts_changed.connect(hear)
    try:
        assert rows.take_in().summary == counts(3, added=3)
    finally:
        events.facts_changed.disconnect(hear)
    assert len(judged) == 1


class TestPauses:
    HOLIDAY = {"starts_on": "2026-02-02", "ends_on": "2026-02-08", "reason": "holiday"}

    def test_they_arrive_and_again_change_nothing(self, sheet):
        rows = sheet("pauses", self.HOLIDAY, {**self.HOLIDAY, "ends_on": "2026-06-08"})
        assert rows.take_in().summary == counts(2, added=2)
        assert rows.take_in().summary == counts(2, already=2)

    def test_another_reason_is_put_right(self, sheet):
        sheet("pauses", self.HOLIDAY).take_in()
        assert sheet("pauses", {**self.HOLIDAY, "reason": "custody"}).take_in().summary == counts(
            1, changed=1
        )
        assert Pause.objects.get().reason == "custody"

    def test_what_staff_have_taken_back_stays_so(self, sheet):
        rows = sheet("pauses", self.HOLIDAY)
        rows.take_in()
        pausing.void_pause(pause=Pause.objects.get(), by=BY, now=NOW)
        assert rows.take_in().summary == counts(1, already=1)

    @pytest.mark.parametrize(
        ("cells", "why"),
        [
            ({"ends_on": "2026-02-01"}, "ends_on '2026-02-01': It ends on 2026-02-01, before it starts"),
            ({"ends_on": "never"}, "ends_on 'never': 'never' is not a date"),
            ({"ends_on": "2036-02-01"}, "is more than five years: close the client instead."),
            (
                {"starts_on": "0001-01-01", "ends_on": "0001-01-02"},
                "Row 2, starts_on '0001-01-01': 0001-01-01 is too long ago.",
            ),
            (
                {"starts_on": "9999-12-30", "ends_on": "9999-12-31"},
                "Row 2, starts_on '9999-12-30': 9999-12-30 is too far ahead.",
            ),
            ({"reason": " "}, "reason '': it is empty, and every row needs it."),
            ({"reference": "X9"}, "There is no client 'X9' in this clinic."),
        ],
    )
    def test_rejected_with_row_column_and_value(self, sheet, cells, why):
        rows = sheet("pauses", {**self.HOLIDAY, **cells}, self.HOLIDAY)
        assert rows.take_in().summary == counts(2, added=1, rejected=1)
        assert rows.why[0].startswith("Row 2, ")
        assert why in rows.why[0]


class TestCheckIns:
    def test_they_arrive_and_again_change_nothing(self, sheet):
        rows = sheet("checkins", *({"week": week, "answer": "did_not_go"} for week in self.WEEKS))
        assert rows.take_in().summary == counts(2, added=2)
        assert rows.take_in().summary == counts(2, already=2)
        assert {one.source for one in CheckIn.objects.all()} == {"client"}

    WEEKS = ("2026-02-02", "2026-02-09")

    def test_what_staff_have_taken_back_stays_so(self, sheet):
        rows = sheet("checkins", {"week": "2026-02-02", "answer": "did_not_go"})
        rows.take_in()
        pausing.void_check_in(check_in=CheckIn.objects.get(), by=BY, now=NOW)
        assert rows.take_in().summary == counts(1, already=1)

    @pytest.mark.parametrize(
        ("cells", "why"),
        [
            ({"week": "2026-02-03"}, "week '2026-02-03': 2026-02-03 is not the first day of a week here"),
            ({"week": "2026-03-09"}, "week '2026-03-09': 2026-03-09 is in the future"),
            ({"week": "2025-12-29"}, "ended before intake on 2026-01-07."),
            ({"answer": "went"}, "answer 'went': 'went' is not one of did_not_go."),
        ],
    )
    def test_rejected_with_row_column_and_value(self, sheet, cells, why):
        rows = sheet("checkins", {"week": "2026-02-02", "answer": "did_not_go", **cells})
        assert rows.take_in().summary == counts(1, rejected=1)
        assert rows.why[0].startswith("Row 2, ")
        assert why in rows.why[0]
