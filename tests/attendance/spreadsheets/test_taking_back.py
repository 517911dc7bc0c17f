"""A whole spreadsheet is taken back: everything is as it was before, or it is said what is not, and why."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attendance.register import correcting, pausing, recording
from attendance.register.models import Attendance, CheckIn, Pause, Source
from attendance.spreadsheets import browsing, uploading
from clinic import amending, consents, episodes
from clinic.errors import Refused
from clinic.intake import Person
from clinic.models import Channel, Client, Clinic, Phase, Purpose, SpreadsheetState
from tests import cast
from tests.cast import BY, NOW, day
from tests.spreadsheets import a_spreadsheet_taken_in, is_taken_back

pytestmark = pytest.mark.django_db

ATTENDANCE = ["reference", "attended_on", "fellowship", "meeting", "source", "note"]
CLIENTS = [
    *("reference", "intake_on", "first_name", "mobile", "severity", "programme"),
    *("discharge_on", "discharge_outcome"),
]
CONSENTS = ["reference", "intake_on", "mobile", "consent_sms", "consent_on", "consent_how"]


def kept(held) -> list[str]:
    """Why what it wrote stays."""
    return [effect.kept for effect in browsing.kept_effects(held)]


def went(client: Client, on: str, source: Source = Source.CLIENT, **told) -> Attendance:
    return recording.record(
        client=client, attended_on=day(on), source=source, by=BY, now=NOW, **told
    ).attendance


class TestAttendance:
    def test_what_is_new_is_voided_and_what_was_told_more_is_told_less(self, sam, dawn, mo, facts):
        known = went(sam, "2026-02-03", note="rang")
        before = facts()
        held = a_spreadsheet_taken_in(
            sam.clinic,
            "attendance",
            ATTENDANCE,
            ["S1", "2026-02-03", "", "dawn", "client", "felt well"],
            ["S1", "2026-02-03", "", "dawn", "slip", ""],
            ["S1", "2026-02-10", "AA", "", "keyworker", ""],
            by=mo,
        )
        assert (held.added, held.changed) == (1, 2)
        known.refresh_from_db()
        assert (known.meeting, known.self_only) == (dawn, False)
        assert is_taken_back(held, mo).state == SpreadsheetState.TAKEN_BACK
        assert facts() == before
        assert browsing.taken_back_of(held) == browsing.TakenBack(undone=2, kept=0)

    def test_another_word_for_what_it_added_keeps_that(self, sam, mo):
        held = a_spreadsheet_taken_in(
            sam.clinic, "attendance", ATTENDANCE, ["S1", "2026-02-10", "AA", "", "client", ""], by=mo
        )
        went(sam, "2026-02-10", Source.SLIP)
        is_taken_back(held, mo)
        attendance = Attendance.objects.get()
        assert (attendance.voided_at, attendance.self_only) == (None, False)
        assert [report.source for report in attendance.reports.all()] == ["slip"]

    def test_what_was_corrected_or_changed_since_stays_and_is_said(self, sam, dawn, mo):
        known = went(sam, "2026-02-03", note="rang")
        held = a_spreadsheet_taken_in(
            sam.clinic,
            "attendance",
            ATTENDANCE,
            ["S1", "2026-02-03", "", "", "client", "felt well"],
            ["S1", "2026-02-10", "", "", "client", ""],
            by=mo,
        )
        went(sam, "2026-02-03", note="and again")
        wrong = Attendance.objects.get(attended_on="2026-02-10")
        correcting.correct(
            attendance=wrong, attended_on=day("2026-02-11"), reason="slip of the hand", by=BY, now=NOW
        )
        is_taken_back(held, mo)
        assert sorted(kept(held)) == [
            "It was changed since, and stays as it is.",
            "It was corrected since, and the corrected one stays.",
        ]
        assert known.reports.get().note.endswith("and again")

    def test_what_staff_voided_stays_voided_when_the_file_comes_again(self, sam, mo):
        rows = [
            ATTENDANCE,
            ["S1", "2026-02-10", "", "", "client", ""],
            ["S1", "2026-02-11", "", "", "client", ""],
        ]
        held = a_spreadsheet_taken_in(sam.clinic, "attendance", *rows, by=mo)
        correcting.void(
            attendance=Attendance.objects.get(attended_on="2026-02-10"), reason="no", by=BY, now=NOW
        )
        later = NOW.replace(hour=13)
        is_taken_back(held, mo, now=later)
        again = a_spreadsheet_taken_in(sam.clinic, "attendance", *rows, by=mo, now=later)
        assert (again.added, again.already) == (1, 1)


class TestPausesAndCheckIns:
    def test_pauses(self, sam, mo, facts):
        pausing.pause(
            client=sam, starts_on=day("2026-02-01"), ends_on=day("2026-02-03"), reason="away", by=BY, now=NOW
        )
        before = facts()
        columns = ["reference", "starts_on", "ends_on", "reason"]
        rows = [columns, ["S1", "2026-02-01", "2026-02-03", "ill"], ["S1", "2026-02-05", "2026-02-06", "ill"]]
        held = a_spreadsheet_taken_in(sam.clinic, "pauses", *rows, by=mo)
        assert (held.added, held.changed) == (1, 1)
        is_taken_back(held, mo)
        assert facts() == before
        again = a_spreadsheet_taken_in(sam.clinic, "pauses", *rows, by=mo)
        assert (again.added, again.changed) == (1, 1)

    def test_check_ins(self, sam, mo, facts):
        before = facts()
        rows = [["reference", "week", "answer"], ["S1", "2026-02-02", "did_not_go"]]
        for _ in range(2):
            held = a_spreadsheet_taken_in(sam.clinic, "checkins", *rows, by=mo)
            assert held.added == 1
            is_taken_back(held, mo)
            assert facts() == before
        assert CheckIn.objects.count() == 2

    def test_a_reason_that_was_put_right_since_stays(self, sam, mo):
        days = {"starts_on": day("2026-02-01"), "ends_on": day("2026-02-03")}
        pausing.pause(client=sam, **days, reason="away", by=BY, now=NOW)
        columns = ["reference", "starts_on", "ends_on", "reason"]
        held = a_spreadsheet_taken_in(
            sam.clinic, "pauses", columns, ["S1", "2026-02-01", "2026-02-03", "ill"], by=mo
        )
        pausing.pause(client=sam, **days, reason="in hospital", by=BY, now=NOW)
        is_taken_back(held, mo)
        assert kept(held) == ["It was changed since, and stays as it is."]
        assert Pause.objects.get().reason == "in hospital"


class TestClients:
    def test_newcomers_go_with_all_that_the_file_said_of_them(self, clinic, mo, facts):
        clinic.programmes.create(name="Day")
        before = facts()
        held = a_spreadsheet_taken_in(
            clinic,
            "clients",
            [*CLIENTS, *CONSENTS[3:]],
            [
                *("N1", "2026-01-07", "Nia", "07700 900123", "7", "Day", "2026-02-01", "completed"),
                *("yes", "2026-01-07", "form"),
            ],
            ["N2", "2026-01-07", "", "", "", "", "", "", "", "", ""],
            by=mo,
        )
        assert (held.added, clinic.clients.count()) == (2, 2)
        is_taken_back(held, mo)
        assert facts() == before

    def test_what_was_altered_is_put_back(self, clinic, mo, facts):
        sam = cast.a_client(clinic, "S1", first_name="Sam", mobile="07700 900111")
        clinic.programmes.create(name="Day")
        before = facts()
        held = a_spreadsheet_taken_in(
            clinic,
            "clients",
            CLIENTS,
            ["S1", "2026-01-05", "Samuel", "07700 900123", "7", "Day", "2026-02-01", "died"],
            by=mo,
        )
        assert held.changed == 1
        sam.refresh_from_db()
        assert (sam.first_name, sam.closed_reason) == ("Samuel", "died")
        is_taken_back(held, mo)
        assert kept(held) == []
        after = facts()
        # The day treatment began was corrected twice, which leaves a new entry of the same day.
        other = {"id": 0, "recorded_by": "", "corrects_id": None}
        began = [{**row, **other} for row in after.pop("clinic.PhaseChange")]
        assert began == [{**row, **other} for row in before.pop("clinic.PhaseChange")]
        # What flagged them is closed with the death, and opened anew.
        assert {name for name, rows in after.items() if rows != before[name]} == {"attendance.Flag"}

    def test_what_was_altered_since_stays_and_the_rest_is_put_back(self, clinic, mo):
        sam = cast.a_client(clinic, "S1", first_name="Sam")
        held = a_spreadsheet_taken_in(
            clinic, "clients", CLIENTS[:5], ["S1", "2026-01-07", "Samuel", "07700 900123", "7"], by=mo
        )
        amending.amend(
            client=sam,
            episode=episodes.latest_episode(sam),
            person=Person(first_name="Sami"),
            by=BY,
            now=NOW,
        )
        is_taken_back(held, mo)
        assert kept(held) == ["First name was changed since, and stays as it is."]
        sam.refresh_from_db()
        assert (sam.first_name, sam.mobile, sam.episodes.get().severity) == ("Sami", "", None)

    def test_a_newcomer_of_whom_something_was_recorded_stays_and_is_said(self, clinic, mo):
        held = a_spreadsheet_taken_in(
            clinic, "clients", CLIENTS[:2], ["N1", "2026-01-07"], ["N2", "2026-01-07"], by=mo
        )
        went(clinic.clients.get(reference="N1"), "2026-02-03")
        is_taken_back(held, mo)
        assert kept(held) == [
            "Something was done about them since, so they stay, with what the file said of them."
        ]
        assert [client.reference for client in clinic.clients.all()] == ["N1"]

    def test_a_return_to_treatment_stays_and_is_said(self, clinic, mo):
        sam = cast.a_client(clinic, "S1")
        episodes.change_phase(
            episode=sam.episodes.get(), phase=Phase.COMPLETED, changed_on=day("2026-01-20"), by=BY, now=NOW
        )
        held = a_spreadsheet_taken_in(clinic, "clients", CLIENTS[:2], ["S1", "2026-02-02"], by=mo)
        is_taken_back(held, mo)
        assert kept(held) == ["The return to treatment on 2 February 2026 stays."]

    def test_consent_it_gave_goes_and_is_no_word_of_the_clients(self, clinic, mo):
        """It may be given by the same file again; and nobody else's messages to the number are stopped by it."""
        sam = cast.a_client(clinic, "S1", mobile="07700 900111")
        rows = [CONSENTS, ["S1", "2026-01-07", "07700 900111", "yes", "2026-01-07", "form"]]
        for _ in range(2):
            held = a_spreadsheet_taken_in(clinic, "clients", *rows, by=mo)
            assert consents.live(sam, Purpose.PROMPTS, Channel.SMS) is not None
            is_taken_back(held, mo)
            assert consents.live(sam, Purpose.PROMPTS, Channel.SMS) is None
            assert not consents.ever_revoked(sam, Channel.SMS)
            assert consents.stopped_addresses(clinic) == set()

    def test_a_consent_it_took_back_stays_withdrawn(self, clinic, mo):
        sam = cast.a_client(clinic, "S1", mobile="07700 900111")
        consents.give(
            client=sam, purpose=Purpose.PROMPTS, channel=Channel.SMS, given_on=day("2026-01-07"), how="form",
            by=BY, now=NOW,
        )  # fmt: skip
        held = a_spreadsheet_taken_in(clinic, "clients", CONSENTS[:4], ["S1", "2026-01-07", "", "no"], by=mo)
        is_taken_back(held, mo)
        assert kept(held) == ["The consent to text stays withdrawn: only the client can give it again."]
        assert consents.ever_revoked(sam, Channel.SMS)

    def test_a_consent_it_confirmed_is_to_be_confirmed_again(self, clinic, mo, facts):
        sam = cast.a_client(clinic, "S1", mobile="07700 900111")
        consents.give(
            client=sam, purpose=Purpose.PROMPTS, channel=Channel.SMS, given_on=None, how="", by=BY, now=NOW
        )
        held = a_spreadsheet_taken_in(
            clinic, "clients", CONSENTS, ["S1", "2026-01-07", "", "yes", "2026-01-07", "form"], by=mo
        )
        assert held.changed == 1
        is_taken_back(held, mo)
        consent = sam.consents.get()
        assert (consent.state, kept(held)) == ("to_confirm", [])


def test_it_is_taken_back_once(sam, mo):
    held = a_spreadsheet_taken_in(
        sam.clinic, "attendance", ATTENDANCE, ["S1", "2026-02-10", "", "", "client", ""], by=mo
    )
    is_taken_back(held, mo)
    with pytest.raises(Refused, match="Somebody has gone on with this spreadsheet since"):
        uploading.take_back(spreadsheet=held, by=mo, now=NOW)


ROW = st.tuples(
    st.sampled_from(["S1", "T1"]),
    st.dates(day("2026-02-01"), day("2026-02-04")).map(str),
    st.sampled_from(["", "AA", "NA"]),
    st.sampled_from(["", "dawn"]),
    st.sampled_from(Source.values),
    st.sampled_from(["", "a", "b"]),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROW, max_size=6), st.lists(ROW, min_size=1, max_size=6))
def test_taken_in_and_taken_back_all_is_as_it_was(sam, tess, dawn, mo, facts, known, rows):
    """Whatever was on record before, and whatever the file told of it."""
    clinic: Clinic = sam.clinic
    Attendance.objects.all().delete()
    if known:
        a_spreadsheet_taken_in(clinic, "attendance", ATTENDANCE, *map(list, known), by=mo)
    before = facts()
    held = a_spreadsheet_taken_in(
        clinic, "attendance", ATTENDANCE, *map(list, rows), by=mo, now=NOW.replace(hour=13)
    )
    is_taken_back(held, mo, now=NOW.replace(hour=14))
    assert kept(held) == []
    assert facts()["attendance.Attendance"] == before["attendance.Attendance"]
    assert facts()["attendance.Report"] == before["attendance.Report"]
