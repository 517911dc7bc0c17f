"""What a script sees of a command that cannot do anything: exit 2, one line, no traceback."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[3]
NO_TABLES = "CommandError: The database has no tables yet: run `python manage.py migrate` first.\n"


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["create_clinic"], "Error: the following arguments are required: slug"),
        (["create_clinic", "x", "--week-starts-on", "9"], "Error: argument --week-starts-on: invalid choice"),
        (
            ["import_csv", "people", "x.csv", "--clinic", "x"],
            "Error: argument kind: invalid choice: 'people'",
        ),
        (["standing", "--clinic", "x", "--now", "noon"], "Error: argument --now: 'noon' is not an instant"),
    ],
)
def test_a_wrong_option(arguments, said):
    ran = manage(*arguments)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert said in ran.stderr
    assert len(ran.stderr.splitlines()) == 1


@pytest.mark.slow
def test_a_database_that_was_never_set_up(tmp_path):
    ran = manage("standing", "--clinic", "x", DATABASE_URL=f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == NO_TABLES


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.usefixtures("require_postgresql")
def test_a_database_that_was_never_set_up_on_a_server():
    empty = urlencode({"options": "-c search_path=nowhere"}, quote_via=quote)
    ran = manage("standing", "--clinic", "x", DATABASE_URL=f"{os.environ['DATABASE_URL']}?{empty}")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == NO_TABLES


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.usefixtures("require_postgresql")
def test_a_database_that_does_not_answer_says_so_itself():
    nowhere = urlsplit(os.environ["DATABASE_URL"])._replace(path="/no_such_database").geturl()
    ran = manage("standing", "--clinic", "x", DATABASE_URL=nowhere)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert '"no_such_database" does not exist' in ran.stderr
