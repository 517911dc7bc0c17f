"""The Celery tasks: they carry ids alone, go by the clock, and may each run twice."""

import json
from datetime import datetime

import pytest
from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded

from config import celery
from reminders import tasks
from reminders.prompts import outbox
from tests.reminders.telling import ANA, BEN, a_client, a_clinic, after, prompts, sweep


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
        tasks.send_prompts_of(harbour.pk)
    assert prompts(ana) == ["encourage: planned"]
    clock(after(1, "09:00"))
    for _ in range(2):
        tasks.send_prompts_of(harbour.pk)
    assert prompts(ana) == ["encourage: sent"]
    (line,) = settings.MESSAGE_FILE.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["to"] == ANA


@pytest.fixture
def at_once():
    """Celery carries out what it is sent in this process, each task for itself as in a worker."""
    current_app.conf.task_always_eager = True
    yield
    current_app.conf.task_always_eager = False


def test_each_clinic_has_a_task_of_its_own_and_one_that_fails_holds_up_no_other(
    ana, harbour, clock, settings, at_once
):
    hillside = a_clinic("hillside")
    cas = a_client(hillside, "Cas", "+447700900354")
    # Ana's task fails: her prompt cannot be worded, because nobody knows the time zone of her clinic.
    clock(after(1))
    tasks.sweep_clinics()
    type(harbour).objects.filter(pk=harbour.pk).update(time_zone="Nowhere/At_all")
    clock(after(1, "09:00"))
    tasks.send_prompts()
    assert (prompts(ana), prompts(cas)) == (["encourage: planned"], ["encourage: sent"])


def test_one_clinics_turn_leaves_the_others_prompts_alone(ana, harbour, post):
    hillside = a_clinic("hillside")
    cas = a_client(hillside, "Cas", "+447700900354")
    for clinic in (harbour, hillside):
        sweep(clinic, after(1))
    tally = outbox.send_all({"sms": post.channel}, lambda: after(1, "09:00"), clinic_id=hillside.pk)
    assert tally["sent"] == 1
    assert (prompts(ana), prompts(cas)) == (["encourage: planned"], ["encourage: sent"])


def test_when_its_turn_is_over_nothing_more_is_claimed(ana, ben, harbour, post):
    sweep(harbour, after(1))
    moments = iter([0.0, 0.0, 29.0, 31.0, 31.0])
    left = tasks.turn(60, lambda: next(moments))
    tally = outbox.send_all({"sms": post.channel}, lambda: after(1, "09:00"), time_left=left)
    assert (tally["sent"], post.channel.to) == (1, [ANA])
    assert (prompts(ana), prompts(ben)) == (["encourage: sent"], ["encourage: planned"])


def test_a_turn_is_shorter_than_a_tick_and_leaves_a_message_time_to_end():
    for tick in (1, 60, 600):
        end = next(second for second in range(601) if not tasks.turn(tick, iter([0, second]).__next__)())
        assert end <= tick
        assert end + 200 < celery.SOFT_LIMIT_SECONDS


def test_the_soft_limit_ends_the_task_and_the_channel_is_asked_when_the_lease_is_over(
    ana, ben, harbour, post
):
    sweep(harbour, after(1))
    post.channel.faults = [SoftTimeLimitExceeded()]
    nine, channels_ = after(1, "09:00"), {"sms": post.channel}
    with pytest.raises(SoftTimeLimitExceeded):
        outbox.send_all(channels_, lambda: nine)
    assert (prompts(ana), prompts(ben)) == (["encourage: sending"], ["encourage: planned"])
    assert post.sends(nine + outbox.LEASE) == {"sent": 2}
    assert sorted(post.channel.to) == [ANA, BEN]


def test_the_tasks_are_known_by_the_names_that_beat_calls():
    called = (
        tasks.sweep_clinics,
        tasks.sweep_clinic,
        tasks.send_prompts,
        tasks.send_prompts_of,
        tasks.send_digests,
        tasks.send_digests_of,
    )
    assert {task.name.removeprefix("reminders.") for task in called} == {
        "sweep_clinics",
        "sweep_clinic",
        "send_prompts",
        "send_prompts_of",
        "send_digests",
        "send_digests_of",
    }
