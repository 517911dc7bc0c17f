"""Mending what was written down of a client, where what happened since allows it."""

import pytest

from attendance.register import correcting, pausing, recording
from attendance.register.models import Answer, Source
from attendance.standing.models import StandingRecord
from clinic import amending, episodes, intake
from clinic.errors import Refused
from clinic.intake import Intake, Person
from clinic.models import AuditEntry, Client, ClosedReason, Phase
from tests.cast import BY, NOW, day

pytestmark = pytest.mark.django_db


def amend(client: Client, intake_on: str | None = None, measured: Intake | None = None, **person):
    return amending.amend(
        client=client,
        episode=episodes.latest_episode(client),
        person=Person(**person),
        intake=measured,
        intake_on=day(intake_on) if intake_on else None,
        by=BY,
        now=NOW,
    )


def first_intake(client: Client) -> str:
    return str(client.episodes.order_by("intake_on")[0].intake_on)


@pytest.fixture
def sam_who_went(sam):
    """Sam, who went to a meeting on Wednesday 14 January, a week after intake."""
    recording.record(client=sam, attended_on=day("2026-01-14"), source=Source.SLIP, by=BY, now=NOW)
    return sam


class TestTheIntakeDate:
    def test_it_moves_up_to_the_first_meeting_and_no_further(self, sam_who_went):
        amend(sam_who_went, "2026-01-14")
        with pytest.raises(Refused) as refused:
            amend(sam_who_went, "2026-01-15")
        assert refused.value.sentence == "2026-01-15 is after a meeting attended on 2026-01-14."
        assert refused.value.field == "intake_on"
        assert first_intake(sam_who_went) == "2026-01-14"

    def test_a_meeting_struck_out_does_not_hold_it(self, sam_who_went):
        correcting.void(attendance=sam_who_went.attendances.get(), reason="another Sam", by=BY, now=NOW)
        amend(sam_who_went, "2026-01-15")
        assert first_intake(sam_who_went) == "2026-01-15"

    def test_a_week_the_client_told_of_holds_it(self, sam):
        pausing.check_in(
            client=sam,
            week=day("2026-01-12"),
            answer=Answer.DID_NOT_GO,
            source=Source.CLIENT,
            by=BY,
            now=NOW,
        )
        amend(sam, "2026-01-18")
        with pytest.raises(Refused, match="is after the week of 2026-01-12, which the client told of"):
            amend(sam, "2026-01-19")

    def test_the_client_is_judged_anew(self, sam):
        assert StandingRecord.objects.get(client=sam).missed_weeks == 5
        amend(sam, "2026-02-24")
        assert StandingRecord.objects.get(client=sam).standing == "settling_in"

    def test_of_a_return_it_may_move_past_earlier_meetings(self, sam_who_went):
        first = episodes.latest_episode(sam_who_went)
        episodes.change_phase(
            episode=first, phase=Phase.COMPLETED, changed_on=day("2026-01-20"), by=BY, now=NOW
        )
        episodes.return_to_treatment(
            client=sam_who_went, intake_on=day("2026-02-02"), intake=Intake(), by=BY, now=NOW
        )
        amend(sam_who_went, "2026-02-09")
        assert episodes.latest_episode(sam_who_went).intake_on == day("2026-02-09")
        with pytest.raises(Refused, match="before the earlier course of treatment from 2026-01-07 ended"):
            amend(sam_who_went, "2026-01-19")


class TestTheRest:
    def test_only_what_is_mended_is_written(self, sam):
        """Two who mend different things at the same time do not undo each other's work."""
        as_another_saw_it = Client.objects.get(pk=sam.pk)
        amend(sam, first_name="Sam")
        amend(as_another_saw_it, last_name="Made-up")
        sam.refresh_from_db()
        assert sam.name == "Sam Made-up"

    def test_a_new_number_has_not_been_refused_yet(self, sam):
        amend(sam, mobile="07700 900123", email="sam@example.org")
        Client.objects.update(mobile_refused_at=NOW, email_refused_at=NOW)
        sam.refresh_from_db()
        amend(sam, mobile="07700 900124", email="sam@example.org")
        sam.refresh_from_db()
        assert (sam.mobile_refused_at, sam.email_refused_at) == (None, NOW)

    def test_the_same_again_leaves_no_trace(self, sam):
        amend(sam, first_name="Sam", measured=Intake(severity=3))
        before = AuditEntry.objects.count()
        assert not amend(sam, first_name="Sam", measured=Intake(severity=3))
        assert AuditEntry.objects.count() == before

    def test_nobody_is_born_after_intake(self, sam):
        with pytest.raises(Refused, match="2026-01-08 is after intake on 2026-01-07"):
            amend(sam, date_of_birth=day("2026-01-08"))

    def test_a_programme_lends_its_word_where_none_was_said(self, clinic, sam):
        twelve_step = intake.programme_named(clinic, "Day", twelve_step_based=True)
        amend(sam, measured=Intake(programme=twelve_step))
        assert episodes.latest_episode(sam).twelve_step_based is True
        amend(sam, measured=Intake(twelve_step_based=False))
        assert not amend(sam, measured=Intake(programme=twelve_step))
        assert episodes.latest_episode(sam).twelve_step_based is False


def test_nobody_is_closed_before_a_return_to_treatment(sam):
    episodes.change_phase(
        episode=episodes.latest_episode(sam),
        phase=Phase.COMPLETED,
        changed_on=day("2026-01-20"),
        by=BY,
        now=NOW,
    )
    episodes.return_to_treatment(client=sam, intake_on=day("2026-02-02"), intake=Intake(), by=BY, now=NOW)
    with pytest.raises(Refused, match="2026-01-25 is before intake on 2026-02-02"):
        episodes.close(client=sam, closed_on=day("2026-01-25"), reason=ClosedReason.MOVED, by=BY, now=NOW)
