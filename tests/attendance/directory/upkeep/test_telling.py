"""David is told once that the Leeds list fails: by e-mail, with what happens next, and nobody else's address."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend

from attendance.directory.fellowships import fellowship_named
from attendance.directory.kinds import FeedFormat
from attendance.directory.models import Feed
from attendance.directory.upkeep import refreshing, telling
from attendance.directory.upkeep.fetching import Fetched
from clinic.errors import Refused
from clinic.models import Clinic, User
from tests import cast
from tests.attendance.directory.lists import a_record
from tests.reminders.channels import smtp_peer

pytestmark = pytest.mark.django_db
TWO = datetime(2026, 3, 3, 2, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def david(clinic: Clinic) -> User:
    """Administrator of Riverside, in London."""
    return cast.an_administrator(clinic, "david", "david@riverside.example")


@pytest.fixture
def feed(db) -> Feed:
    """The Leeds list, read by a command on 2 March."""
    return a_feed("Leeds list", "Europe/London")


def a_feed(name: str, zone: str, kept_by: Clinic | None = None) -> Feed:
    return Feed.objects.create(
        name=name,
        format=FeedFormat.MEETING_GUIDE,
        fellowship=fellowship_named("NA"),
        time_zone=zone,
        source="https://lists.example/leeds.json",
        kept_by=kept_by,
        last_read_at=cast.NOW,
        refresh_due_at=TWO,
    )


def unreachable(address, **how):
    raise Refused("https://lists.example/leeds.json answered 503 Service Unavailable.")


def empty(address, **how):
    return Fetched(b"[]")


def full(address, **how):
    return Fetched(json.dumps([a_record(f"meeting-{number}") for number in range(20)]).encode())


def tries(feed: Feed, fetch=unreachable, times: int = 1) -> Feed:
    """So many times in a row, each when its turn has come."""
    for _ in range(times):
        now = Feed.objects.get(pk=feed.pk).refresh_due_at
        assert refreshing.refresh(feed.pk, now, fetch)
    return Feed.objects.get(pk=feed.pk)


def to() -> list[list[str]]:
    return [message.to for message in mail.outbox]


class TestOnce:
    def test_after_the_third_failure_in_a_row(self, feed, david):
        assert tries(feed, times=2).told_at is None
        assert mail.outbox == []
        third = Feed.objects.get(pk=feed.pk).refresh_due_at
        assert tries(feed).told_at == third
        assert to() == [["david@riverside.example"]]
        tries(feed, times=9)
        assert len(mail.outbox) == 1

    def test_again_when_it_was_read_in_between_and_fails_anew(self, feed, david):
        tries(feed, times=5)
        assert tries(feed, full).told_at is None
        tries(feed, times=2)
        assert len(mail.outbox) == 1
        tries(feed, times=5)
        assert len(mail.outbox) == 2

    def test_at_once_where_most_of_it_is_missing(self, feed, david):
        tries(feed, full)
        held = tries(feed, empty)
        assert (held.held, held.failures) == (True, 1)
        assert held.told_at is not None
        tries(feed, empty, times=3)
        assert len(mail.outbox) == 1

    def test_two_who_tell_at_once_tell_once(self, feed, david):
        tries(feed, times=3)
        Feed.objects.update(told_at=None)
        assert telling.tell(feed.pk, TWO) == 1
        assert telling.tell(feed.pk, TWO) == 0
        assert len(mail.outbox) == 2

    def test_a_list_that_is_well_or_gone_is_nothing_to_tell(self, feed, david):
        assert telling.tell(feed.pk, TWO) == telling.tell(feed.pk + 1, TWO) == 0
        assert mail.outbox == []


class TestWords:
    def test_which_list_since_when_why_and_what_next(self, feed, david):
        tries(feed, times=3)
        (message,) = mail.outbox
        assert message.subject == "The list Leeds list cannot be read"
        assert message.body == (
            "The list of meetings Leeds list has not come in since 3 March 2026, 02:30.\n\n"
            "https://lists.example/leeds.json answered 503 Service Unavailable.\n\n"
            "It is tried again by itself, tonight at the latest, and every night from then on. Until then its meetings "
            "stay as they were on 2 March 2026.\n\n"
            "The lists of meetings at Riverside: http://testserver/riverside/settings/feeds/\n\n"
            "You are not written to about this list again, unless it is read in between and fails anew."
        )

    def test_one_that_is_held_waits_for_somebody(self, feed, david):
        tries(feed, full)
        tries(feed, empty)
        (message,) = mail.outbox
        assert message.subject == "The list Leeds list waits for somebody to look at it"
        assert "20 of the 20 open meetings of the feed Leeds list are missing" in message.body
        assert "It waits for somebody to look at it: only a person can say" in message.body
        assert "It is fetched again every night, and goes in by itself if they are back." in message.body

    def test_a_name_on_two_lines_stands_on_one(self, feed, david):
        Feed.objects.update(name="Leeds\nBcc: everybody@example.org")
        tries(feed, times=3)
        assert mail.outbox[0].subject == "The list Leeds Bcc: everybody@example.org cannot be read"
        assert mail.outbox[0].recipients() == ["david@riverside.example"]

    def test_a_moment_is_that_of_the_readers_clock(self, feed, other_clinic):
        Clinic.objects.update(time_zone="America/New_York")
        cast.an_administrator(other_clinic, "erin", "erin@hillside.example")
        tries(feed, times=3)
        assert "has not come in since 2 March 2026, 21:30." in mail.outbox[0].body


class TestWhom:
    """Administrators with an address, of the clinic that keeps the list, else near it, else all."""

    @pytest.fixture
    def everybody(self, clinic: Clinic, other_clinic: Clinic, david: User) -> None:
        Clinic.objects.filter(pk=other_clinic.pk).update(time_zone="America/New_York")
        cast.an_administrator(other_clinic, "erin", "erin@hillside.example")
        cast.an_administrator(clinic, "olu", "olu@riverside.example")
        cast.an_administrator(clinic, "nora")
        cast.a_keyworker(clinic, "kay")
        User.objects.filter(username="kay").update(email="kay@riverside.example")
        cast.an_administrator(clinic, "gone", "gone@riverside.example")
        User.objects.filter(username="gone").update(is_active=False)

    @pytest.mark.parametrize(
        ("zone", "keeper", "told"),
        [
            ("Europe/London", None, ["david", "olu"]),
            ("America/New_York", None, ["erin"]),
            ("Asia/Kolkata", None, ["erin", "david", "olu"]),
            ("Europe/London", "hillside", ["erin"]),
            ("America/New_York", "riverside", ["david", "olu"]),
        ],
    )
    def test_by_whoever_keeps_it_and_where_it_is(self, everybody, zone, keeper, told):
        feed = a_feed("List", zone, Clinic.objects.get(slug=keeper) if keeper else None)
        tries(feed, times=3)
        assert [message.to[0].partition("@")[0] for message in mail.outbox] == told
        assert all(len(message.recipients()) == 1 for message in mail.outbox)

    def test_somebody_of_two_clinics_is_told_once(self, feed, clinic, other_clinic, david):
        cast.an_administrator(other_clinic, "david")
        cast.an_administrator(clinic, "d2", "David@Riverside.example")
        tries(feed, times=3)
        assert len(mail.outbox) == 1
        assert "http://testserver/hillside/settings/" in mail.outbox[0].body

    def test_where_nobody_has_an_address_it_is_told_to_nobody_yet(self, feed, clinic):
        cast.an_administrator(clinic, "nora")
        assert tries(feed, times=4).told_at is None
        cast.an_administrator(clinic, "nora", "nora@riverside.example")
        assert tries(feed).told_at is not None
        assert to() == [["nora@riverside.example"]]

    def test_the_clinic_that_keeps_it_is_not_stood_in_for(self, clinic, other_clinic, david):
        feed = a_feed("List", "Europe/London", other_clinic)
        assert tries(feed, times=4).told_at is None
        assert mail.outbox == []


class TestTheWayThere:
    def test_without_a_way_for_e_mails_nobody_is_told(self, feed, david, settings):
        settings.EMAIL_CHANNEL = ""
        assert tries(feed, times=4).told_at is None
        assert mail.outbox == []

    def test_without_a_server_it_is_written_to_the_file(self, feed, david, settings, tmp_path):
        settings.EMAIL_BACKEND = "config.message_file.EmailBackend"
        settings.MESSAGE_FILE = tmp_path / "messages.jsonl"
        assert tries(feed, times=3).told_at is not None
        (line,) = settings.MESSAGE_FILE.read_text(encoding="utf-8").splitlines()
        written = json.loads(line)
        assert (written["channel"], written["to"]) == ("email", "david@riverside.example")
        assert written["subject"] == "The list Leeds list cannot be read"
        assert not written["id"].isdigit()

    def test_a_file_that_cannot_be_written_tells_nobody(self, feed, david, settings, tmp_path):
        settings.EMAIL_BACKEND = "config.message_file.EmailBackend"
        settings.MESSAGE_FILE = tmp_path
        assert tries(feed, times=4).told_at is None

    @pytest.fixture(scope="class")
    def peer(self, tmp_path_factory):
        """A mail server: its port, and where it keeps what it was handed."""
        path = tmp_path_factory.mktemp("smtp") / "handed.jsonl"
        command = [sys.executable, smtp_peer.__file__, str(path)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            yield int(process.stdout.readline()), path
        finally:
            process.terminate()
            process.wait(10)
            process.stdout.close()

    @pytest.fixture
    def handed(self, peer, settings) -> Path:
        port, path = peer
        settings.EMAIL_CHANNEL = "smtp"
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5
        path.unlink(missing_ok=True)
        return path

    def kept(self, path: Path) -> list[list[str]]:
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [json.loads(line)["to"] for line in lines]

    def test_a_server_takes_one_for_each(self, feed, clinic, david, handed):
        cast.an_administrator(clinic, "olu", "olu@riverside.example")
        tries(feed, times=3)
        assert self.kept(handed) == [["david@riverside.example"], ["olu@riverside.example"]]

    def test_one_that_refuses_is_tried_again_at_the_next_failure(self, feed, david, handed):
        User.objects.update(email="busy@riverside.example")
        assert tries(feed, times=3).told_at is None
        User.objects.update(email="david@riverside.example")
        assert tries(feed).told_at is not None
        assert self.kept(handed) == [["david@riverside.example"]]

    @pytest.mark.parametrize("name", ["refused", "busy", "hangup"])
    def test_one_address_that_is_refused_does_not_stand_before_the_others(self, feed, clinic, handed, name):
        for username, at in (("anna", name), ("ben", "ben"), ("cas", "later"), ("dora", "dora")):
            cast.an_administrator(clinic, username, f"{at}@riverside.example")
        assert tries(feed, times=6).told_at is not None
        told = [to[0].partition("@")[0] for to in self.kept(handed)]
        assert [one for one in told if one != "hangup"] == ["ben", "dora"]

    def test_one_that_is_not_there_tells_nobody(self, feed, david, handed, settings):
        settings.EMAIL_PORT = 1
        assert tries(feed, times=4).told_at is None

    def test_one_that_hangs_up_tells_nobody_until_it_is_back(self, feed, david, handed):
        down = handed.parent / "DOWN"
        down.touch()
        try:
            assert tries(feed, times=4).told_at is None
        finally:
            down.unlink()
        assert tries(feed).told_at is not None
        assert self.kept(handed) == [["david@riverside.example"]]

    def test_a_worker_whose_time_is_over_has_told_nobody(self, feed, david, settings):
        settings.EMAIL_BACKEND = "tests.attendance.directory.upkeep.test_telling.OutOfTime"
        with pytest.raises(SoftTimeLimitExceeded):
            tries(feed, times=3)
        assert (Feed.objects.get().failures, Feed.objects.get().told_at) == (3, None)


class OutOfTime(BaseEmailBackend):
    """A mail server in the middle of which a task's time is over."""

    def open(self) -> None:
        raise SoftTimeLimitExceeded
