"""The Celery application, and the whole of beat's schedule.

Celery is the hand and the database the memory: every tick looks for unfinished work afresh, so a lost message
loses nothing and a message delivered twice changes nothing.
"""

import os
from typing import Any

from celery import Celery
from django.conf import settings

from config import embedded_broker
from config.startup import read_settings_or_stop

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# The longest a task may run. Redis hands a message out again after the visibility timeout, so that is longer.
SOFT_LIMIT_SECONDS = 300
LIMIT_SECONDS = 360
VISIBILITY_SECONDS = 600


def broker() -> dict[str, Any]:
    """Celery's settings for Redis where its address is given, otherwise for the folder."""
    if settings.CELERY_BROKER_URL:
        return {
            "broker_url": settings.CELERY_BROKER_URL,
            "broker_transport_options": {
                "visibility_timeout": VISIBILITY_SECONDS,
                "socket_connect_timeout": 5,
                "socket_keepalive": True,
                # A page that sends a task while Redis is away fails soon instead of waiting for it.
                "max_retries": 2,
                "interval_start": 0,
                "interval_step": 0.2,
                "interval_max": 0.5,
            },
        }
    return {
        "broker_url": "filesystem://localhost//",
        "broker_transport": "config.embedded_broker:Transport",
        "broker_transport_options": embedded_broker.transport_options(settings.BROKER_DIR),
        # Commands to a running worker need an exchange that copies messages, which a folder does not offer.
        "worker_enable_remote_control": False,
    }


def schedule(tick: int) -> dict[str, dict[str, Any]]:
    """What beat sends, every so many seconds; a tick that nobody took in time is dropped for the next one."""
    expires = max(tick, 15)
    tasks = (
        "attendance.refresh_feeds",
        "attendance.go_on_with_spreadsheets",
        "reminders.sweep_clinics",
        "reminders.send_prompts",
        "reminders.send_digests",
    )
    return {task: {"task": task, "schedule": float(tick), "options": {"expires": expires}} for task in tasks}


def configuration() -> dict[str, Any]:
    """Celery's settings, read when first needed, because importing this module must not read Django's."""
    read_settings_or_stop()
    return broker() | {
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_soft_time_limit": SOFT_LIMIT_SECONDS,
        "task_time_limit": LIMIT_SECONDS,
        "worker_prefetch_multiplier": 1,
        "worker_hijack_root_logger": False,
        "broker_connection_retry_on_startup": True,
        "enable_utc": True,
        "timezone": "UTC",
        # The schedule is this file's, so beat has nothing to remember between two starts.
        "beat_scheduler": "celery.beat:Scheduler",
        "beat_schedule": schedule(settings.TICK_SECONDS),
    }


app = Celery("weekly")
app.add_defaults(configuration)
app.autodiscover_tasks()
