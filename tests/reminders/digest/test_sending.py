"""The e-mails of the morning: one a person, clinic and day, whatever goes wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta
from itertools import pairwise

import pytest

from clinic import setup
from clinic.models import Clinic, Role, User
from reminders import channels
from reminders.channels.base import PassingFault, RefusedAddress, UnsureFault
from reminders.digest import mornings, sending
from reminders.digest.models import Digest, DigestState
from reminders.worklist import escalating, tasks
from reminders.worklist.models import TaskKind
from reminders.worklist.tasks import Need
from tests.reminders.channels import smtp_peer
from tests.reminders.digest.conftest import HELEN, KAY, chooses
from tests.reminders.fakes import FakeChannel, WorkerDied
from tests.reminders.telling import BEGAN, BY, at

pytestmark = pytest.mark.django_db
EIGHT = at("2026-03-02 08:00")
MINUTE = timedelta(minutes=1)


def send(clinic: Clinic, channel: FakeChannel, now=EIGHT) -> int:
    return sending.send_due(clinic, {"email": channel}, now)


def state(user: User) -> list[tuple[str, int]]:
    return list(Digest.objects.filter(user=user).order_by("day").values_list("state", "tries"))


class TestOnce:
    def test_on_a_chosen_morning_from_the_hour_on(self, kay, harbour, channel):
        chooses(kay, harbour)
        assert send(harbour, channel, EIGHT - MINUTE) == 0
        assert send(harbour, channel) == 1
        for later in (EIGHT, EIGHT + MINUTE, at("2026-03-02 11:59")):
            assert send(harbour, channel, later) == 0
        assert channel.to == [KAY]
        (digest,) = Digest.objects.all()
        assert (digest.day, digest.state, digest.sent_at) == (date(2026, 3, 2), DigestState.SENT, EIGHT)
        assert send(harbour, channel, at("2026-03-03 08:10")) == 1

    def test_missed_ticks_are_caught_up_until_noon_and_then_dropped(self, kay, helen, harbour, channel):
        chooses(kay, harbour)
        assert send(harbour, channel, at("2026-03-02 11:58")) == 1
        assert send(harbour, channel, at("2026-03-03 12:00")) == 0
        assert send(harbour, channel, at("2026-03-03 23:00")) == 0
        assert state(kay) == [("sent", 1)]

    def test_off_by_default_and_off_again(self, kay, harbour, channel):
        assert send(harbour, channel) == 0
        chooses(kay, harbour)
        chooses(kay, harbour, days=[])
        assert send(harbour, channel) == 0

    @pytest.mark.parametrize("gone", ["address", "role", "person"])
    def test_whoever_has_gone_or_has_no_address_is_not_written_to(self, gone, kay, harbour, channel):
        chooses(kay, harbour)
        if gone == "address":
            User.objects.update(email="")
        elif gone == "role":
            kay.memberships.all().delete()
        else:
            User.objects.filter(pk=kay.pk).update(is_active=False)
        assert send(harbour, channel) == 0
        assert not Digest.objects.exists()

    def test_where_there_is_no_way_for_e_mails_nothing_is_claimed(self, kay, harbour):
        chooses(kay, harbour)
        assert sending.send_due(harbour, {}, EIGHT) == 0
        assert not Digest.objects.exists()

    def test_somebody_of_two_clinics_has_one_for_each_by_its_own_clock(self, kay, harbour, channel):
        tokyo, _ = setup.set_up_clinic(
            slug="tokyo", settings={"name": "Tokyo", "time_zone": "Asia/Tokyo"}, by=BY, now=BEGAN
        )
        setup.add_staff(username="kay", clinic=tokyo, role=Role.KEYWORKER, by=BY, now=BEGAN)
        for clinic in (harbour, tokyo):
            chooses(kay, clinic)
        assert sending.clinics_in_the_morning(EIGHT) == [harbour.pk]
        assert send(tokyo, channel) == 0
        assert send(harbour, channel) == 1
        in_tokyo = at("2026-03-02 23:30")
        assert sending.clinics_in_the_morning(in_tokyo) == [tokyo.pk]
        assert send(tokyo, channel, in_tokyo) == 1
        assert {digest.day for digest in tokyo.digests.all()} == {date(2026, 3, 3)}


class TestWhatItTells:
    def test_kay_of_her_own_and_helen_of_the_team(self, ana, ben, kay, helen, harbour, channel):
        tasks.raise_tasks([Need(one, TaskKind.RING_ME, "Why.") for one in (ana, ben)], at("2026-02-26 09:00"))
        escalating.escalate(harbour, EIGHT)
        for user in (kay, helen):
            chooses(user, harbour)
        assert send(harbour, channel) == 2
        told = {message.to: message for message in channel.sent}
        assert told[KAY].subject == told[HELEN].subject == "Your list for today"
        assert "1 person needs you this morning:\n  1 asked to be rung" in told[KAY].body
        assert "Waiting too long: 1, which has gone to your manager." in told[KAY].body
        assert "2 people need somebody of the team this morning:\n  2 asked to be rung" in told[HELEN].body
        assert f"http://testserver/?clinic={harbour.pk}\n" in told[KAY].body
        for message in channel.sent:
            for name in ("Ana", "Ben", "Madeup", "harbour", "Harbour"):
                assert name not in message.subject + message.body

    def test_a_morning_with_nobody_says_so(self, kay, harbour, channel):
        chooses(kay, harbour)
        assert send(harbour, channel) == 1
        assert "Nobody needs you this morning." in channel.sent[0].body


class TestFaults:
    def test_a_server_that_refuses_is_asked_again_a_few_times_and_then_no_more(self, kay, harbour, channel):
        chooses(kay, harbour)
        channel.faults = [PassingFault("The mail server did not answer.")] * 9
        now, tried = EIGHT, []
        while now < at("2026-03-02 13:00"):
            before = len(channel.faults)
            send(harbour, channel, now)
            tried += [now] * (before - len(channel.faults))
            now += MINUTE
        assert [later - earlier for earlier, later in pairwise(tried)] == list(mornings.WAITS)
        assert state(kay) == [("given_up", mornings.MOST_TRIES)]
        assert Digest.objects.get().fault == "The mail server did not answer."

    def test_it_goes_out_as_soon_as_the_server_takes_it(self, kay, harbour, channel):
        chooses(kay, harbour)
        channel.faults = [PassingFault("Busy."), None]
        assert send(harbour, channel) == 0
        assert state(kay) == [("to_try_again", 1)]
        assert send(harbour, channel, EIGHT + 4 * MINUTE) == 0
        assert send(harbour, channel, EIGHT + 5 * MINUTE) == 1
        assert state(kay) == [("sent", 2)]

    def test_what_could_not_go_out_by_noon_is_dropped(self, kay, harbour, channel):
        chooses(kay, harbour, hour=11)
        channel.faults = [PassingFault("Busy.")]
        send(harbour, channel, at("2026-03-02 11:58"))
        noon = at("2026-03-02 12:05")
        assert sending.clinics_in_the_morning(noon) == [harbour.pk]
        assert send(harbour, channel, noon) == 0
        assert state(kay) == [("given_up", 1)]
        assert sending.clinics_in_the_morning(noon) == []

    @pytest.mark.parametrize(
        ("fault", "became"),
        [(RefusedAddress("Refused (550)."), "given_up"), (UnsureFault("It hung up."), "unsure")],
    )
    def test_an_address_that_is_refused_and_one_of_which_nobody_knows_are_left(
        self, fault, became, kay, harbour, channel
    ):
        chooses(kay, harbour)
        channel.faults = [fault]
        for later in range(3):
            assert send(harbour, channel, EIGHT + later * 60 * MINUTE) == 0
        assert channel.sent == []
        assert state(kay) == [(became, 1)]
        assert Digest.objects.get().fault == str(fault)

    def test_a_worker_that_dies_after_sending_sends_nothing_twice(self, kay, harbour, channel):
        chooses(kay, harbour)
        channel.dies_after_sending()
        with pytest.raises(WorkerDied):
            send(harbour, channel)
        assert state(kay) == [("sending", 1)]
        for later in (1, 14, 16, 120):
            assert send(harbour, channel, EIGHT + later * MINUTE) == 0
        assert channel.to == [KAY]
        assert state(kay) == [("unsure", 1)]
        assert send(harbour, channel, at("2026-03-03 08:00")) == 1

    def test_one_that_goes_wrong_holds_up_nobody_else(self, kay, helen, harbour, channel):
        for user in (kay, helen):
            chooses(user, harbour)
        channel.faults = [RuntimeError("A fault of ours."), None]
        assert send(harbour, channel) == 1
        assert channel.to == [HELEN]
        assert state(kay) == [("sending", 1)]

    def test_when_its_turn_is_over_the_rest_waits_for_the_next(self, kay, helen, harbour, channel):
        for user in (kay, helen):
            chooses(user, harbour)
        left = iter([True, False])
        assert sending.send_due(harbour, {"email": channel}, EIGHT, lambda: next(left)) == 1
        assert send(harbour, channel) == 1


def test_it_goes_the_way_of_other_e_mails_into_the_file(kay, harbour, settings, tmp_path):
    settings.MESSAGE_FILE = tmp_path / "messages.jsonl"
    chooses(kay, harbour)
    assert sending.send_due(harbour, channels.configured(), EIGHT) == 1
    (line,) = settings.MESSAGE_FILE.read_text(encoding="utf-8").splitlines()
    told = json.loads(line)
    assert (told["channel"], told["to"], told["subject"]) == ("email", KAY, "Your list for today")


@pytest.mark.processes
@pytest.mark.parametrize(
    ("name", "became", "taken"),
    [("kay", "sent", 1), ("refused", "given_up", 0), ("later", "to_try_again", 0), ("hangup", "unsure", 1)],
)
def test_and_over_smtp_whatever_the_server_says(name, became, taken, kay, harbour, settings, tmp_path):
    path = tmp_path / "handed.jsonl"
    process = subprocess.Popen(
        [sys.executable, smtp_peer.__file__, str(path)], stdout=subprocess.PIPE, text=True
    )
    try:
        settings.EMAIL_CHANNEL = "smtp"
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(process.stdout.readline())
        settings.EMAIL_TIMEOUT = 5
        User.objects.filter(pk=kay.pk).update(email=f"{name}@harbour.example")
        chooses(User.objects.get(pk=kay.pk), harbour)
        sending.send_due(harbour, channels.configured(), EIGHT)
        sending.send_due(harbour, channels.configured(), EIGHT + MINUTE)
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()
    assert state(kay) == [(became, 1)]
    handed = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    assert len(handed) == taken
