"""What suits a client: one list of words, whether ticked, typed or imported."""

from attendance.directory.kinds import FellowshipKind
from clinic import preferences


def test_ticked_words_and_typed_ones_and_an_area_are_one_list():
    held = preferences.words("Evenings; women;;", ticked=["women", "online"], area="Old Town; Quay")
    assert held == ["area: old town, quay", "evenings", "online", "women"]
    assert preferences.told_apart(held) == (["online", "women"], "old town, quay", ["evenings"])
    assert preferences.words() == []


def test_what_a_spreadsheet_holds_is_told_apart_and_nothing_is_lost():
    held = ["area: a", "area: b", "beginners", "secular"]
    ticked, area, others = preferences.told_apart(held)
    assert (ticked, area, others) == (["secular"], "a", ["area: b", "beginners"])
    assert preferences.words("; ".join(others), ticked=ticked, area=area) == held


def test_the_kinds_of_group_that_the_directory_knows_can_be_ticked():
    kinds = {kind.label.lower() for kind in FellowshipKind} - {"other"}
    assert kinds <= set(preferences.OFFERED)
