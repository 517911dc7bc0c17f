"""Measures an import of attendance on the database that DATABASE_URL names, a scratch one. Prints a table.

`python -m bench` starts it once a database, in a process of its own, whose most memory is that of the import.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import django


def main() -> None:
    """Take the spreadsheet in."""
    parser = argparse.ArgumentParser(prog="python -m bench.measure_sheets", description=__doc__)
    parser.add_argument("rows", type=int)
    asked = parser.parse_args()
    django.setup()
    from bench import tables  # noqa: PLC0415  # the models need settings first

    tables.sheets(Path(os.environ["BENCH_DIR"]) / "attendance.csv", asked.rows)


if __name__ == "__main__":
    main()
