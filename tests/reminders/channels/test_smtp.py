"""E-mail to a real server, in a process of its own, that speaks SMTP and goes wrong as servers do."""

import json
import subprocess
import sys
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from reminders.channels.base import PassingFault, RefusedAddress, UnsureFault
from reminders.channels.smtp import SmtpChannel
from tests.reminders.channels import smtp_peer
from tests.reminders.channels.test_contract import message

TEXT = "Hello Zoë. See what is on near you: https://weekly.example.org/l/u6Gr0cN2vKqTz1XyB8wEaQ/ Kay"


@pytest.fixture(scope="module")
def peer(tmp_path_factory):
    """The server: its port, and where it keeps what it was handed."""
    path = tmp_path_factory.mktemp("smtp") / "handed.jsonl"
    process = subprocess.Popen(
        [sys.executable, smtp_peer.__file__, str(path)], stdout=subprocess.PIPE, text=True
    )
    try:
        yield int(process.stdout.readline()), path
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


@pytest.fixture
def handed(peer, settings) -> Path:
    """Points the settings at the server; where it keeps what it was handed, empty as yet."""
    port, path = peer
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 5
    settings.DEFAULT_FROM_EMAIL = "hello@weekly.example"
    path.unlink(missing_ok=True)
    return path


def kept(path: Path) -> list[dict]:
    return (
        [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    )


def send(to: str, **other) -> str:
    return SmtpChannel().send(message(7, channel="email", to=f"{to}@example.org", body=TEXT, **other))


def test_the_server_is_handed_the_message_once(handed):
    provider_id = send("ana")
    (one,) = kept(handed)
    told = message_from_bytes(one["text"].encode(), policy=default)
    assert one["to"] == ["ana@example.org"]
    assert "<hello@weekly.example>" in one["from"]
    assert (told["To"], told["Subject"], told["From"]) == (
        "ana@example.org",
        "A note for you",
        "hello@weekly.example",
    )
    assert told.get_content().strip() == TEXT
    assert told["Message-ID"] == provider_id
    assert "prompt-7" in provider_id
    assert len(provider_id) <= 120


@pytest.mark.parametrize(
    ("to", "fault", "says"),
    [
        ("refused", RefusedAddress, r"The mail server refused the address \(550\)\."),
        ("later", PassingFault, r"The mail server put the address off\."),
        ("toolarge", PassingFault, r"The mail server did not take it \(SMTPDataError\)\."),
        ("busy", PassingFault, r"The mail server did not take it \(SMTPDataError\)\."),
    ],
)
def test_what_the_server_refuses_did_not_go(handed, to, fault, says):
    with pytest.raises(fault, match=says) as told:
        send(to)
    assert kept(handed) == []
    assert "example.org" not in str(told.value), "no address in what is logged and shown"


def test_a_server_that_hangs_up_after_the_text_may_have_taken_it(handed):
    """This one has: to try again would be to write twice."""
    with pytest.raises(UnsureFault, match="hung up before it confirmed"):
        send("hangup")
    assert len(kept(handed)) == 1


def test_a_server_that_hangs_up_before_a_word_was_said_took_nothing(handed):
    down = handed.parent / "DOWN"
    down.touch()
    try:
        with pytest.raises(PassingFault, match="did not answer"):
            send("ana")
    finally:
        down.unlink()
    assert kept(handed) == []


def test_a_server_that_is_not_there_took_nothing(handed, settings):
    settings.EMAIL_PORT = 1
    with pytest.raises(PassingFault, match="did not answer"):
        send("ana")


def test_one_message_after_another(handed):
    for to in ("ana", "refused", "ben"):
        try:
            send(to)
        except RefusedAddress:
            continue
    assert [one["to"] for one in kept(handed)] == [["ana@example.org"], ["ben@example.org"]]
