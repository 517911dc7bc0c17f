"""Two records of one client become one: what each knew, what holds, what leads there, and how it is undone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from attendance.register import recording
from attendance.register.external import Posted, record_posted
from attendance.register.models import Attendance, ExternalRecord, Report, Source
from attendance.register.telling import Told
from attendance.reports.standings import chosen
from attendance.standing.models import Flag, StandingRecord
from clinic import consents, episodes, intake
from clinic.errors import Refused
from clinic.lookup import client_by_reference, clients_by_reference
from clinic.merging.merge import merge, preview, undo
from clinic.merging.rows import movable, tables
from clinic.models import Channel, Client, Clinic, ClosedReason, Consent, Merge, Purpose
from reminders.contacts import introducing
from reminders.contacts.models import LocalContact
from reminders.desk import sweeping
from reminders.prompts import tokens
from reminders.prompts.ladder import Step
from reminders.prompts.states import PromptState
from reminders.worklist import tasks, words
from reminders.worklist.models import TaskKind
from reminders.worklist.said import Said
from tests import cast
from tests.cast import BY, NOW, TODAY, day
from tests.commands import run
from tests.flows.browsing import Staff
from tests.flows.crowd import a_prompt
from tests.tables import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def twin(riverside: Clinic, kay: Staff) -> Client:
    """Ana once more, entered as A2 a week later with an e-mail address and what she prefers."""
    return cast.a_client(
        riverside, "A2", "2026-01-14", first_name="Anna", email="ana@example.org", preferences=["women"],
        keyworker=kay.user,
    )  # fmt: skip


def went(client: Client, on: str, source: Source = Source.KEYWORKER, **told: object) -> Attendance:
    return recording.record(
        client=client, attended_on=day(on), source=source, by=BY, now=NOW, **told
    ).attendance


def together(kept: Client, merged: Client) -> Merge:
    made = merge(kept=kept, merged=merged, by=BY, now=NOW)
    kept.refresh_from_db()
    merged.refresh_from_db()
    return made


def agrees(client: Client, channel: Channel = Channel.EMAIL) -> Consent:
    return consents.give(
        client=client, purpose=Purpose.PROMPTS, channel=channel, given_on=TODAY, how="form", by=BY, now=NOW
    )


class TestWhoTheyAre:
    def test_the_one_that_stays_learns_what_it_did_not_know_and_keeps_its_own(self, ana, twin):
        together(ana, twin)
        assert (ana.first_name, ana.email, ana.preferences) == ("Ana", "ana@example.org", ["women"])
        assert (twin.merged_into, twin.keyworker, twin.first_name) == (ana, None, "Anna")

    def test_the_merged_is_on_no_list(self, ana, twin, kay):
        together(ana, twin)
        sweeping.sweep(ana.clinic, NOW + timedelta(days=30))
        assert list(ana.clinic.clients.all()) == [ana]
        assert [line.reference for line in chosen(ana.clinic, TODAY)] == ["A1"]
        for page in ("today", "register", "clients", "messages"):
            assert "A2" not in kay.opens(page, who="all").html
        assert not StandingRecord.objects.get(client=twin).is_due(TODAY + timedelta(days=900))

    def test_its_reference_finds_the_one_that_stays_and_is_taken(self, ana, twin):
        together(ana, twin)
        found = clients_by_reference(ana.clinic, ["A1", "A2"])
        assert found == {"A1": ana, "A2": ana}
        assert found["A1"] is found["A2"]
        assert client_by_reference(ana.clinic, "A2") == ana
        with pytest.raises(Refused, match="There is already a client 'A2'"):
            cast.a_client(ana.clinic, "A2")
        assert intake.next_reference(ana.clinic) == "0003"


class TestWhatHappened:
    def test_two_reports_of_one_attendance_are_one(self, ana, twin, lantern):
        kept = went(ana, "2026-02-10", Source.CLIENT)
        theirs = went(twin, "2026-02-10", Source.SLIP, meeting=lantern)
        only = went(twin, "2026-02-17")
        together(ana, twin)
        kept.refresh_from_db()
        assert (kept.meeting, kept.self_only) == (lantern, False)
        assert sorted(kept.reports.values_list("source", flat=True)) == ["client", "slip"]
        assert list(ana.attendances.filter(voided_at__isnull=True)) == [kept, only]
        theirs.refresh_from_db()
        assert (theirs.client, theirs.void_reason) == (twin, "Entered twice: it stands on record A1.")

    def test_two_meetings_on_one_day_stay_two(self, ana, twin, lantern):
        went(ana, "2026-02-10", meeting=cast.a_meeting("dawn"))
        went(twin, "2026-02-10", meeting=lantern)
        together(ana, twin)
        assert ana.attendances.filter(voided_at__isnull=True).count() == 2

    def test_what_another_system_posted_is_known_under_its_id(self, ana, twin):
        def posts(reference: str) -> int:
            told = Told(reference=reference, attended_on=day("2026-02-10"), source=Source.SLIP)
            (kept,) = record_posted(clinic=ana.clinic, posted=[Posted("x-1", told)], by=BY, now=NOW)
            return kept.attendance_id

        went(ana, "2026-02-10")
        posts("A2")
        together(ana, twin)
        assert Attendance.objects.get(pk=posts("A2")).client == ana
        assert ExternalRecord.objects.count() == 1

    def test_the_one_flag_is_judged_by_all_that_happened(self, ana, twin):
        assert Flag.objects.filter(closed_at__isnull=True).count() == 2
        for on in ("2026-01-27", "2026-02-03", "2026-02-10", "2026-02-17"):
            went(twin, on)
        went(ana, "2026-02-24")
        made = together(ana, twin)
        assert StandingRecord.objects.get(client=ana).standing == "weekly"
        assert not Flag.objects.filter(closed_at__isnull=True).exists()
        undo(merge=made, by=BY, now=NOW)
        assert list(Flag.objects.filter(closed_at__isnull=True).values_list("client", flat=True)) == [twin.pk]

    def test_treatment_began_when_either_says(self, ana, twin):
        together(twin, ana)
        (episode,) = twin.episodes.all()
        assert episode.intake_on == day("2026-01-07")
        assert [(one.changed_on, one.voided_at is None) for one in episode.phase_changes.all()] == [
            (day("2026-01-07"), True),
            (day("2026-01-14"), False),
        ]

    def test_an_earlier_course_comes_along(self, ana, twin, riverside):
        earlier = cast.a_client(riverside, "A0", "2025-03-01")
        episodes.change_phase(
            episode=earlier.episodes.get(), phase="completed", changed_on=day("2025-06-01"), by=BY, now=NOW
        )
        together(ana, earlier)
        assert list(ana.episodes.values_list("intake_on", flat=True)) == [
            day("2025-03-01"),
            day("2026-01-07"),
        ]


class TestConsents:
    def test_what_was_taken_back_on_either_is_taken_back(self, ana, twin):
        agrees(ana)
        agrees(twin)
        consents.stop_prompts(client=twin, how="by telephone", by=BY, now=NOW)
        together(ana, twin)
        assert consents.live(ana, Purpose.PROMPTS, Channel.EMAIL) is None
        assert consents.ever_revoked(ana, Channel.EMAIL)

    def test_and_the_other_way_round(self, ana, twin):
        agrees(ana)
        agrees(twin)
        consents.stop_prompts(client=ana, how="by telephone", by=BY, now=NOW)
        together(ana, twin)
        assert consents.live(ana, Purpose.PROMPTS, Channel.EMAIL) is None

    def test_a_consent_comes_along_with_the_address_it_is_about(self, ana, twin):
        given = agrees(twin)
        together(ana, twin)
        assert consents.live(ana, Purpose.PROMPTS, Channel.EMAIL) == given

    def test_and_not_to_another_address(self, ana, twin):
        Client.objects.filter(pk=ana.pk).update(email="other@example.org")
        agrees(twin)
        together(ana, twin)
        assert consents.live(ana, Purpose.PROMPTS, Channel.EMAIL) is None
        assert ana.email == "other@example.org"


class TestWhatWaits:
    def test_no_message_goes_twice_and_what_was_planned_of_the_merged_is_decided_anew(self, ana, twin):
        own = a_prompt(ana, PromptState.PLANNED, Step.KEEP_GOING)
        theirs = a_prompt(twin, PromptState.PLANNED, Step.KEEP_GOING)
        together(ana, twin)
        assert list(ana.clinic.prompts.filter(state=PromptState.PLANNED)) == [own]
        theirs.refresh_from_db()
        assert (theirs.client, theirs.reason) == (ana, "Entered twice: what is due is decided anew.")

    def test_while_one_is_going_out_it_waits(self, ana, twin):
        a_prompt(twin, PromptState.SENDING, channel=Channel.SMS)
        with pytest.raises(Refused, match="A message to one of the two is just going out"):
            together(ana, twin)

    def test_who_asks_to_be_rung_is_rung(self, ana, twin):
        for client in (ana, twin):
            tasks.raise_tasks([tasks.Need(client, TaskKind.RING_ME, "Asked to be rung.")], NOW)
        own = ana.keyworker_tasks.get(kind=TaskKind.RING_ME)
        tasks.finish(task=own, outcome="Rang.", by=BY, now=NOW)
        together(ana, twin)
        assert [one.kind for one in ana.keyworker_tasks.filter(done_at__isnull=True)].count("ring_me") == 1
        assert not twin.keyworker_tasks.filter(done_at__isnull=True).exists()

    def test_every_talk_is_told(self, ana, twin):
        for client in (ana, twin):
            words.spoke(client=client, said=Said.OTHER, words=f"Of {client.reference}.", by=BY, now=NOW)
        together(ana, twin)
        talks = ana.keyworker_tasks.filter(kind=TaskKind.SPOKE)
        assert sorted(talks.values_list("outcome", flat=True)) == ["Of A1.", "Of A2."]
        assert words.spoke(client=ana, said=Said.OTHER, words="Again.", by=BY, now=NOW)[1]

    def test_two_contacts_are_for_a_person_to_decide(self, ana, twin, joe):
        for client in (ana, twin):
            introducing.introduce(client=client, contact=joe, how="form", given_on=TODAY, by=BY, now=NOW)
        before = everything()
        with pytest.raises(Refused, match="Both have an introduction under way"):
            together(ana, twin)
        assert everything() == before

    def test_a_link_of_the_merged_leads_to_the_one_that_stays(self, ana, twin):
        clash = {"step": Step.CHECK_IN, "occasion": "week"}
        a_prompt(ana, **clash)
        links = [tokens.make_link(a_prompt(twin, **one), NOW) for one in (clash, {"step": Step.KEEP_GOING})]
        together(ana, twin)
        assert twin.prompts.count() == 1
        for link in links:
            found = tokens.find(link.rstrip("/").rpartition("/")[2])
            assert found is not None
            assert found.client == ana


class TestWhatIsRefused:
    def test_two_of_two_clinics_and_one_with_itself(self, ana, hugo):
        for other in (hugo, ana):
            with pytest.raises(Refused, match="Only two records of one clinic"):
                merge(kept=ana, merged=other, by=BY, now=NOW)

    def test_one_closed_and_one_not(self, ana, twin):
        episodes.close(client=twin, closed_on=TODAY, reason=ClosedReason.WITHDREW, by=BY, now=NOW)
        with pytest.raises(Refused, match="A2 is closed and A1 is not"):
            merge(kept=ana, merged=twin, by=BY, now=NOW)

    def test_one_that_was_merged_already(self, ana, twin, ben):
        together(ana, twin)
        for kept, merged in ((ben, twin), (twin, ben), (ana, twin)):
            with pytest.raises(Refused, match="Somebody was quicker"):
                merge(kept=kept, merged=merged, by=BY, now=NOW)

    def test_no_fact_is_recorded_on_the_merged(self, ana, twin, kay):
        stale = Client.objects.get(pk=twin.pk)
        together(ana, twin)
        before = everything()
        with pytest.raises(Refused, match="A2 was entered twice, and is put together with A1: look there"):
            went(stale, "2026-02-10")
        with pytest.raises(Refused, match="A2 was entered twice"):
            agrees(stale)
        assert everything() == before


class TestUndoing:
    def test_what_was_recorded_since_stays_and_what_was_altered_since_is_kept(self, ana, twin):
        moved, gone = went(twin, "2026-02-17"), went(twin, "2026-02-18")
        made = together(ana, twin)
        since = went(ana, "2026-02-24")
        Attendance.objects.filter(pk=gone.pk).update(
            voided_at=NOW, voided_by="kay", void_reason="Another day."
        )
        assert undo(merge=made, by=BY, now=NOW) == 0
        assert list(twin.attendances.order_by("pk")) == [moved, gone]
        gone.refresh_from_db()
        assert gone.void_reason == "Another day."
        assert list(ana.attendances.all()) == [since]
        with pytest.raises(Refused, match="the two are apart already"):
            undo(merge=made, by=BY, now=NOW)

    def test_a_detail_that_was_mended_since_stays_mended(self, ana, twin):
        made = together(ana, twin)
        Client.objects.filter(pk=ana.pk).update(email="new@example.org")
        assert undo(merge=made, by=BY, now=NOW) == 1
        ana.refresh_from_db()
        assert (ana.email, ana.preferences) == ("new@example.org", [])

    def test_the_later_is_undone_first_and_a_chain_leads_to_its_end(self, ana, twin, ben):
        first = together(ana, twin)
        second = together(ben, ana)
        twin.refresh_from_db()
        assert twin.merged_into == ben
        with pytest.raises(Refused, match="undo that first"):
            undo(merge=first, by=BY, now=NOW)
        undo(merge=second, by=BY, now=NOW)
        undo(merge=first, by=BY, now=NOW)
        assert set(ana.clinic.clients.all()) == {ana, twin, ben}


def test_a_preview_says_what_it_comes_to_and_changes_nothing(ana, twin):
    went(ana, "2026-02-10")
    went(twin, "2026-02-10")
    went(twin, "2026-02-17")
    before = everything()
    told = preview(kept=ana, merged=twin, by=BY, now=NOW)
    assert (told.refused, told.moved["attendance.Attendance"], told.stays["attendance.Attendance"]) == (
        "",
        1,
        1,
    )
    assert everything() == before


def test_every_table_that_names_a_client_comes_along():
    """One that is new does so by itself; but for those that are one a client by their key, and the merge's own."""
    named = {model.__name__ for model in tables()}
    assert {
        "Client",
        "Attendance",
        "Report",
        "PhaseChange",
        "Attempt",
        "PlannedFlag",
        "IntroductionStep",
    } <= named
    assert named - {model.__name__ for model in movable()} == {
        "Client", "Report", "ExternalRecord", "PhaseChange", "StandingRecord", "PlannedFlag", "IntroductionStep",
        "Attempt",
    }  # fmt: skip
    assert not named & {"Merge", "MergedRow", "TwoPeople", "AuditEntry"}


def test_an_import_and_a_command_find_the_one_that_stays(ana, twin, tmp_path, riverside):
    together(ana, twin)
    rows = tmp_path / "attendance.csv"
    rows.write_text("reference,attended_on,source\nA2,2026-02-17,slip\n")
    assert run("import_csv", "attendance", rows, "--clinic", "riverside").summary["added"] == 1
    assert Report.objects.get().attendance.client == ana
    weeks = run("weeks", "--clinic", "riverside", "--client", "A2", now=None)
    assert {"week": "2026-02-16", "outcome": "met", "meetings": "1"} in weeks.table
    standing = run("standing", "--clinic", "riverside", now=None)
    assert [line["reference"] for line in standing.table] == ["A1"]


def test_a_contact_still_reaches_the_client_they_were_introduced_to(
    ana: Client, twin: Client, joe: LocalContact
):
    introducing.introduce(client=twin, contact=joe, how="form", given_on=TODAY, by=BY, now=NOW)
    together(ana, twin)
    (introduction,) = ana.introductions.all()
    assert (introduction.consent.client, introduction.ended_at) == (ana, None)
