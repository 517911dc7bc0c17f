"""make bench from start to end, with tiny numbers."""

import re
import sqlite3
import subprocess
import sys
from contextlib import closing

import psycopg2
import pytest

from bench import recording, scratch


@pytest.mark.slow
@pytest.mark.processes
def test_it_measures_every_series_and_page_on_each_database():
    tiny = [
        *("--clients", "100", "--turns", "1", "--caseload", "3"),
        *("--meetings", "40", "--rows", "200", "--presses", "2"),
    ]
    done = subprocess.run([sys.executable, "-m", "bench", *tiny], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    databases = re.findall(r"^(PostgreSQL|SQLite) \d.*\n\n100 clients, 25 due", done.stdout, re.MULTILINE)
    assert databases == (["PostgreSQL", "SQLite"] if scratch.server() else ["SQLite"])
    each = len(databases)
    for row in ("standings and flags", "with planning, sending off", "with planning, sending on"):
        assert len(re.findall(rf"^{row} +[\d., ]+ (?:yes|no)$", done.stdout, re.MULTILINE)) == each, row
    pages = re.findall(
        r"^(today|register) +(\d+) +(\d+)(?: +[\d.]+){4} +(?:yes|no)$", done.stdout, re.MULTILINE
    )
    assert len(pages) == 4 * each
    for short, long in zip(pages[::2], pages[1::2], strict=True):
        assert (short[0], short[1]) == (long[0], "1")
        # What only some have is read where somebody of the page has it; tests/flows/test_price.py holds the number.
        assert int(short[2]) <= int(long[2]) <= int(short[2]) + 2
        assert long[1] == {"today": "12", "register": "3"}[long[0]]
    for way in recording.WAYS:
        assert len(re.findall(rf"^{re.escape(way.name)}(?: +[\d.]+){{10}}$", done.stdout, re.MULTILINE)) == (
            2 * each
        ), way.name
    for row in ("all new", "the very same again"):
        assert len(re.findall(rf"^{row}(?: +[\d.,]+){{6}}$", done.stdout, re.MULTILINE)) >= each, row


def test_without_a_server_it_says_so(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    assert scratch.server() == ""


def test_a_scratch_database_has_tables_of_its_own_and_is_gone_afterwards(databases):
    with databases() as address, databases() as other:
        with closing(connected(address)) as connection:
            cursor = connection.cursor()
            cursor.execute("UPDATE attendance_fellowship SET name = name || ' of another'")
            assert cursor.rowcount > 0
            connection.commit()
        with closing(connected(other)) as connection:
            cursor = connection.cursor()
            cursor.execute("SELECT count(*) FROM attendance_fellowship WHERE name LIKE '% of another'")
            assert cursor.fetchone()[0] == 0
    with pytest.raises((sqlite3.OperationalError, psycopg2.OperationalError)):
        connected(address)


def connected(address):
    """A connection of the driver alone, to a database that is there."""
    if address.startswith("postgres"):
        return psycopg2.connect(address)
    return sqlite3.connect(f"file:{address.removeprefix('sqlite:///')}?mode=rw", uri=True)
