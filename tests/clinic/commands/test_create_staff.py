"""Giving people roles from the command line."""

import io
import sys

import pytest

from clinic.models import Membership, User
from tests.commands import run

pytestmark = pytest.mark.django_db


@pytest.fixture
def typed(monkeypatch):
    """What comes on standard input."""
    return lambda text: monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def create(username: str, *arguments, clinic: str = "riverside", role: str = "keyworker"):
    return run("create_staff", username, "--clinic", clinic, "--role", role, *arguments)


def test_somebody_new_with_a_password_of_one_line(clinic, typed):
    typed("correct horse battery\nsecond line\n")
    ran = create("kay", "--password-stdin")
    assert (ran.code, ran.summary) == (
        0,
        {"username": "kay", "clinic": "riverside", "role": "keyworker", "changed": True},
    )
    assert User.objects.get(username="kay").check_password("correct horse battery")
    assert "horse" not in ran.out + ran.err


def test_somebody_with_the_names_that_messages_are_signed_with(clinic):
    create("kay", "--first-name", "Kay", "--last-name", "Okoye")
    assert User.objects.get(username="kay").get_full_name() == "Kay Okoye"
    assert create("kay").summary["changed"] is False
    assert create("kay", "--last-name", "Osei").summary["changed"] is True
    assert User.objects.get(username="kay").get_full_name() == "Kay Osei"


def test_an_administrator_with_an_address_to_be_written_to(clinic):
    create("david", "--email", "david@riverside.example", role="administrator")
    assert User.objects.get(username="david").email == "david@riverside.example"
    assert create("david", role="administrator").summary["changed"] is False
    assert (
        create("david", "--email", " d@riverside.example ", role="administrator").summary["changed"] is True
    )
    assert User.objects.get(username="david").email == "d@riverside.example"


def test_without_a_password_nobody_can_sign_in_yet(clinic):
    create("kay")
    assert not User.objects.get(username="kay").has_usable_password()


def test_another_clinic_or_role_is_added_and_the_password_stays(clinic, other_clinic, typed):
    typed("correct horse battery\n")
    create("kay", "--password-stdin")
    create("kay", role="manager")
    create("kay", clinic="hillside")
    assert create("kay").summary["changed"] is False
    assert sorted(Membership.objects.values_list("user__username", "clinic__slug", "role")) == [
        ("kay", "hillside", "keyworker"),
        ("kay", "riverside", "keyworker"),
        ("kay", "riverside", "manager"),
    ]
    assert User.objects.get(username="kay").check_password("correct horse battery")


@pytest.mark.parametrize(("password", "said"), [("", "No password came"), ("short\n", "too short")])
def test_a_password_that_will_not_do(clinic, typed, password, said):
    typed(password)
    ran = create("kay", "--password-stdin")
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert not User.objects.exists()


@pytest.mark.parametrize(("held", "written"), [("ann", "Ann"), ("Ann", "aNN"), ("zoë", "ZOË")])
def test_nobody_is_made_a_second_time_in_other_letters(clinic, held, written):
    create(held)
    ran = create(written, role="manager")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"There is a member of staff '{held}' already: ")
    assert [one.username for one in User.objects.all()] == [held]
    assert create(held, role="manager").summary["changed"] is True


@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
def test_a_password_that_is_not_utf_8_is_told_in_a_sentence(clinic, monkeypatch, errors):
    """In the locale C Python reads such bytes as halves of characters; in others it does not read them."""
    typed = io.TextIOWrapper(io.BytesIO(b"caf\xe9 horse battery\n"), encoding="utf-8", errors=errors)
    monkeypatch.setattr(sys, "stdin", typed)
    ran = create("kay", "--password-stdin")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "The password on standard input is not written in UTF-8.\n"
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("username", "wrong", "said"),
    [
        ("kay", {"clinic": "nowhere"}, "There is no clinic 'nowhere'."),
        ("kay", {"role": "doctor"}, "argument --role: invalid choice: 'doctor'"),
        ("k y", {}, "User name 'k y': "),
        ("x" * 151, {}, "User name "),
    ],
)
def test_wrong_values_are_one_line(clinic, username, wrong, said):
    ran = create(username, **wrong)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("kay at riverside", "'kay at riverside' is not an e-mail address."),
        ("kay@riverside.example\nBcc: x@y.example", "is not an e-mail address."),
        (f"kay@{'a.' * 130}example", "has at most 254 characters"),
    ],
)
def test_an_address_that_is_none_is_one_line(clinic, email, said):
    ran = create("kay", "--email", email)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1
    assert not User.objects.exists()
