"""A real worker and a real beat, as `make demo` starts them, on the folder or on the Redis that is named."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.attendance.directory.lists import a_record
from tests.attendance.list_server import a_list, serving

ROOT = Path(__file__).resolve().parents[2]
WORKER = [
    "worker",
    "--concurrency",
    "2",
    "--loglevel",
    "INFO",
    "--without-gossip",
    "--without-mingle",
    "--without-heartbeat",
]
BEAT = ["beat", "--loglevel", "INFO"]


@pytest.fixture
def environment(tmp_path, databases):
    """A database, a broker and messages of this test's own; Redis where CELERY_BROKER_URL names it."""
    with databases() as database:
        yield {
            "PATH": os.environ["PATH"],
            "DEBUG": "1",
            "SECRET_KEY": "for-this-test-alone-" + "x" * 30,
            "DATABASE_URL": database,
            "CELERY_BROKER_URL": os.environ.get("CELERY_BROKER_URL", ""),
            "BROKER_DIR": str(tmp_path / "broker"),
            "MESSAGE_FILE": str(tmp_path / "messages.jsonl"),
            "TICK_SECONDS": "1",
        }


@contextlib.contextmanager
def running(arguments, environment, log):
    """A Celery process until the end of the block, with the file that it writes to."""
    command = [sys.executable, "-m", "celery", "--app", "config", *arguments]
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def carried_out(log):
    """How often each task has succeeded by now, as far as the worker's log tells."""
    done = re.findall(
        r"Task ((?:attendance|reminders)\.\w+)\[\S+\] succeeded", log.read_text(encoding="utf-8")
    )
    return {task: done.count(task) for task in set(done)}


def eventually(check, log, seconds=40):
    """Wait for the check to hold; the log explains where it does not."""
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, log.read_text(encoding="utf-8")[-4000:]
        time.sleep(0.2)


@pytest.mark.slow
@pytest.mark.processes
def test_ticks_are_carried_out_and_go_on_after_a_worker_was_killed(environment, tmp_path):
    first, second, ticks = (tmp_path / name for name in ("first.log", "second.log", "beat.log"))
    wanted = {
        "attendance.refresh_feeds",
        "reminders.sweep_clinics",
        "reminders.send_prompts",
        "reminders.send_digests",
    }
    with running(BEAT, environment, ticks):
        with running(WORKER, environment, first) as worker:
            eventually(lambda: wanted <= set(carried_out(first)), first)
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        with running(WORKER, environment, second) as worker:
            eventually(lambda: wanted <= set(carried_out(second)), second)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(30) == 0
    assert "Traceback" not in second.read_text(encoding="utf-8") + ticks.read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.processes
def test_a_list_whose_turn_has_come_is_asked_for_what_is_new_and_once(environment, tmp_path):
    worked, ticks = tmp_path / "worker.log", tmp_path / "beat.log"
    with serving() as site:
        address = site.put("/list", a_list(json.dumps([a_record()]).encode()))
        command = [sys.executable, "manage.py", "import_meetings", address, "--format", "meeting-guide"]
        command += ["--fellowship", "NA", "--time-zone", "Europe/London", "--now", "2026-01-07T12:00:00Z"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=60, capture_output=True)
        with running(BEAT, environment, ticks), running(WORKER, environment, worked):
            eventually(lambda: carried_out(worked).get("attendance.refresh_feed"), worked)
            seen = carried_out(worked)["attendance.refresh_feeds"]
            eventually(lambda: carried_out(worked)["attendance.refresh_feeds"] >= seen + 3, worked)
    assert ["If-None-Match" in headers for headers in site.asked("/list")] == [False, True]


@pytest.mark.slow
@pytest.mark.processes
def test_whoever_chose_this_morning_is_written_to_once_by_two_workers(environment, tmp_path):
    first, second, ticks = (tmp_path / name for name in ("first.log", "second.log", "beat.log"))
    clock = tmp_path / "clock"
    clock.write_text("2026-03-02T09:30:00Z")
    environment["CLOCK_FILE"] = str(clock)
    for command in (
        ["create_clinic", "harbour", "--name", "Harbour", "--time-zone", "Europe/London"],
        [
            "create_staff",
            "kay",
            "--clinic",
            "harbour",
            "--role",
            "keyworker",
            "--email",
            "kay@harbour.example",
        ],
        ["shell", "--command", CHOOSES_EVERY_MORNING],
    ):
        manage = [sys.executable, "manage.py", *command]
        subprocess.run(manage, cwd=ROOT, env=environment, check=True, timeout=60, capture_output=True)
    with running(BEAT, environment, ticks), running(WORKER, environment, first):
        with running(WORKER, environment, second):
            eventually((tmp_path / "messages.jsonl").exists, first)
        seen = carried_out(first).get("reminders.send_digests_of", 0)
        eventually(lambda: carried_out(first).get("reminders.send_digests_of", 0) >= seen + 3, first)
    (line,) = (tmp_path / "messages.jsonl").read_text(encoding="utf-8").splitlines()
    assert (json.loads(line)["to"], json.loads(line)["subject"]) == (
        "kay@harbour.example",
        "Your list for today",
    )


CHOOSES_EVERY_MORNING = """
from clinic import clock
from clinic.actors import Actor
from clinic.models import Clinic, User
from reminders.digest.choosing import choose

kay = User.objects.get()
choose(user=kay, clinic=Clinic.objects.get(), days=range(7), hour=8, by=Actor.staff(kay), now=clock.now())
"""
