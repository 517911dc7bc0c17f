"""Finding a client as somebody types: who is found, and in which order."""

from __future__ import annotations

import string
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic.searching import Listed, folded, found

NAMES = [
    "Ana",
    "Áine",
    "Ben",
    "Bjørn",
    "Łucja",
    "O'Brien",
    "Made-Up",
    "van der Berg",
    "Müller",
    "Ana María",
    "",
]
REFERENCES = ["A1", "A12", "B-07", "2026-0113", "ana", "X"]
TYPED = [
    "",
    "a",
    "an",
    "ana",
    "aine",
    "bjor",
    "luc",
    "obrien",
    "o'b",
    "made up",
    "berg ana",
    "A1",
    "2026",
    "zz",
    "-",
]

listed = st.lists(
    st.builds(
        Listed,
        pk=st.integers(1, 10_000),
        first_name=st.sampled_from(NAMES),
        last_name=st.sampled_from(NAMES),
        reference=st.sampled_from(REFERENCES),
        mine=st.booleans(),
        closed=st.booleans(),
    ),
    max_size=12,
    unique_by=lambda one: one.pk,
)
typed = st.one_of(st.sampled_from(TYPED), st.text(string.ascii_letters + " áøÉ-'", max_size=8))


def who(text: str, *people: Listed, most: int = 8) -> list[int]:
    return [one.pk for one in found(people, text, most)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("aine", "Áine"),
        ("ÁINE", "Áine"),
        ("bjorn", "Bjørn"),
        ("lucja", "Łucja"),
        ("obrien", "O’Brien"),
        ("o'brien", "O'Brien"),
        ("muller", "Müller"),
        ("strasse", "Straße"),
        ("up", "Made-Up"),
        ("madeup", "Made-Up"),
        ("made-up", "Made-Up"),
        ("berg", "van der Berg"),
        ("иван", "Иван"),
        ("محمد", "محمد"),
    ],
)
def test_accents_capitals_and_what_joins_names_make_no_difference(text: str, name: str) -> None:
    assert who(text, Listed(1, "", name, "R1"), Listed(2, "", "Nobody", "R2")) == [1]
    assert who(text, Listed(1, name, "", "R1"), Listed(2, "Nobody", "", "R2")) == [1]


def test_every_word_typed_has_to_be_found_in_whatever_order() -> None:
    ana, ben = Listed(1, "Ana", "Madeup", "A1"), Listed(2, "Ben", "Madeup", "B1")
    assert who("madeup an", ana, ben) == [1]
    assert who("a1 ana", ana, ben) == [1]
    assert who("ana ben", ana, ben) == []


def test_ones_own_come_first_then_beginnings_then_who_is_tracked_then_by_name() -> None:
    people = [
        Listed(1, "Hannah", "Else", "R1"),
        Listed(2, "Anna", "Else", "R2"),
        Listed(3, "Joanna", "Else", "R3", mine=True),
        Listed(4, "Anne", "Else", "R4", mine=True, closed=True),
        Listed(5, "Anders", "Else", "R5", mine=True),
        Listed(6, "Anastasia", "Else", "R6", mine=True),
    ]
    assert who("an", *people) == [6, 5, 4, 3, 2, 1]
    assert who("an", *people, most=2) == [6, 5]


def test_a_reference_typed_in_full_comes_before_everybody() -> None:
    people = [Listed(1, "A", "One", "A1", closed=True), Listed(2, "A12", "Two", "A12", mine=True)]
    assert who("a1", *people) == [1, 2]
    assert who("2026 0113", Listed(3, "", "", "2026-01134", mine=True), Listed(4, "", "", "2026-0113")) == [
        4,
        3,
    ]


def test_nothing_typed_finds_everybody_and_what_is_no_word_nobody() -> None:
    people = [Listed(1, "Ben", "", "B"), Listed(2, "Ana", "", "A")]
    assert who("  ", *people) == [2, 1]
    assert who("--", *people) == []


def plain(text: str) -> str:
    """As folded has it, by another way: letter by letter."""
    special = {"ø": "o", "ł": "l"}
    letters = (unicodedata.normalize("NFD", special.get(one, one))[:1] for one in text.lower())
    return "".join(letter for letter in letters if letter not in "'’")


def mentions(one: Listed, text: str) -> bool:
    """Whether each word typed is in the name or the reference, by another way: in the texts, parts run together."""
    names = [plain(part) for part in (one.first_name, one.last_name, one.reference)]
    texts = [*names, *(name.replace("-", "").replace(" ", "") for name in names)]
    return all(any(word in held for held in texts) for word in plain(text).replace("-", " ").split())


@settings(max_examples=300, deadline=None)
@given(people=listed, text=typed)
def test_exactly_those_who_are_meant_are_found_and_no_order_puts_others_before_ones_own(
    people: list[Listed], text: str
) -> None:
    answer = found(people, text, 100)
    if text.strip() and not plain(text).replace("-", " ").split():
        assert answer == []
        return
    assert {one.pk for one in answer} == {one.pk for one in people if mentions(one, text)}
    in_full = [
        one
        for one in answer
        if plain(one.reference).replace("-", "") == plain(text).replace("-", "").replace(" ", "")
    ]
    rest = [one for one in answer if one not in in_full]
    assert answer == [*in_full, *rest]
    assert [one.mine for one in rest] == sorted((one.mine for one in rest), reverse=True)
    assert found(reversed(people), text, 100) == answer, "whatever order they are read in"
    assert found(people, text, 3) == answer[:3]


@given(st.text(max_size=30))
def test_folding_again_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)
