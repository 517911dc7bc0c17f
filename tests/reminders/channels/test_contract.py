"""What the outbox asks of any channel. The fake of the tests is held to it beside the real ones."""

import pytest

from reminders import channels
from reminders.channels.base import Message
from reminders.channels.file import FileChannel
from reminders.channels.smtp import SmtpChannel
from tests.reminders.fakes import FakeChannel
from tests.reminders.telling import ANA, after

NOW = after(1, "09:00")


def message(number: int = 1, **other) -> Message:
    return Message(**{
        "id": str(number), "channel": "sms", "to": ANA, "subject": "A note for you",
        "body": "Hello Ana. {}\n\"quoted\" \u2028 Zoë 😀", "sent_at": NOW, **other,
    })  # fmt: skip


@pytest.fixture(params=["file", "fake"])
def channel(request, tmp_path):
    """A channel that can be asked what went out."""
    return FileChannel(tmp_path / "messages.jsonl") if request.param == "file" else FakeChannel()


def test_a_message_that_was_sent_is_known_by_its_id_and_no_other_is(channel):
    assert channel.was_sent("1") is False
    provider_id = channel.send(message())
    assert provider_id.endswith("1")
    assert channel.was_sent("1") is True
    assert channel.was_sent("11") is False
    assert channel.was_sent("") is False


def test_what_was_sent_stays_sent(channel):
    for number in range(1, 4):
        channel.send(message(number))
    assert [channel.was_sent(str(number)) for number in range(5)] == [False, True, True, True, False]


def test_the_provider_id_fits_its_column(channel):
    assert 0 < len(channel.send(message(2**62))) <= 120


def test_one_that_cannot_be_asked_says_so():
    assert SmtpChannel().was_sent("1") is None
    assert FakeChannel(tells=False).was_sent("1") is None


class TestConfigured:
    """Which channel carries what, as the settings say."""

    def test_by_default_both_go_to_the_file(self, settings, tmp_path):
        settings.MESSAGE_FILE = tmp_path / "messages.jsonl"
        found = channels.configured()
        assert set(found) == {"sms", "email"}
        assert {type(one) for one in found.values()} == {FileChannel}
        assert {one.path for one in found.values()} == {settings.MESSAGE_FILE}

    def test_a_channel_that_nobody_chose_a_way_for_has_none(self, settings):
        settings.SMS_CHANNEL, settings.EMAIL_CHANNEL = "", "smtp"
        assert {name: type(one) for name, one in channels.configured().items()} == {"email": SmtpChannel}
        settings.EMAIL_CHANNEL = ""
        assert channels.configured() == {}

    def test_e_mails_go_by_smtp_where_a_server_is_named(self, settings):
        settings.EMAIL_CHANNEL = "smtp"
        found = channels.configured()
        assert (type(found["sms"]), type(found["email"])) == (FileChannel, SmtpChannel)
