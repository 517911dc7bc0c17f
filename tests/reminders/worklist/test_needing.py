"""How many need somebody, as every page counts it: the same as Today shows, whatever happens to clients."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count, product

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attendance.register import pausing
from clinic import clock, episodes, interviews
from clinic.intake import Intake
from clinic.models import Client, Clinic, ClosedReason, InterviewKind, Phase
from reminders.desk import today
from reminders.worklist import aside, escalating, needing, tasks
from reminders.worklist.models import TaskKind
from reminders.worklist.tasks import Need
from tests.reminders.telling import BEGAN, BY, a_client, at, sweep, went

pytestmark = pytest.mark.django_db
NOW = at("2026-02-27 10:00")
WEEK = timedelta(days=7)
NUMBERS = count(1)

EIGHT, LATE = InterviewKind.EIGHT_MONTHS, InterviewKind.TWENTY_FOUR_MONTHS
# Days of intake after which an interview is due on 27 February 2026: the first and the last of eight months ago, and
# one of two years ago; and the days beside them, with one of this year, after which none is.
DUE = ("2025-05-28", "2025-07-29", "2024-02-27")
NOT_DUE = ("2025-05-27", "2025-07-30", "2024-01-27", "2026-01-07")
INTAKES = st.sampled_from([*DUE, *NOT_DUE]).map(date.fromisoformat)
QUIET = {"went": True, "task": None, "paused": False, "aside": False, "closed": False}
TREATED = {
    "intakes": st.lists(INTAKES, min_size=1, max_size=2, unique=True).map(sorted),
    "held": st.none() | st.tuples(st.sampled_from([EIGHT, LATE]), st.booleans(), st.booleans()),
}

lives = st.lists(
    # Of whom nothing else is asked, an interview alone decides.
    st.fixed_dictionaries({name: st.just(value) for name, value in QUIET.items()} | TREATED)
    | st.fixed_dictionaries(
        {
            "went": st.booleans(),
            "task": st.sampled_from([None, TaskKind.RING_ME, TaskKind.DECLINED, TaskKind.UNCERTAIN]),
            "paused": st.booleans(),
            "aside": st.booleans(),
            "closed": st.booleans(),
        }
        | TREATED
    ),
    max_size=4,
)


def live(clinic: Clinic, life: dict) -> Client:
    first, *later = life["intakes"]
    client = a_client(clinic, f"C{next(NUMBERS)}", texts=False, intake_on=first)
    for day in later:
        left = {"episode": client.episodes.get(), "phase": Phase.COMPLETED, "changed_on": day}
        episodes.change_phase(**left, by=BY, now=BEGAN)
        episodes.return_to_treatment(client=client, intake_on=day, intake=Intake(), by=BY, now=BEGAN)
    if life["held"]:
        kind, at_first, struck_out = life["held"]
        held = {"kind": kind, "held_on": first if at_first else date(2026, 1, 8)}
        interview, _ = interviews.record(client=client, **held, answers=interviews.Answers(), by=BY, now=NOW)
        if struck_out:
            interviews.void(interview=interview, reason="It was Ben.", by=BY, now=NOW)
    if life["went"]:
        for week in range(5):
            went(client, str(date(2026, 1, 27) + week * WEEK))
    if life["task"]:
        tasks.raise_tasks([Need(client, life["task"], "Why.")], at("2026-02-20 09:00"))
    if life["paused"]:
        span = {"starts_on": date(2026, 2, 26), "ends_on": date(2026, 3, 4)}
        pausing.pause(client=client, **span, reason="Away", by=BY, now=NOW)
    if life["aside"]:
        aside.put_aside(client=client, until=date(2026, 3, 3), reason="Later.", by=BY, now=NOW)
    if life["closed"]:
        episodes.close(
            client=client,
            closed_on=clock.local_date(NOW, "Europe/London"),
            reason=ClosedReason.MOVED,
            by=BY,
            now=NOW,
        )
    return client


# The clinic is as it was after each example.
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lives)
def test_it_is_the_number_of_today(harbour, told):
    with transaction.atomic():
        for life in told:
            live(harbour, life)
        sweep(harbour, NOW)
        shown = today.page_of(harbour, today.waiting(harbour, harbour.clients.all(), NOW), NOW)
        day = clock.local_date(NOW, harbour.time_zone)
        counted = needing.counts(harbour, harbour.clients.all(), day, of_managers=True)
        assert counted.needing == shown.number
        assert counted.waiting == harbour.escalations.shown().count()
        transaction.set_rollback(True)


def test_who_is_due_for_an_interview_is_found_by_either_question(harbour):
    """By one and two courses of treatment, and each interview that may have been held of the one or the other."""
    due, not_due = date.fromisoformat(DUE[0]), date.fromisoformat(NOT_DUE[-1])
    courses = [*([date.fromisoformat(day)] for day in (*DUE, *NOT_DUE)), [due, not_due]]
    courses.append([date.fromisoformat("2024-01-27"), due])
    held = [None, *product([EIGHT, LATE], [True, False], [True, False])]
    alive = {
        live(harbour, QUIET | {"went": False, "intakes": intakes, "held": one}).pk: (intakes, one)
        for intakes, one in product(courses, held)
    }
    today_is = date(2026, 2, 27)
    found = set(interviews.due_among(harbour, harbour.clients.all(), today_is))
    asked = set(harbour.clients.filter(interviews.is_due(harbour, today_is)).values_list("pk", flat=True))
    assert [alive[pk] for pk in found ^ asked] == []
    without = [intakes for pk, (intakes, one) in alive.items() if pk in found and one is None]
    assert without == [*([date.fromisoformat(day)] for day in DUE), courses[-1]]


def test_it_is_one_query_and_another_clinics_clients_are_not_in_it(ana, harbour):
    other = Clinic.objects.create(slug="hillside", name="Hillside", time_zone="Europe/London")
    for client in (ana, a_client(other, "Hugo", texts=False)):
        tasks.raise_tasks([Need(client, TaskKind.DECLINED, "Why.")], at("2026-02-20 09:00"))
    escalating.escalate(other, NOW)
    with CaptureQueriesContext(connection) as asked:
        counted = needing.counts(harbour, harbour.clients.all(), date(2026, 2, 27), of_managers=True)
    assert len(asked) == 1
    assert (counted.needing, counted.waiting) == (1, 0)
    escalating.escalate(harbour, NOW)
    for of_managers, waiting in [(True, 1), (False, 0)]:
        counted = needing.counts(harbour, harbour.clients.none(), date(2026, 2, 27), of_managers=of_managers)
        assert (counted.needing, counted.waiting) == (0, waiting)
