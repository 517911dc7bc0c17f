"""Which meetings are offered, held against a plain reading of the wishes; and in which order."""

from __future__ import annotations

import random
from collections import Counter
from math import atan2, cos, radians, sin, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.directory.choosing.geography import Point
from attendance.directory.choosing.ranking import BANDS, MOST_MISSES, choose, unsuited_of
from attendance.directory.choosing.suiting import Candidate, closed_to, judge
from attendance.directory.choosing.wishes import Wishes
from attendance.directory.kinds import AttendanceOption, FellowshipKind
from tests.attendance.directory.choosing.made_up import (
    LEEDS,
    WISHES,
    a_candidate,
    around_leeds,
    candidates,
)

ANY = Wishes(languages=frozenset({"EN"}))
SECULAR = FellowshipKind.SECULAR


def away(one: Point, other: Point) -> float:
    """Kilometres by the formula of Vincenty for a ball."""
    north, other_north, east = radians(one.north), radians(other.north), radians(other.east - one.east)
    over = sqrt(
        (cos(other_north) * sin(east)) ** 2
        + (cos(north) * sin(other_north) - sin(north) * cos(other_north) * cos(east)) ** 2
    )
    under = sin(north) * sin(other_north) + cos(north) * cos(other_north) * cos(east)
    return 6371.0088 * atan2(over, under)


def wanting(one: Candidate, wishes: Wishes) -> int:
    """How many wishes a meeting fails, read off one by one."""
    there = one.option in ("in_person", "hybrid")
    failed = [
        bool(wishes.kinds or wishes.fellowships)
        and one.kind not in wishes.kinds
        and one.fellowship not in wishes.fellowships
        and not (SECULAR in wishes.kinds and "A" in one.types),
        wishes.audience != "" and wishes.audience not in one.types,
        wishes.wheelchair and there and "X" not in one.types,
        wishes.how == "online" and one.option == "in_person",
        wishes.how == "in_person" and one.option == "online",
    ]
    failed += [code not in one.types for code in wishes.codes]
    spoken = one.types & {"EN", "S", "POL"}
    if wishes.languages:
        failed.append(not spoken & wishes.languages if spoken else not wishes.local)
    if wishes.days or wishes.hours:
        if one.minute is None:
            failed.append(True)
        else:
            hour = one.minute // 60 % 24
            parts = {range(4): "nights", range(4, 12): "mornings", range(12, 17): "afternoons"}
            part = next((part for hours, part in parts.items() if hour in hours), "evenings")
            failed += [
                bool(wishes.days) and one.minute // 1440 not in wishes.days,
                bool(wishes.hours) and part not in wishes.hours,
            ]
    if wishes.how != "online" and there and wishes.near is not None:
        if one.place is not None:
            failed.append(away(wishes.near, one.place) > (wishes.within_km or 25))
        elif wishes.within_km is not None:
            failed.append(wishes.area == "" or wishes.area not in one.where)
    return sum(failed)


@given(candidates(), WISHES)
def test_a_meeting_suits_exactly_when_no_wish_speaks_against_it(meetings, wishes):
    for one in meetings:
        assert len(judge(one, wishes).misses) == wanting(one, wishes)


@given(candidates(), WISHES)
def test_nobody_is_sent_to_a_meeting_for_others_alone(meetings, wishes):
    choice = choose(meetings, wishes, most=100)
    for judged in (*choice.suits, *choice.close):
        alone = judged.candidate.types & {"W", "M"}
        assert len(alone) != 1 or wishes.audience in alone


@given(candidates(), WISHES)
def test_all_that_suit_are_there_and_nothing_else(meetings, wishes):
    choice = choose(meetings, wishes, most=100)
    offered = {one.pk for one in meetings if not closed_to(one, wishes)}
    suiting = {one.pk for one in meetings if one.pk in offered and wanting(one, wishes) == 0}
    assert {judged.candidate.pk for judged in choice.suits} == suiting
    assert all(0 < wanting(judged.candidate, wishes) <= MOST_MISSES for judged in choice.close)
    few = choose(meetings, wishes, most=3)
    assert (len(few.suits), few.more) == (min(3, len(suiting)), max(0, len(suiting) - 3))
    assert [one.candidate.pk for one in few.suits] == [one.candidate.pk for one in choice.suits[:3]]


@given(candidates(), WISHES, st.integers())
def test_the_order_in_which_they_are_found_makes_no_difference(meetings, wishes, seed):
    shuffled = list(meetings)
    random.Random(seed).shuffle(shuffled)
    assert choose(shuffled, wishes, most=100) == choose(meetings, wishes, most=100)


@given(candidates(), WISHES, st.sets(st.integers(1, 14)))
def test_a_group_that_did_not_suit_comes_after_all_that_did(meetings, wishes, said):
    unsuited = unsuited_of([one for one in meetings if one.pk in said])
    held = [
        one.candidate.group in unsuited.groups
        for one in choose(meetings, wishes, unsuited=unsuited, most=100).suits
    ]
    assert held == sorted(held)


@given(candidates(), WISHES)
def test_within_a_kind_the_nearer_comes_first_and_within_a_band_the_sooner(meetings, wishes):
    suits = choose(meetings, wishes, most=100).suits
    lanes = {
        one.candidate.fellowship if wishes.kinds or wishes.fellowships else one.candidate.kind
        for one in suits
    }
    for lane in lanes:
        of_lane = [one for one in suits if lane in (one.candidate.fellowship, one.candidate.kind)]
        keys = [
            (
                sum(limit < one.distance_km for limit in BANDS),
                one.candidate.ahead if one.candidate.ahead is not None else 99_999,
            )
            for one in of_lane
            if one.distance_km is not None
        ]
        assert keys == sorted(keys)


@given(candidates(), WISHES.filter(lambda one: not one.names_a_kind))
def test_where_no_kind_is_wished_for_each_has_its_turn(meetings, wishes):
    """Evidence E13: groups without a higher power stand as equals, however many of the others there are."""
    kinds = [one.candidate.kind for one in choose(meetings, wishes, most=100).suits]
    for number in range(len(kinds)):
        told = Counter(kinds[:number])
        left = Counter(kinds[number:])
        # None is a turn behind another while it has any left.
        assert all(told[kind] >= max(told.values(), default=0) - 1 for kind in left if left[kind])


class TestAna:
    """Ana has said little; there are four meetings of Alcoholics Anonymous near, and SMART a good way off."""

    STEPS = tuple(
        a_candidate(pk, 1, place=around_leeds(pk / 2), ahead=100 * pk, group=(f"steps {pk}", ""))
        for pk in range(1, 5)
    )
    SMART = a_candidate(9, 2, place=around_leeds(7), ahead=2000)
    NEAR_LEEDS = Wishes(languages=frozenset({"EN"}), near=LEEDS)

    def offered(self, wishes: Wishes = NEAR_LEEDS, said: tuple[Candidate, ...] = ()) -> list[int]:
        found = choose([*self.STEPS, self.SMART], wishes, unsuited=unsuited_of(said))
        return [one.candidate.pk for one in found.suits]

    def test_is_offered_the_nearest_and_then_another_kind(self):
        assert self.offered() == [1, 9, 2, 3, 4]

    def test_is_offered_another_kind_first_once_one_did_not_suit_and_that_group_last(self):
        assert self.offered(said=(self.STEPS[0],)) == [9, 2, 3, 4, 1]
        assert self.offered(said=(self.SMART,)) == [1, 2, 3, 4, 9]

    def test_is_offered_what_she_asks_for(self):
        assert self.offered(Wishes(kinds=frozenset({SECULAR}), near=LEEDS)) == [9]
        assert self.offered(Wishes(near=LEEDS, within_km=1.2)) == [1, 2]
        close = choose([*self.STEPS, self.SMART], Wishes(near=LEEDS, within_km=1.2), country="GB").close
        assert [(one.candidate.pk, one.misses) for one in close][:2] == [
            (3, ("0.9 miles away",)),
            (9, ("4.3 miles away",)),
        ]


@pytest.mark.parametrize(
    ("told", "wishes", "fits", "misses"),
    [
        ({}, ANY, ("12-step",), ()),
        ({"fellowship": 2}, ANY, ("secular: no higher power",), ()),
        ({}, Wishes(near=LEEDS), ("under 0.1 km away", "12-step"), ()),
        ({}, Wishes(kinds=frozenset({SECULAR})), (), ("12-step",)),
        ({"types": frozenset({"A"})}, Wishes(kinds=frozenset({SECULAR})), ("secular: no higher power",), ()),
        ({}, Wishes(fellowships=frozenset({1})), ("F1",), ()),
        ({"types": frozenset({"W"})}, Wishes(audience="W"), ("12-step", "for women alone"), ()),
        ({}, Wishes(audience="M"), ("12-step",), ("not for men alone",)),
        ({"types": frozenset({"POL"})}, ANY, ("12-step",), ("in Polish",)),
        (
            {"types": frozenset({"S"})},
            Wishes(languages=frozenset({"S"}), local=False),
            ("12-step", "in Spanish"),
            (),
        ),
        ({}, Wishes(languages=frozenset({"S"}), local=False), ("12-step",), ("not marked as Spanish",)),
        ({"types": frozenset({"X"})}, Wishes(wheelchair=True), ("12-step", "step-free"), ()),
        ({}, Wishes(wheelchair=True), ("12-step",), ("not marked as step-free",)),
        (
            {"option": AttendanceOption.ONLINE, "place": None},
            Wishes(wheelchair=True, near=LEEDS, within_km=1.0),
            ("online", "12-step"),
            (),
        ),
        ({}, Wishes(how="online"), ("12-step",), ("in person only",)),
        (
            {},
            Wishes(days=frozenset({1}), hours=frozenset({"evenings"})),
            ("12-step", "on Tuesdays", "in the evening"),
            (),
        ),
        ({}, Wishes(days=frozenset({2})), ("12-step",), ("on Tuesdays",)),
        ({"minute": None, "ahead": None}, Wishes(days=frozenset({2})), ("12-step",), ("by appointment",)),
        ({"minute": 60}, Wishes(hours=frozenset({"evenings"})), ("12-step",), ("in the night",)),
        (
            {"place": None},
            Wishes(near=LEEDS, area="leeds", within_km=5.0),
            ("in Leeds", "12-step"),
            (),
        ),
        ({"place": None}, Wishes(near=LEEDS, within_km=5.0), ("12-step",), ("how far is not known",)),
        ({"types": frozenset({"BE"})}, Wishes(codes=frozenset({"BE"})), ("12-step", "newcomer"), ()),
    ],
)
def test_each_reason_is_said_in_words(told, wishes, fits, misses):
    judged = judge(a_candidate(**told), wishes)
    assert (judged.fits, judged.misses) == (fits, misses)
