"""What suits a client: one list of words, whether ticked, typed or imported."""

import pytest

from attendance.directory.kinds import FellowshipKind
from clinic import preferences


def test_ticked_words_and_typed_ones_and_an_area_are_one_list():
    held = preferences.words("Evenings; women;;", ticked=["women", "online"], area="Old Town; Quay")
    assert held == ["area: old town, quay", "evenings", "online", "women"]
    assert preferences.told_apart(held) == (["evenings", "online", "women"], "old town, quay", "", [])
    assert preferences.words() == []


def test_what_a_spreadsheet_holds_is_told_apart_and_nothing_is_lost():
    held = ["area: a", "area: b", "beginners", "secular", "within: 5 km"]
    told = preferences.told_apart(held)
    assert told == (["secular"], "a", "5 km", ["area: b", "beginners"])
    others = "; ".join(told.others)
    assert preferences.words(others, ticked=told.ticked, area=told.area, within=told.within) == held


@pytest.mark.parametrize(
    ("written", "km"),
    [
        ("5 km", 5.0),
        ("1 mile", 1.609344),
        ("2.5 Miles", 4.02336),
        ("3mi", 4.828032),
        ("far", None),
        ("-1 km", None),
    ],
)
def test_how_far_is_read_in_either_unit(written, km):
    assert preferences.kilometres(written) == (pytest.approx(km) if km is not None else None)


def test_how_far_is_written_as_people_there_do():
    assert (preferences.distance_text(1.25, "DE"), preferences.distance_text(1.609344, "GB")) == (
        "1.2 km",
        "1.0 miles",
    )
    assert preferences.distance_text(25.4, "FR") == "25 km"
    assert preferences.distance_text(0.01, "US") == "under 0.1 miles"
    for country in ("GB", "DE"):
        offered = preferences.distances(country)
        assert all(preferences.kilometres(one) for one in offered)
    assert offered[0] == "1 km"


def test_the_kinds_of_group_that_the_directory_knows_can_be_ticked():
    kinds = {kind.label.lower() for kind in FellowshipKind} - {"other"}
    assert kinds <= set(preferences.OFFERED)
