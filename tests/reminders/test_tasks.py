"""The Celery tasks: they carry ids alone, go by the clock, and may each run twice."""

import json
from datetime import datetime

import pytest

from reminders import tasks
from tests.reminders.telling import ANA, after, prompts


@pytest.fixture
def clock(settings, tmp_path):
    """Sets the clock that tasks read, and the file they send to."""
    settings.CLOCK_FILE = tmp_path / "clock"
    settings.MESSAGE_FILE = tmp_path / "messages.jsonl"

    def set_to(now: datetime) -> None:
        settings.CLOCK_FILE.write_text(now.isoformat(), encoding="utf-8")

    return set_to


def test_a_clinic_is_swept_and_written_to_by_the_clock_and_once(ana, harbour, clock, settings):
    clock(after(1))
    for _ in range(2):
        tasks.sweep_clinic(harbour.pk)
        tasks.send_prompts()
    assert prompts(ana) == ["encourage: planned"]
    clock(after(1, "09:00"))
    for _ in range(2):
        tasks.send_prompts()
    assert prompts(ana) == ["encourage: sent"]
    (line,) = settings.MESSAGE_FILE.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["to"] == ANA


def test_the_tasks_are_known_by_the_names_that_beat_calls():
    names = {task.name for task in (tasks.sweep_clinics, tasks.sweep_clinic, tasks.send_prompts)}
    assert names == {"reminders.sweep_clinics", "reminders.sweep_clinic", "reminders.send_prompts"}
