"""Reading the facts of many clients: all that counts and nothing that was taken back, for the price of one client."""

from dataclasses import fields
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.register import pausing, recording
from attendance.register.models import Source
from attendance.standing import evaluation, reading, strips
from attendance.standing.facts import Attended, Facts, Paused
from clinic.models import Client, Clinic
from clinic.policy import WeeklyPolicy
from tests.attendance.standing.verbs import (
    BY,
    a_client,
    a_clinic,
    amend_policy,
    at,
    close,
    comes_back,
    day,
    discharge,
    pause,
    says_no,
    sweep,
    void,
    went,
)

MANY = 50
LATER = day("2026-12-31")


@pytest.fixture
def harbour(db) -> Clinic:
    return a_clinic()


@pytest.fixture
def ana(harbour: Clinic) -> Client:
    return a_client(harbour)


def facts(client: Client, on: date = LATER) -> Facts:
    return reading.facts_of([client.pk], on)[client.pk]


def test_of_a_newcomer_only_the_intake_is_known(ana):
    assert facts(ana) == Facts(day("2026-01-07"), day("2026-01-07"), attended=[], pauses=[], did_not_go=[])


def test_everything_that_was_told(ana):
    went(ana, "2026-01-28")
    went(ana, "2026-02-03", source=Source.CLIENT)
    pause(ana, "2026-03-01", "2026-03-05", now="2026-02-10")
    says_no(ana, "2026-02-09", now="2026-02-16")
    known = facts(ana)
    assert sorted(known.attended) == [Attended(day("2026-01-28"), False), Attended(day("2026-02-03"), True)]
    assert known.pauses == [Paused(day("2026-03-01"), day("2026-03-05"))]
    assert known.did_not_go == [day("2026-02-09")]


def test_what_was_taken_back_is_not_a_fact(ana):
    void(went(ana, "2026-01-28"), now="2026-01-29")
    pausing.void_pause(
        pause=pause(ana, "2026-03-01", "2026-03-05", now="2026-02-10"), by=BY, now=at("2026-02-11")
    )
    pausing.void_check_in(check_in=says_no(ana, "2026-02-09", now="2026-02-16"), by=BY, now=at("2026-02-17"))
    assert facts(ana) == Facts(day("2026-01-07"), day("2026-01-07"), attended=[], pauses=[], did_not_go=[])


def test_two_courses_of_treatment_and_a_closing(ana):
    discharge(ana, "2026-03-01")
    comes_back(ana, "2026-05-04")
    ana.refresh_from_db()
    close(ana, "2026-06-01")
    known = facts(ana)
    assert (known.first_intake_on, known.latest_intake_on) == (day("2026-01-07"), day("2026-05-04"))
    assert known.closed_on == day("2026-06-01")
    assert facts(ana, day("2026-05-03")).latest_intake_on == day("2026-01-07"), "the return is not known yet"
    assert facts(ana, day("2025-12-31")).latest_intake_on == day("2026-01-07"), (
        "nor is an intake, but there is one"
    )


def test_each_client_has_their_own(ana, harbour):
    ben = a_client(harbour, "Ben")
    went(ana, "2026-01-28")
    pause(ben, "2026-03-01", "2026-03-05", now="2026-02-10")
    both = reading.facts_of([ana.pk, ben.pk], LATER)
    assert (len(both[ana.pk].attended), len(both[ana.pk].pauses)) == (1, 0)
    assert (len(both[ben.pk].attended), len(both[ben.pk].pauses)) == (0, 1)


def test_nobody_and_somebody_who_is_not_there(ana):
    assert reading.facts_of([], LATER) == {}
    assert reading.facts_of([ana.pk + 1000], LATER) == {}


def test_the_policy_is_the_clinics_own(ana, harbour):
    amend_policy(
        harbour,
        "2026-02-25",
        week_starts_on=6,
        meetings_per_week=2,
        settling_in_days=7,
        lapsed_after_weeks=3,
        track_for_months=12,
        count_self_reports=False,
    )
    policy = Clinic.objects.get(pk=harbour.pk).weekly_policy
    assert [one.name for one in fields(WeeklyPolicy) if getattr(policy, one.name) == one.default] == []
    found = reading.before([ana.pk])
    assert found is not None
    assert (found.policy, found.time_zone) == (policy, harbour.time_zone)
    assert found.policy.count_self_reports is False


def a_full_clinic(clients: int) -> Clinic:
    """So many clients, each with a meeting, a pause and an answer."""
    clinic = a_clinic(f"harbour-{clients}")
    people = [a_client(clinic) for _ in range(clients)]
    went_once = [recording.Went(client, day("2026-01-28"), Source.KEYWORKER) for client in people]
    recording.record_many(clinic=clinic, reports=went_once, by=BY, now=at("2026-01-28"))
    for client in people[: max(1, clients // 5)]:
        pause(client, "2026-02-10", "2026-02-11", now="2026-02-01")
        says_no(client, "2026-02-02", now="2026-02-08")
    return clinic


def price(work) -> int:
    """How many statements it takes; those of one INSERT that SQLite splits are one."""
    with CaptureQueriesContext(connection) as queries:
        work()
    statements = [sql["sql"].partition("VALUES")[0] for sql in queries]
    return sum(1 for number, sql in enumerate(statements) if number == 0 or sql != statements[number - 1])


@pytest.mark.django_db
def test_fifty_clients_cost_what_one_costs():
    clinics = [a_full_clinic(1), a_full_clinic(MANY)]
    ids = [list(clinic.clients.values_list("pk", flat=True)) for clinic in clinics]
    assert [price(lambda some=some: reading.facts_of(some, LATER)) for some in ids] == [1, 1]
    # Flags open, go on, are held, go on; everybody goes, and flags close; then two a week are asked.
    for moment in ("2026-02-09", "2026-02-10", "2026-02-12", "2026-02-23"):
        one, many = (price(lambda clinic=clinic, moment=moment: sweep(clinic, moment)) for clinic in clinics)
        assert one == many <= 20, moment
    one, many = (
        price(lambda clinic=clinic: evaluation.evaluate_all(clinic, at("2026-02-24"))) for clinic in clinics
    )
    assert one == many <= 20
    assert clinics[1].flags.filter(closed_at=None).count() == MANY
    for clinic in clinics:
        amend_policy(clinic, "2026-02-25", settling_in_days=90)
    assert not clinics[1].flags.filter(closed_at=None).exists()


@pytest.mark.django_db
def test_who_goes_every_week_is_never_looked_at_by_the_sweep(harbour, ana):
    """Ana goes on Tuesdays, Ben nowhere; from the first week that counts on the sweep looks at Ben alone."""
    a_client(harbour, "Ben")
    examined = []
    for tuesday, monday in (
        ("2026-01-27", "2026-02-02"),
        ("2026-02-03", "2026-02-09"),
        ("2026-02-10", "2026-02-16"),
        ("2026-02-17", "2026-02-23"),
        ("2026-02-24", "2026-03-02"),
    ):
        went(ana, tuesday)
        assert sweep(harbour, f"{tuesday} 23:59").examined == 0
        examined.append(sweep(harbour, f"{monday} 00:05").examined)
    assert examined == [2, 1, 1, 1, 1], "the end of settling in is the one change that comes to everybody"


@pytest.mark.parametrize("last", [1, 2, 3, 12])
def test_the_last_weeks_come_to_the_same_without_what_was_before_them(harbour, ana, last):
    """A pause that began before them, a meeting and a word about the week before the first of them."""
    for on in ("2026-01-28", "2026-02-15", "2026-02-17", "2026-03-10"):
        went(ana, on)
    says_no(ana, "2026-02-23", now="2026-03-02")
    pause(ana, "2026-02-26", "2026-03-03", now="2026-02-25")
    today = day("2026-03-11")
    whole = strips.strips(harbour, [ana.pk], today)[ana.pk]
    assert strips.last_weeks(harbour, [ana.pk], today, last)[ana.pk] == whole[-last:]
    assert {box.outcome for box in whole} >= {"met", "paused", "unknown"}
