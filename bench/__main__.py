"""python -m bench: sweeps, pages, presses and imports, in scratch databases that are dropped again.

Leaves with 0 unless something broke: being slow is a finding, not an error.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import measure, meeting_list, scratch


def main() -> int:
    """Measure on each database; the worst exit code."""
    asked = sys.argv[1:]
    wanted = measure.arguments().parse_args(asked)
    codes = []
    if address := scratch.server():
        with scratch.postgresql(address) as databases:
            codes.append(_measure(databases, asked, wanted))
    else:
        print("PostgreSQL: skipped, no server answers; DATABASE_URL names one.", flush=True)
    with scratch.sqlite() as databases:
        codes.append(_measure(databases, asked, wanted))
    return max(codes)


def _measure(database: scratch.Databases, asked: list[str], wanted: argparse.Namespace) -> int:
    """Sweeps and pages, then presses and each kind of import, all on a database of their own; the worst exit code."""
    with database() as address:
        code = _run(address, "bench.measure", *asked)
    if wanted.presses:
        with database() as address:
            code = max(code, _run(address, "bench.measure_presses", str(wanted.presses)))
    if wanted.rows:
        with database() as address:
            code = max(code, _run(address, "bench.measure_sheets", str(wanted.rows)))
    if wanted.meetings:
        with database() as address, tempfile.TemporaryDirectory(prefix="bench-") as folder:
            path = Path(folder) / "meetings.json"
            source = meeting_list.write(path, wanted.meetings)
            code = max(code, _run(address, "bench.measure_imports", str(path), "--source", source))
    return code


def _run(database: str, module: str, *asked: str) -> int:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        environment = os.environ | {
            "DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "BENCH_DIR": folder,
        }
        return subprocess.run([sys.executable, "-m", module, *asked], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
