"""What a page holds of a week is told apart from what is written down of it by a short sum."""

from __future__ import annotations

from datetime import date

from attendance.register.models import CheckIn, Source
from attendance.reports.cells import Entry, Said, Week
from tests.cast import NOW

TUESDAY = date(2026, 2, 24)


def entry(pk: int, meeting_id: int | None = None, said: int = 1, taken_back: bool = False) -> Entry:
    reports = [Said(Source.KEYWORKER, "kay", NOW)] * said
    return Entry(pk, 1, TUESDAY, "Went", "Went", meeting_id, taken_back=taken_back, said=reports)


def test_each_difference_that_shows_makes_another_version():
    weeks = [
        Week(),
        Week(check_in=CheckIn(pk=1)),
        Week(check_in=CheckIn(pk=2)),
        Week([entry(1)]),
        Week([entry(2)]),
        Week([entry(1), entry(2)]),
        Week([entry(1, meeting_id=7)]),
        Week([entry(1, said=2)]),
    ]
    assert len({week.version for week in weeks}) == len(weeks)


def test_what_does_not_show_makes_none():
    assert Week([entry(1, taken_back=True)]).version == Week().version
    assert Week([entry(1)], CheckIn(pk=1)).version == Week([entry(1)]).version
    assert Week([entry(1)]).on(TUESDAY) == [entry(1)]
    assert Week([entry(1)]).on(date(2026, 2, 25)) == []
