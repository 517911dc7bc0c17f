"""Making a token for the API from the command line."""

import pytest

from clinic.models import ApiToken
from clinic.setup import token_digest
from tests.commands import run

pytestmark = pytest.mark.django_db


def create(name: str, *arguments, clinic: str = "riverside"):
    return run("create_token", name, "--clinic", clinic, *arguments)


def test_it_is_printed_once_and_only_its_digest_kept(clinic):
    ran = create("records system")
    token = ran.summary.pop("token")
    assert ran.summary == {
        "name": "records system",
        "clinic": "riverside",
        "read_only": False,
        "token": token,
    }
    kept = ApiToken.objects.get()
    assert (kept.name, kept.clinic, kept.read_only) == ("records system", clinic, False)
    assert kept.digest == token_digest(token)
    assert len(token) >= 32


def test_read_only(clinic):
    create("dashboard", "--read-only")
    assert ApiToken.objects.get().read_only


def test_a_name_is_taken_once_a_clinic(clinic, other_clinic):
    create("records")
    ran = create("records")
    assert (ran.code, ran.out, ran.err) == (2, "", "Riverside already has a token named 'records'.\n")
    assert create("records", clinic="hillside").code == 0


@pytest.mark.parametrize("name", [" ", "x" * 81, "Client"])
def test_a_name_that_will_not_do(clinic, name):
    ran = create(name)
    assert (ran.code, ran.out) == (2, "")
    assert not ApiToken.objects.exists()
