#!/usr/bin/env python
"""Run a management command, with faults in the settings told in a sentence."""

import os
import sys


def main() -> None:
    """Hand the command line to Django; a wrong setting ends it with exit code 2."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db.utils import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as fault:
        sys.exit(_sentence("Settings", fault))
    except OperationalError as fault:
        sys.exit(_sentence("The database does not answer as it should", fault))


def _sentence(what: str, fault: Exception) -> int:
    """Say a fault in one line on stderr; the exit code that goes with it."""
    first_line = next(iter(str(fault).strip().splitlines()), type(fault).__name__)
    sys.stderr.write(f"{what}: {first_line}\n")
    return 2


if __name__ == "__main__":
    main()
