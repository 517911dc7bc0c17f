"""Plans what the ladder says is due: for flags that moved, for newcomers, and for silent weeks.

Planning is unique in the database, so planning again adds nothing. What only has to be looked at once
is not looked at again: a flag until its missed weeks move, a week's question once it has been planned.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypedDict

from django.db import transaction
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet

from attendance.register.models import Attendance, CheckIn, Pause, PlannedMeeting
from attendance.standing.facts import FLAGGED, Standing
from attendance.standing.models import Flag, StandingRecord
from attendance.standing.rule import first_expected_week
from clinic import clock, locking
from clinic.models import Clinic
from clinic.weeks import WEEK, week_of
from reminders.prompts import ladder
from reminders.prompts.batch import Batch
from reminders.prompts.ladder import Due, Missed, Step
from reminders.prompts.models import PlannedFlag, Prompt
from reminders.prompts.states import PromptState
from reminders.worklist.by_itself import take_up_again

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Intake(TypedDict):
        first_intake_on: date

    _Newcomer = WithAnnotations[StandingRecord, _Intake]

BATCH = 1000
# What a step has to know of a flag and its client; there may be thousands of them.
OF_A_FLAG = ("clinic", "client__clinic", "client__created_at", "run", "last_missed", "missed_weeks")


def plan(clinic: Clinic, now: datetime) -> int:
    """Plan all that is due in a clinic at an aware moment; how many prompts were planned."""
    return plan_flags(clinic, now) + plan_first_steps(clinic, now) + plan_week(clinic, now)


def plan_flags(clinic: Clinic, now: datetime) -> int:
    """Plan the steps of every open flag whose missed weeks have moved since it was last planned."""
    moved = clinic.flags.filter(closed_at__isnull=True, on_hold=False, client__closed_on__isnull=True).filter(
        Q(planned__isnull=True) | ~Q(planned__missed_weeks=F("missed_weeks"))
    )

    def some(held: list[int]) -> int:
        flags = moved.filter(client__in=held).order_by("client_id").select_related("client")
        return _plan_flags(clinic, list(flags.only(*OF_A_FLAG)), now)

    return _in_batches(clinic, moved, some)


def _in_batches(clinic: Clinic, due: QuerySet[Any], plan_some: Callable[[list[int]], int]) -> int:
    """Plan for the clients of whom a query has a row, a thousand a transaction; how many prompts were planned.

    Clients are held first and by number, as every verb locks them, and what is due is read only then, as it
    stands. One whom another process holds is left to the next tick.
    """
    planned = last = 0
    client_ids = due.order_by("client_id").values_list("client_id", flat=True)
    while batch := list(client_ids.filter(client__gt=last)[:BATCH]):
        last = batch[-1]
        with transaction.atomic():
            held = locking.clients(clinic.clients.filter(pk__in=batch), skip_locked=True)
            planned += plan_some(held)
    return planned


def _plan_flags(clinic: Clinic, flags: Sequence[Flag], now: datetime) -> int:
    batch = Batch(clinic, [flag.client_id for flag in flags], sorted({flag.run for flag in flags}), now)
    take_up_again((flag.client_id, flag.run) for flag in flags)
    for flag in flags:
        for due in ladder.of_flag(Missed(flag.run, flag.missed_weeks), clinic.lapsed_after_weeks):
            batch.add(flag.client, due, flag)
    PlannedFlag.objects.bulk_create(
        [PlannedFlag(flag_id=flag.pk, missed_weeks=flag.missed_weeks) for flag in flags],
        update_conflicts=True,
        unique_fields=["flag"],
        update_fields=["missed_weeks"],
    )
    return batch.store()


def plan_first_steps(clinic: Clinic, now: datetime) -> int:
    """Plan the first steps for clients some days after intake without a first meeting (evidence E8).

    One that was planned with them comes first: until its day is over nobody is asked to choose one.
    """
    today = clock.local_date(now, clinic.time_zone)
    last_occasion = ladder.first_steps_occasion(max(ladder.FIRST_STEPS_ON_DAYS))
    earliest = today - timedelta(days=min(ladder.FIRST_STEPS_ON_DAYS))
    plans = PlannedMeeting.objects.filter(client=OuterRef("client"), voided_at__isnull=True)
    new = (
        _with_intake(clinic.standings.filter(standing=Standing.SETTLING_IN))
        .filter(~Exists(_attendances()), ~Exists(_prompts(Step.FIRST_STEPS, last_occasion)))
        .filter(~Exists(plans.filter(held_on__gte=today)))
        .filter(first_intake_on__lte=earliest)
    )
    return _in_batches(
        clinic, new, lambda held: _plan_first_steps(clinic, list(new.filter(client__in=held)), now)
    )


def _plan_first_steps(clinic: Clinic, rows: Sequence[_Newcomer], now: datetime) -> int:
    today = clock.local_date(now, clinic.time_zone)
    batch = Batch(clinic, [row.client_id for row in rows], sorted({row.first_intake_on for row in rows}), now)
    for row in rows:
        for due in ladder.first_steps(row.first_intake_on, today):
            batch.add(row.client, due)
    return batch.store()


def plan_week(clinic: Clinic, now: datetime) -> int:
    """Plan the nudge and the question of the week for clients of whose week nobody knows anything.

    Only clients who can be written to are asked: for the others the steps of a flag raise a task.
    """
    if clinic.sending_since is None:
        return 0
    week = week_of(clock.local_date(now, clinic.time_zone), clinic.week_starts_on)
    asked = ladder.of_the_week(
        week, now, clinic.sending_policy, nudge_on=clinic.nudge_on, check_in_on=clinic.check_in_on
    )
    if not asked:
        return 0
    silent = _silent(clinic, week, asked[-1])
    return _in_batches(
        clinic, silent, lambda held: _ask(clinic, list(silent.filter(client__in=held)), week, asked, now)
    )


def _ask(clinic: Clinic, rows: Sequence[_Newcomer], week: date, asked: Sequence[Due], now: datetime) -> int:
    policy = clinic.weekly_policy
    expected = [row for row in rows if first_expected_week(policy, row.first_intake_on) <= week]
    batch = Batch(clinic, [row.client_id for row in expected], [week], now)
    for row in expected:
        if batch.reach[row.client_id].channel() is not None:
            for due in asked:
                batch.add(row.client, due)
    return batch.store()


def _silent(clinic: Clinic, week: date, asked: Due) -> QuerySet[_Newcomer]:
    """Clients tracked, no week missed, nothing recorded for this one, no pause in it, whom this step has not met."""
    standings = clinic.standings.exclude(standing__in=[Standing.NOT_TRACKED, Standing.PAUSED, *FLAGGED])
    of_client = {"client": OuterRef("client"), "voided_at__isnull": True}
    return _with_intake(standings).filter(
        ~Exists(_attendances().filter(attended_on__gte=week, attended_on__lt=week + WEEK)),
        ~Exists(CheckIn.objects.filter(**of_client, week=week)),
        ~Exists(Pause.objects.filter(**of_client, starts_on__lt=week + WEEK, ends_on__gte=week)),
        ~Exists(_prompts(asked.step, asked.occasion)),
    )


def _with_intake(standings: QuerySet[StandingRecord]) -> QuerySet[_Newcomer]:
    """Those not closed, each with the day of their first intake."""
    return (
        standings.filter(client__closed_on__isnull=True)
        .select_related("client")
        .annotate(first_intake_on=Min("client__episodes__intake_on"))
        .order_by("pk")
    )


def _attendances() -> QuerySet[Attendance]:
    return Attendance.objects.filter(client=OuterRef("client"), voided_at__isnull=True)


def _prompts(step: Step, occasion: str) -> QuerySet[Prompt]:
    return Prompt.objects.filter(client=OuterRef("client"), step=step, occasion=occasion)


def cancel_unsent(prompts: QuerySet[Prompt], reason: str) -> int:
    """Cancel whatever of these has not gone out; how many."""
    return prompts.filter(state=PromptState.PLANNED).update(state=PromptState.CANCELLED, reason=reason[:300])
