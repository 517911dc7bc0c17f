"""What clients wish, as it stands in their preferences."""

import pytest

from attendance.directory.choosing.wishes import Wishes, wishes_of
from attendance.directory.kinds import FellowshipKind
from clinic import preferences

NAMED = {"narcotics anonymous": 1, "na": 1, "smart recovery": 2}


@pytest.mark.parametrize(
    ("words", "wished"),
    [
        ([], {}),
        (["12-step", "secular"], {"kinds": frozenset({FellowshipKind.TWELVE_STEP, FellowshipKind.SECULAR})}),
        (["other kinds"], {"kinds": frozenset({FellowshipKind.OTHER})}),
        (["na", "smart recovery"], {"fellowships": frozenset({1, 2})}),
        (["women"], {"audience": "W"}),
        (["men", "women"], {"audience": ""}),
        (["online"], {"how": "online"}),
        (["in person", "online"], {"how": ""}),
        (["wheelchair"], {"wheelchair": True}),
        (["mondays", "sundays", "evenings"], {"days": frozenset({0, 6}), "hours": frozenset({"evenings"})}),
        (["newcomer", "lgbtq"], {"codes": frozenset({"BE", "LGBTQ"})}),
        (["area: leeds", "within: 5 km"], {"area": "leeds", "within_km": 5.0}),
        (["area: leeds", "within: far"], {"area": "leeds", "within_km": None}),
        (["dogs", "quiet rooms"], {"unused": ("dogs", "quiet rooms")}),
        (["nights"], {"hours": frozenset({"nights"})}),
        (["spanish"], {"languages": frozenset({"EN", "S"})}),
    ],
)
def test_words_are_wishes(words, wished):
    assert wishes_of(words, language="en", country="GB", fellowships=NAMED) == Wishes(
        **{"languages": frozenset({"EN"}), "local": True} | wished
    )


@pytest.mark.parametrize(
    ("language", "country", "languages", "local"),
    [
        ("es", "GB", {"S"}, False),
        ("es", "ES", {"S"}, True),
        ("de", "DE", {"DE"}, True),
        ("en", "DE", {"EN"}, False),
        ("pl", "US", {"POL"}, False),
        ("", "GB", set(), True),
        ("tlh", "GB", set(), True),
    ],
)
def test_an_unmarked_meeting_is_held_in_what_the_place_speaks(language, country, languages, local):
    wishes = wishes_of([], language=language, country=country)
    assert (wishes.languages, wishes.local) == (frozenset(languages), local)


def test_every_word_that_a_form_offers_is_understood():
    for word in preferences.OFFERED:
        assert wishes_of([word]) != Wishes(), word
        assert wishes_of([word]).unused == ()
