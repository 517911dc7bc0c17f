"""Ends a process whose settings are wrong with one sentence instead of a traceback."""

import sys
from typing import NoReturn

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

WRONG_SETTINGS = 2


def stop(fault: ImproperlyConfigured) -> NoReturn:
    """Say what is wrong on stderr and leave with the exit code that manage.py uses too."""
    sys.stderr.write(f"Settings: {fault}\n")
    sys.exit(WRONG_SETTINGS)


def read_settings_or_stop() -> None:
    """Read Django's settings now, before a server forks and each of its workers fails by itself."""
    try:
        bool(settings.DEBUG)  # any name would do: the first one read loads them all
    except ImproperlyConfigured as fault:
        stop(fault)
