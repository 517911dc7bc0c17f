"""E-mails to staff where there is no server: lines of the file that other programs read."""

import json

import pytest
from django.core.mail import EmailMessage

from config.message_file import EmailBackend


@pytest.fixture
def lines(settings, tmp_path):
    """What the file holds."""
    settings.MESSAGE_FILE = tmp_path / "messages.jsonl"
    return lambda: [
        json.loads(line) for line in settings.MESSAGE_FILE.read_text(encoding="utf-8").splitlines()
    ]


def a_mail(*to: str) -> EmailMessage:
    return EmailMessage(subject="A list", body="Zoë’s list\ncannot be read.", to=list(to))


def test_each_recipient_has_a_line_with_what_every_line_has(lines):
    assert (
        EmailBackend().send_messages(
            [a_mail("d@riverside.example", "e@riverside.example"), a_mail("f@x.example")]
        )
        == 2
    )
    assert [line["to"] for line in lines()] == ["d@riverside.example", "e@riverside.example", "f@x.example"]
    assert {tuple(line) for line in lines()} == {("id", "channel", "to", "subject", "body", "sent_at")}
    assert {line["body"] for line in lines()} == {"Zoë’s list\ncannot be read."}
    assert len({line["id"] for line in lines()}) == 3
    assert not any(line["id"].isdigit() for line in lines()), "those are prompts"


def test_a_file_that_cannot_be_written_is_as_a_server_that_is_not_there(settings, tmp_path):
    settings.MESSAGE_FILE = tmp_path
    with pytest.raises(OSError, match="The message file cannot be written: Is a directory"):
        EmailBackend().send_messages([a_mail("d@riverside.example")])
