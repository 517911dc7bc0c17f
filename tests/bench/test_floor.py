"""The floor of the bench is a floor only if it writes what the sweep writes."""

import pytest

from attendance.register.models import Pause
from attendance.standing import evaluation
from attendance.standing.facts import ClosedBecause
from attendance.standing.models import Flag
from bench import sweep
from bench.lives import MONDAY
from bench.saved import TABLES, Saved, content
from bench.world import LONG_AGO, NOW, build
from clinic.models import Clinic
from reminders.prompts.models import Prompt

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clinic() -> Clinic:
    return build(100)


@pytest.mark.parametrize("series", sweep.SERIES, ids=lambda series: series.name)
def test_it_writes_the_rows_that_the_sweep_writes(clinic, series):
    clinic.sending_since = LONG_AGO if series.sends else None
    clinic.save()
    with Saved() as saved:
        before = content()
        known, queries = sweep.learn(clinic, series)
        swept = content()
        saved.restore()
        assert content() == before
        sweep.run_floor(clinic, known)
        assert content() == swept
    altered = {table for table in TABLES if swept[table] != before[table]}
    assert altered == (set(TABLES) if series.plans else {"attendance_standingrecord", "attendance_flag"})
    assert queries > 10


def test_after_it_was_put_back_the_same_sweep_writes_the_same_rows(clinic):
    with Saved() as saved:
        sweep.run_sweep(clinic, sweep.SERIES[2])
        first = content()
        saved.restore()
        sweep.run_sweep(clinic, sweep.SERIES[2])
        assert content() == first


def test_the_floor_looks_at_those_who_are_due_and_leaves_nobody_due(clinic):
    due = clinic.standings.filter(next_change_on__lte=MONDAY)
    assert due.count() == 25
    with Saved() as saved:
        known, _ = sweep.learn(clinic, sweep.SERIES[0])
        saved.restore()
        sweep.run_floor(clinic, known)
        assert due.count() == 0


def test_measuring_leaves_the_rows_as_they_were(clinic):
    before = content()
    figures = sweep.measure(clinic, sweep.SERIES[0], turns=2)
    assert content() == before
    assert (figures.due, len(figures.floor), len(figures.sweep)) == (25, 2, 2)
    assert min(figures.ratios) <= figures.ratio <= max(figures.ratios)


def test_in_the_made_up_clinic_flags_open_grow_wait_and_close(clinic):
    open_before = clinic.flags.filter(closed_at__isnull=True)
    weeks = dict(open_before.values_list("pk", "missed_weeks"))
    assert open_before.filter(on_hold=True).count() == 1
    tally = evaluation.sweep(clinic, NOW)
    assert (tally.examined, tally.changed, tally.flags_opened, tally.flags_closed) == (25, 25, 10, 1)
    grown = [flag for flag in open_before if flag.missed_weeks > weeks.get(flag.pk, flag.missed_weeks)]
    assert len(grown) >= 12
    assert open_before.get(on_hold=True).client.pauses.filter(starts_on=MONDAY).exists()
    assert clinic.flags.get(closed_at=NOW).closed_because == ClosedBecause.TRACKING_ENDED


def test_the_made_up_clinic_has_a_history(clinic):
    assert 35 < clinic.attendances.count() / 100 < 50
    assert {kind.objects.filter(clinic=clinic).exists() for kind in (Pause, Flag, Prompt)} == {True}
    assert clinic.checkins.exists()
    assert clinic.introductions.exists()
