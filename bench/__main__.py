"""python -m bench: sweeps and pages on PostgreSQL and SQLite, each on a scratch database that is dropped again.

Leaves with 0 unless something broke: being slow is a finding, not an error.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

from bench import measure, scratch


def main() -> int:
    """Measure on each database; the worst exit code."""
    asked = sys.argv[1:]
    parser = measure.arguments()
    parser.parse_args(asked)
    codes = []
    if address := scratch.server():
        with scratch.postgresql(address) as database:
            codes.append(_measure(database, asked))
    else:
        print("PostgreSQL: skipped, no server answers; DATABASE_URL names one.", flush=True)
    with scratch.sqlite() as database:
        codes.append(_measure(database, asked))
    return max(codes)


def _measure(database: str, asked: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        environment = os.environ | {
            "DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "BENCH_DIR": folder,
        }
        return subprocess.run(
            [sys.executable, "-m", "bench.measure", *asked], env=environment, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
