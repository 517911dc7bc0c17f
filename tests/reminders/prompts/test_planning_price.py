"""A tick costs a fixed number of queries, for four clients and for fifty, whatever is due.

SQLite splits an INSERT of many rows into several statements; those are counted as the one they are.
"""

from collections.abc import Callable
from datetime import datetime
from itertools import groupby

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.standing import evaluation
from clinic.models import Clinic
from reminders.prompts.models import Prompt
from reminders.prompts.planning import plan, plan_first_steps, plan_flags, plan_week
from tests.reminders.telling import a_client, a_clinic, a_contact, after, at, introduced, went

MOMENTS = [
    (plan_first_steps, at("2026-01-17 00:05")),
    (plan_week, at("2026-02-01 18:00")),
    (plan_flags, after(1)),
    (plan_flags, after(2)),
    (plan_flags, after(6)),
]


def a_full_clinic(clients: int) -> Clinic:
    """So many clients: with a contact, without one, without consent, and one who went once."""
    clinic = a_clinic(f"harbour-{clients}")
    joe = a_contact(clinic)
    for index in range(clients):
        client = a_client(clinic, "Ana", f"+4477009{index:05d}", texts=index % 4 != 2)
        if index % 4 == 0:
            introduced(client, joe)
        if index % 4 == 3:
            went(client, "2026-01-14")
    return clinic


def price(plan_one: Callable[[Clinic, datetime], int], clinic: Clinic, now: datetime) -> int:
    """How many statements planning takes."""
    with CaptureQueriesContext(connection) as queries:
        plan_one(clinic, now)
    return sum(1 for _ in groupby(sql["sql"].partition("VALUES")[0] for sql in queries))


@pytest.mark.django_db
def test_fifty_cost_what_four_cost():
    few, many = a_full_clinic(4), a_full_clinic(50)
    for plan_one, moment in MOMENTS:
        for clinic in (few, many):
            evaluation.sweep(clinic, moment)
        before = Prompt.objects.count()
        prices = [price(plan_one, clinic, moment) for clinic in (few, many)]
        assert Prompt.objects.count() >= before + 12, "there was something to plan"
        assert prices[0] == prices[1] <= 18, (plan_one, moment)


@pytest.mark.django_db
def test_a_tick_on_which_nothing_is_due_writes_nothing():
    clinic = a_full_clinic(4)
    evaluation.sweep(clinic, after(1))
    assert plan(clinic, after(1)) == 4
    with CaptureQueriesContext(connection) as queries:
        assert plan(clinic, after(1, "00:06")) == 0
    assert not [sql for sql in queries if sql["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert len(queries) <= 10
