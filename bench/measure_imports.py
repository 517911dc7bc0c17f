"""Measures an import, and choosing among what it brought, on the database that DATABASE_URL names. Prints tables.

The database is a scratch one.
`python -m bench` starts it once a database, in a process of its own, whose most memory is that of the import.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import django


def main() -> None:
    """Take the list in."""
    parser = argparse.ArgumentParser(prog="python -m bench.measure_imports", description=__doc__)
    parser.add_argument("list", type=Path)
    parser.add_argument("--source", default="", metavar="TEXT", help="where its meetings come from")
    parser.add_argument("--turns", type=int, default=15, metavar="N", help="turns of choosing and its floor")
    asked = parser.parse_args()
    django.setup()
    from bench import tables  # noqa: PLC0415  # the models need settings first

    tables.imports(asked.list, asked.source)
    tables.choosing(asked.turns)


if __name__ == "__main__":
    main()
