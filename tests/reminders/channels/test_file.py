"""The file channel: whole lines under any number of writers, in the form other programs read."""

import json
import multiprocessing
import os
import resource
from pathlib import Path

import pytest

from reminders.channels.base import PassingFault
from reminders.channels.file import FileChannel
from tests.reminders.channels.test_contract import NOW, message
from tests.reminders.telling import ANA

WRITERS, EACH = 4, 40


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "var" / "messages.jsonl"


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_message_is_one_json_object_on_a_line_of_its_own(path):
    """The fields are those that docs/commands.md names under MESSAGE_FILE, in its order; other programs read them."""
    sent = message()
    FileChannel(path).send(sent)
    FileChannel(path).send(message(2, channel="email", to="ana@example.org"))
    first, second = lines(path)
    assert list(first.items()) == [
        ("id", "1"),
        ("channel", "sms"),
        ("to", ANA),
        ("subject", "A note for you"),
        ("body", sent.body),
        ("sent_at", NOW.isoformat()),
    ]
    assert (second["channel"], second["to"]) == ("email", "ana@example.org")
    assert path.read_bytes().count(b"\n") == 2, "line breaks in a text are escaped"


def test_nobody_but_the_owner_may_read_it(path):
    """It holds live links."""
    FileChannel(path).send(message())
    assert path.stat().st_mode & 0o077 == 0


def _write(path: Path, writer: int) -> None:
    channel = FileChannel(path)
    for number in range(EACH):
        channel.send(message(writer * EACH + number, body=f"{writer}" * 9000))


def test_many_processes_at_once_write_whole_lines(path):
    """Long ones: longer than what a disk or a pipe writes at one go."""
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_write, args=(path, writer)) for writer in range(WRITERS)]
    for process in writers:
        process.start()
    for process in writers:
        process.join(30)
    assert [process.exitcode for process in writers] == [0] * WRITERS
    written = lines(path)
    assert sorted(int(one["id"]) for one in written) == list(range(WRITERS * EACH))
    assert all(one["body"] == one["body"][0] * 9000 for one in written)


def test_a_file_that_cannot_be_written_is_a_passing_fault(tmp_path):
    taken = tmp_path / "taken"
    taken.mkdir()
    with pytest.raises(PassingFault, match="cannot be written: Is a directory") as told:
        FileChannel(taken).send(message())
    assert ANA not in str(told.value)
    assert "Ana" not in str(told.value)


def test_a_folder_that_cannot_be_made_is_a_passing_fault(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(PassingFault):
        FileChannel(tmp_path / "file" / "messages.jsonl").send(message())


def _write_on_a_full_disk(path: Path, answers) -> None:
    """Room for a line and a half is as good as a full disk."""
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limit = path.stat().st_size * 3 // 2
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        FileChannel(path).send(message(2))
        answers.put("sent")
    except PassingFault as fault:
        answers.put(str(fault))


def test_a_disk_that_fills_up_leaves_no_half_line_behind(path):
    FileChannel(path).send(message(1))
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    writer = context.Process(target=_write_on_a_full_disk, args=(path, answers))
    writer.start()
    assert "cannot be written" in answers.get(timeout=30)
    writer.join(30)
    FileChannel(path).send(message(3))
    assert [one["id"] for one in lines(path)] == ["1", "3"]
    assert FileChannel(path).was_sent("2") is False


@pytest.mark.parametrize("content", ["not JSON\n", '{"id": "1", "chan', "\x00\x01\n"])
def test_a_file_it_cannot_understand_answers_nothing(path, content):
    """Neither yes nor no: then a person is asked, and nothing is sent twice."""
    path.parent.mkdir()
    path.write_text(content, encoding="utf-8")
    assert FileChannel(path).was_sent("1") is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_it_may_not_read_answers_nothing(path):
    FileChannel(path).send(message())
    path.chmod(0)
    assert FileChannel(path).was_sent("1") is None


def test_a_directory_in_its_place_answers_nothing(path):
    path.mkdir(parents=True)
    assert FileChannel(path).was_sent("1") is None
