"""Ends a process whose settings are wrong with one sentence instead of a traceback."""

import json
import sys
from pathlib import Path
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


def find_static_files_or_stop() -> None:
    """See that each style sheet and script was gathered, without which outside DEBUG every page is a fault."""
    if settings.DEBUG:
        return
    try:
        manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
        gathered = json.loads(manifest.read_text(encoding="utf-8"))["paths"]
    except (OSError, ValueError, KeyError):
        gathered = {}
    for folder in map(Path, settings.STATICFILES_DIRS):
        for file in folder.rglob("*"):
            if file.is_file() and file.relative_to(folder).as_posix() not in gathered:
                stop(
                    ImproperlyConfigured(
                        "the style sheets are not gathered: run python manage.py collectstatic --noinput"
                    )
                )
