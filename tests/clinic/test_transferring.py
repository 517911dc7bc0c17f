"""A client goes to another clinic of the organisation, with their consent: all of it goes along, or nothing."""

from datetime import timedelta

import pytest

from attendance.directory.fellowships import fellowship_of
from attendance.directory.models import Meeting
from attendance.register import correcting, meeting_choices, pausing, recording
from attendance.register.models import Answer, Attendance, Source
from attendance.standing.models import StandingRecord
from clinic import consents, episodes, interviews, setup, transferring
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.intake import Intake
from clinic.merging.merge import merge
from clinic.models import (
    AuditEntry,
    Channel,
    Client,
    Clinic,
    ClosedReason,
    ConsentState,
    InterviewKind,
    Organisation,
    Phase,
    Purpose,
    TransferState,
    User,
)
from reminders.desk.sweeping import sweep
from reminders.worklist.models import TaskKind
from tests.cast import BY, NOW, TODAY, a_client, a_clinic, a_keyworker, day
from tests.tables import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(db) -> Clinic:
    """Riverside, of the Waterside organisation."""
    return a_clinic("riverside", organisation="Waterside")


@pytest.fixture
def harbour(db) -> Clinic:
    """Harbour, of the same."""
    return a_clinic("harbour", organisation="Waterside")


@pytest.fixture
def hana(harbour) -> User:
    """Hana, keyworker of Harbour."""
    return a_keyworker(harbour, "hana")


def offers(client, to, now=NOW, **told):
    given = {"given_on": TODAY, "how": "signed form", "by": Actor.staff(client.keyworker), **told}
    return transferring.offer(client=client, to=to, now=now, **given)


def takes_over(transfer, keyworker, now=NOW, **told):
    return transferring.take_over(
        transfer=transfer, keyworker=keyworker, by=Actor.staff(keyworker), now=now, **told
    )


def went(client, on, source=Source.KEYWORKER, **told) -> Attendance:
    by = Actor.staff(client.keyworker)
    return recording.record(
        client=client, attended_on=day(on), source=source, by=by, now=NOW, **told
    ).attendance


class TestOrganisations:
    def test_a_clinic_names_its_organisation_which_is_made_once_and_may_be_left(self, clinic, harbour):
        assert Organisation.objects.count() == 1
        assert list(transferring.others(clinic)) == [harbour]
        setup.set_up_clinic(slug="harbour", settings={"organisation": ""}, by=BY, now=NOW)
        clinic.refresh_from_db()
        assert list(transferring.others(clinic)) == []

    def test_a_clinic_without_one_has_no_others(self, other_clinic):
        a_clinic("alone")
        assert list(transferring.others(other_clinic)) == []

    def test_a_name_that_makes_no_address_is_refused(self, clinic):
        with pytest.raises(Refused, match="no letters or digits"):
            a_clinic("lake", organisation="!!")


class TestOffering:
    def test_the_consent_says_who_tells_whom_what_until_when_and_how_to_take_it_back(self, ana, harbour):
        transfer = offers(ana, harbour)
        assert (transfer.state, transfer.offered_by) == (TransferState.OFFERED, "kay")
        consent = transfer.consent
        assert (consent.purpose, consent.channel) == (Purpose.TRANSFER, Channel.CLINIC)
        assert consent.state is ConsentState.GIVEN
        for words in (
            "Riverside may tell Harbour",
            "1 April 2026",
            "take it back at any time",
            "42 CFR Part 2",
        ):
            assert words in consent.wording
        entry = AuditEntry.objects.get(verb="transfer.offered")
        assert (entry.client_id, entry.actor_name) == (ana.pk, "kay")

    def test_nobody_is_offered_twice_nor_elsewhere_nor_when_closed(self, ana, harbour, other_clinic):
        before = everything()
        with pytest.raises(Refused, match="Hillside is no other clinic of the organisation"):
            offers(ana, other_clinic)
        with pytest.raises(Refused, match="Riverside is no other clinic"):
            offers(ana, ana.clinic)
        with pytest.raises(Refused, match="Say how"):
            offers(ana, harbour, how=" ")
        assert everything() == before
        offers(ana, harbour)
        with pytest.raises(Refused, match="waits to be taken over by Harbour already"):
            offers(ana, harbour)
        ben = a_client(ana.clinic, "B1", keyworker=ana.keyworker)
        episodes.close(client=ben, closed_on=TODAY, reason=ClosedReason.WITHDREW, by=BY, now=NOW)
        with pytest.raises(Refused, match="was closed on 2026-03-02"):
            offers(ben, harbour)


class TestEnding:
    def test_withdrawing_takes_the_consent_back_and_happens_once(self, ana, harbour, hana):
        transfer = offers(ana, harbour)
        given = {"transfer": transfer, "why": "By mistake.", "by": BY, "now": NOW}
        assert transferring.withdraw(**given)
        transfer.refresh_from_db()
        assert (transfer.state, transfer.ended_because) == (TransferState.WITHDRAWN, "By mistake.")
        assert transfer.consent.state is ConsentState.REVOKED
        assert not transferring.withdraw(**given)
        with pytest.raises(Refused, match="Somebody was quicker"):
            takes_over(transfer, hana)
        assert not harbour.clients.exists()

    def test_it_ends_with_the_consent_with_the_closing_and_with_a_merge(self, ana, harbour):
        transfer = offers(ana, harbour)
        consents.revoke(consent=transfer.consent, how="by telephone", by=BY, now=NOW)
        transfer.refresh_from_db()
        assert (transfer.state, transfer.ended_because) == (TransferState.WITHDRAWN, transferring.REVOKED)

        twice = a_client(ana.clinic, "A2", keyworker=ana.keyworker)
        merged = offers(twice, harbour)
        stays = offers(ana, harbour)
        merge(kept=ana, merged=twice, by=BY, now=NOW)
        merged.refresh_from_db()
        stays.refresh_from_db()
        assert (merged.ended_because, stays.state) == (transferring.MERGED, TransferState.OFFERED)

        episodes.close(client=ana, closed_on=TODAY, reason=ClosedReason.WITHDREW, by=BY, now=NOW)
        stays.refresh_from_db()
        assert stays.ended_because == transferring.CLOSED

    def test_declining_needs_a_reason_and_names_the_clinic(self, ana, harbour, hana):
        transfer = offers(ana, harbour)
        by = Actor.staff(hana)
        with pytest.raises(Refused, match="Say why"):
            transferring.decline(transfer=transfer, reason=" ", by=by, now=NOW)
        transferring.decline(transfer=transfer, reason="No place.", by=by, now=NOW)
        transfer.refresh_from_db()
        assert (transfer.state, transfer.ended_by) == (TransferState.DECLINED, "hana at Harbour")
        # Each clinic reads of it in its own trail, and the one that was asked of no client.
        trail = AuditEntry.objects.filter(verb="transfer.declined").order_by("pk")
        assert [(one.clinic_id, one.client_id, one.actor_name) for one in trail] == [
            (ana.clinic_id, ana.pk, "hana at Harbour"), (harbour.pk, None, "hana"),
        ]  # fmt: skip
        with pytest.raises(Refused, match="Somebody was quicker"):
            transferring.decline(transfer=transfer, reason="No place.", by=by, now=NOW)
        assert offers(ana, harbour).is_open

    def test_what_nobody_takes_over_in_time_lapses(self, ana, harbour, hana):
        transfer = offers(ana, harbour)
        late = NOW + timedelta(days=31)
        assert transferring.waiting_in(harbour, NOW + timedelta(days=30)) == [transfer]
        assert transferring.waiting_in(harbour, late) == []
        with pytest.raises(Refused, match="not waiting any more"):
            takes_over(transfer, hana, now=late)
        sweep(ana.clinic, late)
        transfer.refresh_from_db()
        assert (transfer.state, transfer.ended_because) == (TransferState.WITHDRAWN, transferring.IN_TIME)


class TestTakingOver:
    def test_who_they_are_and_their_treatment_go_along_and_the_former_record_is_closed(
        self, clinic, kay, harbour, hana
    ):
        ana = a_client(
            clinic, "A1", "2025-06-02", Intake(severity=9, isolated=True), first_name="Ana", last_name="Madeup",
            date_of_birth=day("1990-05-01"), mobile="07700 900123", email="ana@example.com", keyworker=kay,
            preferences=["secular"], plain_wording=True,
        )  # fmt: skip
        first = episodes.latest_episode(ana)
        episodes.change_phase(
            episode=first, phase=Phase.COMPLETED, changed_on=day("2025-09-01"), by=BY, now=NOW
        )
        episodes.return_to_treatment(
            client=ana, intake_on=day("2026-01-07"), intake=Intake(motivation=7), by=BY, now=NOW
        )
        transfer = offers(ana, harbour)
        newcomer = takes_over(transfer, hana, reference="H7")
        assert (newcomer.clinic, newcomer.reference, newcomer.keyworker) == (harbour, "H7", hana)
        told = ("first_name", "last_name", "date_of_birth", "mobile", "email", "preferences", "plain_wording")
        assert [getattr(newcomer, name) for name in told] == [getattr(ana, name) for name in told]
        columns = ("intake_on", "phase", "discharged_on", "severity", "motivation", "isolated")
        assert list(newcomer.episodes.values_list(*columns)) == list(ana.episodes.values_list(*columns))
        assert not newcomer.consents.exists()

        ana.refresh_from_db()
        transfer.refresh_from_db()
        assert (ana.closed_on, ana.closed_reason) == (TODAY, ClosedReason.MOVED)
        assert (transfer.state, transfer.accepted, transfer.ended_by) == (
            TransferState.ACCEPTED, newcomer, "hana at Harbour",
        )  # fmt: skip
        closed = AuditEntry.objects.get(verb="client.closed")
        assert (closed.clinic, closed.actor_name) == (clinic, "hana at Harbour")
        trail = AuditEntry.objects.filter(verb="transfer.accepted").order_by("pk")
        assert [(one.clinic_id, one.client_id) for one in trail] == [
            (harbour.pk, newcomer.pk), (clinic.pk, ana.pk),
        ]  # fmt: skip

    def test_the_weeks_go_on_without_a_gap(self, ana, harbour, hana, dawn):
        went(ana, "2026-01-20", Source.CLIENT, note="Said so.")
        both = went(ana, "2026-02-10", meeting=dawn)
        went(ana, "2026-02-10", Source.SLIP, meeting=dawn)
        voided = went(ana, "2026-02-17")
        correcting.void(attendance=voided, reason="Somebody else.", by=BY, now=NOW)
        pausing.pause(
            client=ana,
            starts_on=day("2026-02-16"),
            ends_on=day("2026-02-22"),
            reason="Holiday",
            by=BY,
            now=NOW,
        )
        pausing.check_in(
            client=ana, week=day("2026-02-02"), answer=Answer.DID_NOT_GO, source=Source.CLIENT, by=BY, now=NOW
        )
        before = StandingRecord.objects.get(client=ana)
        newcomer = takes_over(offers(ana, harbour), hana)
        copied = newcomer.attendances.order_by("attended_on")
        assert [(one.attended_on, one.meeting, one.self_only) for one in copied] == [
            (day("2026-01-20"), None, True), (day("2026-02-10"), dawn, False),
        ]  # fmt: skip
        reports = copied[1].reports.values_list("source", "reported_by")
        assert set(reports) == {("keyworker", "kay at Riverside"), ("slip", "kay at Riverside")}
        assert copied[0].reports.get().note == "Said so."
        assert copied[1].recorded_at == both.recorded_at
        pause = newcomer.pauses.get()
        assert (pause.reason, pause.recorded_by) == ("Holiday", "tests at Riverside")
        assert newcomer.checkins.get().week == day("2026-02-02")
        after = StandingRecord.objects.get(client=newcomer)
        assert (after.standing, after.missed_weeks, after.reason) == (
            before.standing, before.missed_weeks, before.reason,
        )  # fmt: skip
        assert before.standing != "not_tracked"
        sweep(ana.clinic, NOW + timedelta(days=1))
        assert StandingRecord.objects.get(client=ana).standing == "not_tracked"

    def test_where_weeks_start_on_another_day_what_was_told_of_them_stays(self, ana, hana, harbour):
        setup.set_up_clinic(slug="harbour", settings={"week_starts_on": 6}, by=BY, now=NOW)
        harbour.refresh_from_db()
        pausing.check_in(
            client=ana, week=day("2026-02-02"), answer=Answer.DID_NOT_GO, source=Source.CLIENT, by=BY, now=NOW
        )
        assert not takes_over(offers(ana, harbour), hana).checkins.exists()

    def test_a_meeting_of_the_clinics_own_goes_along_in_words_and_no_day_is_lost(self, ana, harbour, hana):
        fellowship = fellowship_of(ana.clinic, "River Walkers")
        own = [
            Meeting.objects.create(
                clinic=ana.clinic, slug=slug, name=name, location="The hut", fellowship=fellowship,
                time_zone="Europe/London", attendance_option="in_person", edited_by="kay", edited_at=NOW,
            )
            for slug, name in (("walk", "The walk"), ("talk", "The talk"))
        ]  # fmt: skip
        for meeting in own:
            went(ana, "2026-02-10", meeting=meeting)
        newcomer = takes_over(offers(ana, harbour), hana)
        copied = list(newcomer.attendances.order_by("pk"))
        assert [one.meeting for one in copied] == [None, None]
        assert copied[0].fellowship.name == "River Walkers"
        assert copied[0].fellowship.clinic == harbour
        assert copied[1].fellowship is None
        assert [one.reports.get().note for one in copied] == ["The walk, The hut", "The talk, The hut"]

    def test_interviews_go_along_and_notes_do_not(self, ana, harbour, hana):
        answers = interviews.Answers(used_alcohol=False)
        interviews.record(
            client=ana, kind=InterviewKind.EIGHT_MONTHS, held_on=TODAY, answers=answers, by=BY, now=NOW
        )
        newcomer = takes_over(offers(ana, harbour), hana)
        copied = newcomer.interviews.get()
        assert (copied.used_alcohol, copied.recorded_by) == (False, "tests at Riverside")
        assert not newcomer.notes.exists()

    def test_somebody_is_to_ask_for_consent_anew_and_what_was_chosen_ends(self, ana, harbour, hana, dawn):
        consents.give(
            client=ana,
            purpose=Purpose.PROMPTS,
            channel=Channel.SMS,
            given_on=TODAY,
            how="form",
            by=BY,
            now=NOW,
        )
        meeting_choices.choose(client=ana, meeting=dawn, by=BY, now=NOW)
        newcomer = takes_over(offers(ana, harbour), hana)
        task = newcomer.keyworker_tasks.get(kind=TaskKind.CONFIRM_CONSENT)
        assert "They came from Riverside" in task.reason
        assert not ana.chosen_meetings.filter(voided_at__isnull=True).exists()
        consents.give(
            client=newcomer,
            purpose=Purpose.PROMPTS,
            channel=Channel.SMS,
            given_on=TODAY,
            how="form",
            by=BY,
            now=NOW,
        )
        task.refresh_from_db()
        assert task.done_at is not None

    def test_all_of_it_or_nothing(self, ana, harbour, hana, kay):
        a_client(harbour, "H1")
        transfer = offers(ana, harbour)
        before = everything()
        with pytest.raises(Refused, match="already a client 'H1' in Harbour"):
            takes_over(transfer, hana, reference="H1")
        with pytest.raises(Refused, match="kay is no keyworker of Harbour"):
            takes_over(transfer, kay)
        assert everything() == before
        setup.set_up_clinic(slug="harbour", settings={"organisation": "Another"}, by=BY, now=NOW)
        with pytest.raises(Refused, match="of one organisation no more"):
            takes_over(transfer, hana)
        assert Client.objects.filter(clinic=harbour).count() == 1

    def test_an_empty_reference_is_the_next_number_and_twice_is_once(self, ana, harbour, hana):
        transfer = offers(ana, harbour)
        assert takes_over(transfer, hana).reference == "0001"
        with pytest.raises(Refused, match="Somebody was quicker"):
            takes_over(transfer, hana)

    def test_the_former_record_is_not_closed_anew_until_it_is_tracked_again(self, ana, harbour, hana):
        takes_over(offers(ana, harbour), hana)
        withdrew = {"closed_on": TODAY, "reason": ClosedReason.WITHDREW, "by": BY, "now": NOW}
        with pytest.raises(
            Refused, match="was taken over by Harbour on 2 March 2026: the record here is closed"
        ):
            episodes.close(client=ana, **withdrew)
        assert episodes.reopen(client=ana, by=BY, now=NOW)
        ana.refresh_from_db()
        assert episodes.close(client=ana, **withdrew)
