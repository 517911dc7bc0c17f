"""Which attendance a report is about: the cases by hand, and what holds for any sequence of reports."""

from dataclasses import dataclass, field
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.register.matching import Known, holds, match

AA, NA = 1, 2
# Meetings by id, with their fellowships.
MONDAY, NOON, CLEAN = 11, 12, 21
FELLOWSHIP = {MONDAY: AA, NOON: AA, CLEAN: NA}


@dataclass(frozen=True)
class Said:
    """What one report names."""

    meeting: int | None = None
    fellowship: int | None = None
    source: str = "client"
    note: str = ""


@dataclass
class Day:
    """The attendances of one client and day, as reports come in."""

    known: list[Known] = field(default_factory=list)

    def hear(self, said: Said) -> bool:
        """Take a report in, as the register does; whether it told anything new."""
        fellowship = FELLOWSHIP.get(said.meeting, said.fellowship)
        one = match(self.known, said.meeting, fellowship, said.source, said.note)
        if one is None:
            self.known.append(Known(said.meeting, fellowship, {said.source: said.note}))
            return True
        before = (one.meeting_id, one.fellowship_id, dict(one.said))
        one.meeting_id = one.meeting_id or said.meeting
        one.fellowship_id = one.fellowship_id or fellowship
        held = one.said.setdefault(said.source, said.note)
        if not holds(held, said.note):
            one.said[said.source] = "; ".join(filter(None, (held, said.note)))
        return before != (one.meeting_id, one.fellowship_id, one.said)


@pytest.mark.parametrize(
    ("told", "reports", "attendances"),
    [
        ("two named meetings are two", [Said(MONDAY), Said(NOON)], 2),
        ("the same meeting is one, whoever says so", [Said(MONDAY), Said(MONDAY, source="slip")], 1),
        ("nothing named is whatever is known", [Said(MONDAY), Said(source="slip")], 1),
        ("a fellowship alone is the meeting of it", [Said(MONDAY), Said(fellowship=AA)], 1),
        ("another fellowship is another meeting", [Said(MONDAY), Said(fellowship=NA)], 2),
        ("two fellowships are two", [Said(fellowship=AA), Said(fellowship=NA)], 2),
        ("two named and one of their fellowship are two", [Said(MONDAY), Said(NOON), Said(fellowship=AA)], 2),
        ("one named, one of another fellowship", [Said(CLEAN), Said(fellowship=AA), Said()], 2),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_how_many_there_were_whatever_the_order(told, reports, attendances):
    for order in permutations(reports):
        day = Day()
        for said in order:
            day.hear(said)
        assert len(day.known) == attendances, order


def test_an_unnamed_attendance_learns_its_meeting():
    day = Day()
    day.hear(Said())
    day.hear(Said(MONDAY, source="slip"))
    assert day.known == [Known(MONDAY, AA, {"client": "", "slip": ""})]


reports = st.lists(
    st.builds(
        Said,
        meeting=st.sampled_from([None, None, MONDAY, NOON, CLEAN]),
        fellowship=st.sampled_from([None, AA, NA]),
        source=st.sampled_from(["client", "keyworker", "slip"]),
        note=st.sampled_from(["", "Stayed for tea.", "With Joe."]),
    ),
    max_size=7,
)


@given(reports)
def test_hearing_it_all_again_tells_nothing_new(told):
    day = Day()
    for said in told:
        day.hear(said)
    assert [day.hear(said) for said in told] == [False] * len(told)


@given(reports)
def test_no_two_attendances_are_the_same(told):
    day = Day()
    for said in told:
        day.hear(said)
    keys = [(one.meeting_id, None if one.meeting_id else one.fellowship_id) for one in day.known]
    assert len(set(keys)) == len(keys)
