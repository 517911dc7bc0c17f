"""Consents: asked for one purpose and one channel at a time, worded and dated, and taken back at once."""

import pytest
from django.db import IntegrityError, transaction

from clinic import consents, events
from clinic.errors import Refused
from clinic.models import AuditEntry, Channel, Client, Consent, ConsentState, Purpose
from tests.at_once import at_once
from tests.cast import BY, NOW, TODAY, a_client, a_clinic, day
from tests.tables import everything

pytestmark = pytest.mark.django_db


def give(
    client: Client,
    channel: Channel = Channel.SMS,
    on: str | None = "2026-03-01",
    how: str = "signed form",
    **more,
):
    given = {"purpose": Purpose.PROMPTS, **more}
    return consents.give(
        client=client, channel=channel, given_on=day(on) if on else None, how=how, by=BY, now=NOW, **given
    )


def live(client: Client, channel: Channel = Channel.SMS) -> Consent | None:
    return consents.live(client, Purpose.PROMPTS, channel)


@pytest.fixture
def heard():
    """The consents of whose end the stages above were told."""
    told = []

    def hear(sender, consent, now, **_):
        told.append(consent.pk)

    events.consent_revoked.connect(hear)
    yield told
    events.consent_revoked.disconnect(hear)


class TestGiving:
    @pytest.mark.parametrize("channel", [Channel.SMS, Channel.EMAIL])
    def test_it_is_worded_dated_and_says_how_and_by_whom_it_was_written_down(self, ana, channel):
        given = give(ana, channel)
        assert (given.state, given.given_on, given.how) == (
            ConsentState.GIVEN,
            day("2026-03-01"),
            "signed form",
        )
        assert (given.recorded_by, given.recorded_at) == ("tests", NOW)
        assert given.wording == consents.PROMPT_WORDING[channel]
        assert "stop it at any time" in given.wording
        assert live(ana, channel) == given

    def test_another_wording_is_kept_as_it_was_read(self, ana):
        assert give(ana, wording="You may text me.").wording == "You may text me."

    def test_given_today_is_given(self, ana):
        assert give(ana, on=str(TODAY)).given_on == TODAY

    def test_each_channel_has_its_own(self, ana):
        give(ana)
        assert live(ana, Channel.EMAIL) is None
        assert give(ana, Channel.EMAIL) != live(ana)

    def test_given_again_it_is_the_one_that_was_given(self, ana):
        first = give(ana)
        before = everything()
        assert give(ana, on="2026-03-02", how="on the telephone") == first
        assert give(ana, on=None, how="") == first
        assert everything() == before

    @pytest.mark.parametrize(("on", "how"), [(None, "signed form"), ("2026-03-01", ""), (None, "")])
    def test_without_its_day_or_how_it_is_to_be_confirmed_and_then_is(self, ana, on, how):
        given = give(ana, on=on, how=how)
        assert given.state is ConsentState.TO_CONFIRM
        assert give(ana, on=on, how=how) == given
        confirmed = give(ana)
        assert (confirmed.pk, confirmed.state) == (given.pk, ConsentState.GIVEN)
        verbs = list(AuditEntry.objects.filter(subject="consent").values_list("verb", flat=True))
        assert verbs == ["consent.given", "consent.confirmed"]

    def test_nobody_consents_in_the_future_or_at_length(self, ana):
        before = everything()
        with pytest.raises(Refused, match="2026-03-03 is in the future") as day:
            give(ana, on="2026-03-03")
        with pytest.raises(Refused, match="1899-12-31 is too long ago"):
            give(ana, on="1899-12-31")
        with pytest.raises(Refused, match="How it was given has 121 characters: 120 is the most") as how:
            give(ana, how="x" * 121)
        # The names that the form's fields have as well.
        assert (day.value.field, how.value.field) == ("given_on", "how")
        assert everything() == before

    def test_introductions_each_have_their_own(self, ana):
        asked = {"purpose": Purpose.INTRODUCTION, "wording": "Joe may ring me."}
        first, second = (give(ana, Channel.CONTACT, **asked) for _ in range(2))
        assert first != second


class TestTakingBack:
    def test_at_once_and_told_to_the_stages_above_once(self, ana, heard):
        given = give(ana)
        assert consents.revoke(consent=given, how="STOP", by=BY, now=NOW) is True
        assert (given.state, given.revoked_by, given.revoked_how) == (ConsentState.REVOKED, "tests", "STOP")
        before = everything()
        assert consents.revoke(consent=given, how="again", by=BY, now=NOW) is False
        assert everything() == before
        assert heard == [given.pk]
        assert live(ana) is None

    def test_it_is_remembered_and_another_can_be_given(self, ana):
        assert not consents.ever_revoked(ana, Channel.SMS)
        first = give(ana)
        consents.revoke(consent=first, how="STOP", by=BY, now=NOW)
        second = give(ana)
        assert second != first
        assert live(ana) == second
        assert consents.ever_revoked(ana, Channel.SMS)
        assert not consents.ever_revoked(ana, Channel.EMAIL)

    def test_stop_means_every_channel_and_leaves_introductions_and_others_alone(self, ana, clinic):
        ben = a_client(clinic, "B1")
        give(ana)
        give(ana, Channel.EMAIL, on=None)
        held = give(ana, Channel.CONTACT, purpose=Purpose.INTRODUCTION, wording="Joe may ring me.")
        give(ben)
        assert consents.stop_prompts(client=ana, how="STOP", by=BY, now=NOW) == 2
        assert consents.stop_prompts(client=ana, how="STOP", by=BY, now=NOW) == 0
        held.refresh_from_db()
        assert held.state is ConsentState.GIVEN
        assert live(ben) is not None


class TestASharedNumber:
    """Ana and Tim can be reached over one number; Tim has an e-mail address of his own."""

    @pytest.fixture
    def tim(self, ana, clinic):
        tim = a_client(clinic, "T1", first_name="Tim", mobile="07700 900111", email="tim@example.org")
        Client.objects.filter(pk=ana.pk).update(mobile=tim.mobile, email="ana@example.org")
        ana.refresh_from_db()
        for client in (ana, tim):
            for channel in (Channel.SMS, Channel.EMAIL):
                give(client, channel)
        return tim

    def test_a_stop_from_there_counts_for_both_and_leaves_his_e_mails(self, ana, tim):
        assert consents.stop_at_their_address(client=ana, how="by the link", by=BY, now=NOW) == 3
        assert (live(ana), live(ana, Channel.EMAIL), live(tim)) == (None, None, None)
        assert live(tim, Channel.EMAIL) is not None

    def test_a_keyworker_stops_the_messages_of_one(self, ana, tim):
        assert consents.stop_prompts(client=ana, how="asked me", by=BY, now=NOW) == 2
        assert live(tim) is not None

    def test_another_clinics_client_is_not_touched(self, ana, tim):
        elsewhere = a_client(a_clinic("hillside"), "E1", mobile="07700 900111")
        give(elsewhere)
        consents.stop_at_their_address(client=ana, how="by the link", by=BY, now=NOW)
        assert live(elsewhere) is not None


def test_the_database_holds_one_live_consent_a_channel(ana):
    give(ana)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(
            clinic=ana.clinic,
            client=ana,
            purpose=Purpose.PROMPTS,
            channel=Channel.SMS,
            wording="-",
            recorded_at=NOW,
            recorded_by="tests",
        )


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("require_postgresql")
def test_given_by_four_doors_at_one_moment_it_is_one():
    ana = a_client(a_clinic("riverside"), "A1")
    given = at_once(*[lambda: give(Client.objects.select_related("clinic").get(pk=ana.pk)).pk] * 4)
    assert len(set(given)) == 1
    assert AuditEntry.objects.filter(verb="consent.given").count() == 1
