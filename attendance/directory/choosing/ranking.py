"""In which order meetings are offered: near and soon first, each kind in turn, what did not suit last. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, zip_longest

from attendance.directory.choosing.suiting import Candidate, Judged, closed_to, judge
from attendance.directory.choosing.wishes import Wishes

# As far as this, in kilometres, is about equally near: within a band whatever is sooner comes first.
BANDS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
MOST_SUITING = 12
MOST_CLOSE = 6
# What is online stands between what is within 16 km and what is beyond.
ONLINE_BAND = BANDS.index(16.0) + 1
# More than one thing that does not fit is no near miss.
MOST_MISSES = 1
NEVER = 8 * 24 * 60

Lane = Hashable


@dataclass(frozen=True, slots=True)
class Unsuited:
    """What somebody said did not suit them: groups, and of which fellowship and kind they were."""

    groups: frozenset[tuple[str, str]] = frozenset()
    fellowships: Mapping[int, int] = field(default_factory=dict)
    kinds: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """The meetings that suit, best first, and where those are few, others that fail in one thing alone.

    more: how many suit beyond those listed.
    """

    suits: list[Judged]
    close: list[Judged]
    more: int


def choose(
    candidates: Iterable[Candidate],
    wishes: Wishes,
    *,
    unsuited: Unsuited | None = None,
    country: str = "",
    most: int = MOST_SUITING,
) -> Choice:
    """The meetings to offer to somebody. The order of the candidates makes no difference.

    Nearest first, in bands, and within one whatever is soonest. Where no kind is wished for, each kind has its turn;
    otherwise each fellowship has. Those of which a group did not suit have it later, so that another kind comes first,
    and the group itself comes last of all.
    """
    held = unsuited or Unsuited()
    judged = [judge(one, wishes, country) for one in candidates if not closed_to(one, wishes)]
    suiting = _in_turn([one for one in judged if not one.misses], wishes, held)
    close: list[Judged] = []
    if len(suiting) < most:
        near_misses = [one for one in judged if 0 < len(one.misses) <= MOST_MISSES]
        close = _in_turn(near_misses, wishes, held)[:MOST_CLOSE]
    return Choice(suiting[:most], close, max(0, len(suiting) - most))


def _in_turn(judged: Sequence[Judged], wishes: Wishes, unsuited: Unsuited) -> list[Judged]:
    lanes: defaultdict[Lane, list[Judged]] = defaultdict(list)
    last: list[Judged] = []
    key = partial(nearness, located=wishes.near is not None)
    for one in sorted(judged, key=key):
        if one.candidate.group in unsuited.groups:
            last.append(one)
        else:
            lanes[_lane(one.candidate, wishes)].append(one)
    turn = sorted(
        lanes.values(), key=lambda lane: (_disliked(lane[0].candidate, wishes, unsuited), key(lane[0]))
    )
    return [one for one in chain.from_iterable(zip_longest(*turn)) if one is not None] + last


def _lane(candidate: Candidate, wishes: Wishes) -> Lane:
    return candidate.fellowship if wishes.names_a_kind else candidate.kind


def _disliked(candidate: Candidate, wishes: Wishes, unsuited: Unsuited) -> int:
    """How many groups of the same lane did not suit."""
    if wishes.names_a_kind:
        return unsuited.fellowships.get(candidate.fellowship, 0)
    return unsuited.kinds.get(candidate.kind, 0)


def nearness(judged: Judged, located: bool) -> tuple[int, int, str, int]:
    """The key to sort by: the band of distance, then how soon; the name and number for those alike in both.

    located: it is known from where. What is online comes after what is near, since somebody who is there in person is
    met (evidence E12), and before what is far; a place that nobody knows comes last.
    """
    candidate = judged.candidate
    if judged.distance_km is not None:
        band = bisect_left(BANDS, judged.distance_km)
    elif not candidate.in_person:
        band = ONLINE_BAND
    else:
        band = len(BANDS) + 1 if located else 0
    return band, candidate.ahead if candidate.ahead is not None else NEVER, candidate.name, candidate.pk


def unsuited_of(candidates: Collection[Candidate]) -> Unsuited:
    """What it comes to that these meetings did not suit; several of one group count once."""
    groups = {one.group: one for one in candidates}
    return Unsuited(
        groups=frozenset(groups),
        fellowships=Counter(one.fellowship for one in groups.values()),
        kinds=Counter(one.kind for one in groups.values()),
    )
