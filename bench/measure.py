"""Measures on the database that DATABASE_URL names, a scratch one: it is emptied. Prints tables.

`python -m bench` starts it once a database, in a process of its own.
"""

from __future__ import annotations

import argparse

import django
from django.core.management import call_command


def main() -> None:
    """Measure sweeps by number of clients, then pages."""
    asked = arguments().parse_args()
    django.setup()
    from bench import tables  # noqa: PLC0415  # the models need settings first

    call_command("collectstatic", interactive=False, verbosity=0)
    tables.heading()
    for clients in asked.clients:
        tables.sweeps(clients, asked.turns)
        call_command("flush", interactive=False, verbosity=0)
    tables.pages(asked.caseload, asked.turns)


def arguments() -> argparse.ArgumentParser:
    """What this program and `python -m bench` take."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="How fast sweeps, pages, presses and imports are."
    )
    parser.add_argument("--clients", type=int, nargs="+", default=[1_000, 10_000], metavar="N")
    parser.add_argument(
        "--turns", type=int, default=7, metavar="N", help="turns of floor and sweep that count"
    )
    parser.add_argument("--caseload", type=int, default=50, metavar="N", help="clients on the long pages")
    parser.add_argument(
        "--meetings",
        type=int,
        default=100_000,
        metavar="N",
        help="meetings of the list that is imported; 0 for none",
    )
    parser.add_argument(
        "--rows",
        type=int,
        default=100_000,
        metavar="N",
        help="rows of the spreadsheet of attendance; 0 for none",
    )
    parser.add_argument(
        "--presses",
        type=int,
        default=100,
        metavar="N",
        help="presses a round of each way to record a meeting; 0 for none",
    )
    return parser


if __name__ == "__main__":
    main()
