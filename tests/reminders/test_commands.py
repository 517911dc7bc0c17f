"""The two commands behind the tick, as a script runs them: JSON in the last line, and running twice adds nothing."""

import json

import pytest

from reminders.prompts import outbox
from reminders.prompts.models import Prompt
from reminders.worklist.models import KeyworkerTask
from tests.commands import run
from tests.reminders.telling import ANA, JOE, a_client, a_clinic, after, at

SWEPT = {"examined", "changed", "flags_opened", "flags_closed", "prompts_planned", "tasks_escalated"}
SENT = {"sent", "deferred", "cancelled", "suppressed", "expired", "failed", "uncertain"}
NOTHING_SENT = dict.fromkeys(SENT, 0)


@pytest.fixture
def message_file(settings, tmp_path):
    """Where the messages of this test go."""
    settings.MESSAGE_FILE = tmp_path / "messages.jsonl"
    return settings.MESSAGE_FILE


def lines(path) -> list[dict]:
    return (
        [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    )


def test_sweep_says_what_it_did_and_a_second_one_that_there_was_nothing_to_do(ana, ben, harbour):
    now = after(1).isoformat()
    first = run("sweep", "--clinic", "harbour", now=now)
    assert (first.code, first.err) == (0, "")
    assert first.summary == {
        "examined": 2, "changed": 2, "flags_opened": 2, "flags_closed": 0, "prompts_planned": 2,
        "tasks_escalated": 0,
    }  # fmt: skip
    rows = list(Prompt.objects.values_list("pk", "state")), list(KeyworkerTask.objects.values_list("pk"))
    assert run("sweep", now=now).summary == dict.fromkeys(SWEPT, 0)
    assert rows == (
        list(Prompt.objects.values_list("pk", "state")),
        list(KeyworkerTask.objects.values_list("pk")),
    )


def test_sweep_is_for_one_clinic_or_for_all(ana, harbour):
    a_client(a_clinic("hillside"), "Cas", "+447700900333")
    now = after(1).isoformat()
    assert run("sweep", "--clinic", "hillside", now=now).summary["examined"] == 1
    assert run("sweep", now=now).summary["examined"] == 1


def test_send_prompts_sends_once(ana, ana_and_joe, harbour, message_file):
    run("sweep", now=after(2).isoformat())
    morning = after(2, "09:00").isoformat()
    first = run("send_prompts", now=morning)
    assert (first.code, first.summary) == (0, {**NOTHING_SENT, "sent": 2})
    assert [line["to"] for line in lines(message_file)] == [JOE, ANA]
    assert run("send_prompts", now=morning).summary == NOTHING_SENT
    assert run("send_prompts", now=at("2026-02-10 12:00").isoformat()).summary == NOTHING_SENT
    assert len(lines(message_file)) == 2


def test_send_prompts_counts_every_kind_of_outcome(ana, harbour, message_file):
    a_client(harbour, "Dee", texts=False)
    run("sweep", now=after(1).isoformat())
    assert run("send_prompts", now=after(1).isoformat()).summary == {
        **NOTHING_SENT,
        "deferred": 1,
        "suppressed": 1,
    }
    assert run("send_prompts", now=at("2026-02-05 12:00").isoformat()).summary == {
        **NOTHING_SENT,
        "expired": 1,
    }
    assert lines(message_file) == []


@pytest.fixture
def fifteen(harbour):
    """Fifteen clients to be encouraged on Monday 2 February: more than are sent at one moment."""
    for number in range(15):
        a_client(harbour, "Ana", f"+4477009001{number:02d}")
    run("sweep", now=after(1).isoformat())


def test_send_prompts_sends_so_many_at_most(fifteen, message_file):
    now = after(1, "09:00").isoformat()
    for limit, sent in (([1], 1), ([12], 12), ([], 2)):
        options = [word for number in limit for word in ("--limit", number)]
        assert run("send_prompts", *options, now=now).summary["sent"] == sent
    assert len(lines(message_file)) == 15


def test_a_long_run_goes_by_the_clock_and_not_by_the_moment_it_began(fifteen, post):
    """It begins two minutes before quiet hours; ten take so long that the rest wait for the morning."""
    presents = iter([after(1, "19:58"), *[after(1, "20:00")] * 9])
    channels = {"sms": post.channel}
    tally = outbox.send_all(channels, lambda: next(presents))
    assert {name: number for name, number in tally.items() if number} == {"sent": 10, "deferred": 5}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["sweep", "--clinic", "nowhere"], "There is no clinic 'nowhere'."),
        (["send_prompts", "--limit", "0"], "--limit is 0: at least 1."),
    ],
)
def test_what_cannot_be_done_is_one_line_on_stderr_and_exit_2(db, arguments, sentence):
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.strip() == sentence


def test_a_moment_without_an_offset_is_refused(db):
    ran = run("sweep", now="2026-02-02T00:05:00")
    assert ran.code == 2
    assert "offset" in ran.err
