"""Made-up meetings and wishes, one by one and at random."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from attendance.directory.choosing.geography import Point
from attendance.directory.choosing.suiting import Candidate
from attendance.directory.choosing.wishes import HOURS, Wishes
from attendance.directory.kinds import AttendanceOption, FellowshipKind

LEEDS = Point(53.8, -1.55)
KINDS = [FellowshipKind.TWELVE_STEP, FellowshipKind.SECULAR, FellowshipKind.OTHER]
# Two fellowships of each kind: 1 and 4 are 12-step ones, 2 and 5 secular, 3 and 6 neither.
KIND_OF = {fellowship: KINDS[(fellowship - 1) % 3] for fellowship in range(1, 7)}
TUESDAY_AT_SEVEN = 1 * 1440 + 19 * 60


def a_candidate(pk: int = 1, fellowship: int = 1, **told: Any) -> Candidate:
    """A meeting in Leeds on Tuesdays at 19:00, in a day's time, for everybody."""
    given: dict[str, Any] = {
        "name": f"Meeting {pk}",
        "group": (f"meeting {pk}", "hall"),
        "option": AttendanceOption.IN_PERSON,
        "types": frozenset(),
        "minute": TUESDAY_AT_SEVEN,
        "ahead": 1440,
        "place": LEEDS,
        "where": "leeds west yorkshire",
    }
    kind = KIND_OF[fellowship]
    return Candidate(
        **{"pk": pk, "fellowship": fellowship, "fellowship_name": f"F{fellowship}", "kind": kind}
        | given
        | told
    )


def around_leeds(north_km: float) -> Point:
    """So many kilometres to the north of Leeds."""
    return Point(LEEDS.north + north_km / 111.195, LEEDS.east)


PLACES = st.one_of(st.none(), st.floats(-60, 60).map(around_leeds))
MARKS = st.frozensets(
    st.sampled_from(["W", "M", "X", "A", "S", "POL", "EN", "BE", "LGBTQ", "O", "?"]), max_size=4
)
MINUTES = st.one_of(st.none(), st.tuples(st.integers(0, 10_079), st.integers(0, 10_079)))


@st.composite
def candidates(draw: st.DrawFn) -> list[Candidate]:
    """Some meetings, of several groups and kinds."""
    found = []
    for pk in range(1, draw(st.integers(0, 14)) + 1):
        minute, ahead = draw(MINUTES) or (None, None)
        found.append(
            a_candidate(
                pk,
                draw(st.sampled_from(list(KIND_OF))),
                group=(f"group {draw(st.integers(1, 5))}", ""),
                option=draw(st.sampled_from(["in_person", "hybrid", "online"]).map(AttendanceOption)),
                types=draw(MARKS),
                minute=minute,
                ahead=ahead,
                place=draw(PLACES),
                where=draw(st.sampled_from(["leeds", "york", ""])),
            )
        )
    return found


WISHES = st.builds(
    Wishes,
    kinds=st.frozensets(st.sampled_from(KINDS), max_size=2),
    fellowships=st.frozensets(st.sampled_from(list(KIND_OF)), max_size=2),
    audience=st.sampled_from(["", "", "W", "M"]),
    languages=st.sampled_from([frozenset(), frozenset({"EN"}), frozenset({"S"}), frozenset({"POL", "EN"})]),
    local=st.booleans(),
    wheelchair=st.booleans(),
    how=st.sampled_from(["", "in_person", "online"]),
    days=st.frozensets(st.integers(0, 6), max_size=3),
    hours=st.frozensets(st.sampled_from(list(HOURS)), max_size=2),
    codes=st.frozensets(st.sampled_from(["BE", "LGBTQ"]), max_size=1),
    area=st.sampled_from(["", "leeds"]),
    near=st.sampled_from([None, LEEDS]),
    within_km=st.one_of(st.none(), st.sampled_from([2.0, 10.0, 40.0])),
)
