"""Measures recording over HTTP on the database that DATABASE_URL names, a scratch one. Prints tables.

`python -m bench` starts it once a database, in a process of its own: it starts gunicorn, which has the other processor.
"""

from __future__ import annotations

import argparse

import django
from django.core.management import call_command

AT_ONCE = (1, 2)


def main() -> None:
    """Gather the style sheets, then press."""
    parser = argparse.ArgumentParser(prog="python -m bench.measure_presses", description=__doc__)
    parser.add_argument("presses", type=int)
    asked = parser.parse_args()
    django.setup()
    from bench import recording, tables  # noqa: PLC0415  # the models need settings first

    call_command("collectstatic", interactive=False, verbosity=0)
    with recording.served() as port:
        for at_once in AT_ONCE:
            tables.presses(port, asked.presses, at_once)


if __name__ == "__main__":
    main()
