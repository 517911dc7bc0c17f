"""Two records that may be one person, and why: a question for somebody who knows them, and no more."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.merging.suspicion import (
    SAME_BIRTHDAY,
    SAME_EMAIL,
    SAME_MOBILE,
    SAME_NAME,
    Record,
    alike,
    reasons,
    suspicions,
)

BORN = date(1990, 5, 6)


def ana(key: int = 1, **told: Any) -> Record:
    return Record(key, **{"first_name": "Ana", "last_name": "Madeup", "date_of_birth": BORN, **told})


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("Ana Madeup", "Ana Madeup", True),
        ("Ana Madeup", "Madeup Ana", True),
        ("Ana Madeup", "Anna Madeup", True),
        ("Ana Madeup", "ANA MADE-UP", True),
        ("José Núñez", "Jose Nunez", True),
        ("Ana", "Ana Madeup", True),
        ("Ana Maria Madeup", "Ana Madeup", True),
        ("Catherine Smith", "Katherine Smyth", True),
        ("Ana Madeup", "Ben Madeup", False),
        ("Ana Madeup", "Ana Otherwise", False),
        ("", "", False),
        ("", "Ana", False),
    ],
)
def test_names_that_a_slip_of_finger_or_ear_may_have_made_of_each_other(
    one: str, other: str, said: bool
) -> None:
    records = (Record(1, first_name=one), Record(2, last_name=other))
    assert alike(*records) is alike(*records[::-1]) is said


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (ana(2), (SAME_BIRTHDAY,)),
        (ana(2, first_name="Anna"), (SAME_BIRTHDAY,)),
        (ana(2, first_name="Ben"), ()),
        (ana(2, date_of_birth=None), (SAME_NAME,)),
        (ana(2, date_of_birth=None, first_name="Anna"), ()),
        # A date of birth that is another speaks against all else: a couple on one telephone.
        (ana(2, date_of_birth=date(1991, 5, 6), mobile="+447700900111"), ()),
        (ana(2, first_name="", last_name="", mobile="+447700900111"), (SAME_MOBILE,)),
        (Record(2, email="ANA@example.org"), (SAME_EMAIL,)),
        (ana(2, mobile="+447700900111", email="ana@example.org"), (SAME_BIRTHDAY, SAME_MOBILE, SAME_EMAIL)),
        (Record(2), ()),
    ],
)
def test_what_speaks_for_one_person(other: Record, why: tuple[str, ...]) -> None:
    known = ana(mobile="+447700900111", email="ana@example.org")
    assert reasons(known, other) == reasons(other, known) == why


def test_a_number_that_a_whole_ward_shares_says_nothing() -> None:
    ward = [Record(key, mobile="+447700900111") for key in range(8)]
    assert suspicions(ward) == []
    assert len(suspicions(ward[:3])) == 3


words = st.sampled_from(["", "Ana", "Anna", "Ben", "Madeup"])
records = st.lists(
    st.builds(
        Record,
        key=st.just(0),
        first_name=words,
        last_name=words,
        date_of_birth=st.sampled_from([None, BORN, date(1991, 1, 1)]),
        mobile=st.sampled_from(["", "+447700900111", "+447700900222"]),
        email=st.sampled_from(["", "ana@example.org", "ANA@example.org"]),
    ),
    max_size=7,
)


@given(records)
def test_comparing_only_those_who_share_something_finds_what_comparing_everybody_does(
    made: list[Record],
) -> None:
    numbered = [
        Record(key, one.first_name, one.last_name, one.date_of_birth, one.mobile, one.email)
        for key, one in enumerate(made)
    ]
    everybody = {
        (one.key, other.key): why for one, other in combinations(numbered, 2) if (why := reasons(one, other))
    }
    assert {(found.one, found.other): found.reasons for found in suspicions(numbered)} == everybody
