"""Celery's settings: what beat sends, and how messages are handled."""

import pytest

from config import celery
from config.celery import app


@pytest.fixture
def embedded(settings, tmp_path):
    """Settings with the folder as broker."""
    settings.CELERY_BROKER_URL = ""
    settings.BROKER_DIR = tmp_path / "broker"
    return settings


def test_everything_that_beat_sends_is_a_task_of_the_apps():
    app.loader.import_default_modules()
    sent = {entry["task"] for entry in celery.schedule(60).values()}
    assert sent == {
        "attendance.refresh_feeds",
        "attendance.go_on_with_spreadsheets",
        "reminders.sweep_clinics",
        "reminders.send_prompts",
        "reminders.send_digests",
    }
    assert sent <= set(app.tasks)


@pytest.mark.parametrize(("tick", "expires"), [(1, 15), (60, 60), (600, 600)])
def test_a_tick_that_nobody_took_expires_and_does_not_pile_up(tick, expires):
    for entry in celery.schedule(tick).values():
        assert entry["schedule"] == tick
        assert entry["options"] == {"expires": expires}


def test_a_task_is_handed_out_again_only_after_it_must_have_ended(settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:6379/0"
    found = celery.configuration()
    assert found["task_soft_time_limit"] < found["task_time_limit"]
    assert found["task_time_limit"] < found["broker_transport_options"]["visibility_timeout"]


def test_without_an_address_the_broker_is_a_folder(embedded):
    found = celery.configuration()
    assert found["broker_transport"] == "config.embedded_broker:Transport"
    assert (embedded.BROKER_DIR / "messages").is_dir()
    assert found["worker_enable_remote_control"] is False


def test_a_message_is_kept_until_its_task_has_ended(embedded):
    found = celery.configuration()
    assert found["task_acks_late"] is True
    assert found["task_reject_on_worker_lost"] is True
    assert found["worker_prefetch_multiplier"] == 1


def test_only_json_is_read_or_written(embedded):
    found = celery.configuration()
    assert (found["task_serializer"], found["accept_content"]) == ("json", ["json"])
