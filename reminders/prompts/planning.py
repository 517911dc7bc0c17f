"""Plans what the ladder says is due: for flags that moved, for newcomers, and for silent weeks.

Planning is unique in the database, so planning again adds nothing. What only has to be looked at once
is not looked at again: a flag until its missed weeks move, a week's question once it has been planned.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, TypedDict

from django.db import transaction
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet

from attendance.register.models import Attendance, CheckIn, Pause
from attendance.standing.facts import FLAGGED, Standing
from attendance.standing.models import Flag, StandingRecord
from attendance.standing.rule import first_expected_week
from clinic import clock
from clinic.models import Clinic
from clinic.weeks import WEEK, week_of
from reminders.prompts import ladder
from reminders.prompts.batch import Batch
from reminders.prompts.ladder import Due, Missed, Situation, Step
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
OF_A_FLAG = ("clinic", "client__clinic", "run", "last_missed", "missed_weeks")


def plan(clinic: Clinic, now: datetime) -> int:
    """Plan all that is due in a clinic at an aware moment; how many prompts were planned."""
    return plan_flags(clinic, now) + plan_first_steps(clinic, now) + plan_week(clinic, now)


def plan_flags(clinic: Clinic, now: datetime) -> int:
    """Plan the steps of every open flag whose missed weeks have moved since it was last planned."""
    planned = 0
    last = 0
    moved = (
        clinic.flags.filter(closed_at__isnull=True, on_hold=False, client__closed_on__isnull=True)
        .filter(Q(planned__isnull=True) | ~Q(planned__missed_weeks=F("missed_weeks")))
        .order_by("client")
    )
    while batch := list(moved.filter(client__gt=last).values_list("client", flat=True)[:BATCH]):
        last = batch[-1]
        with transaction.atomic():
            # Clients first and by number, as every verb locks them; one whom another process holds is left to
            # the next tick. Only then are the flags read, as they stand.
            locked = (
                clinic.clients.filter(pk__in=batch)
                .order_by("pk")
                .select_for_update(skip_locked=True, no_key=True)
            )
            held = list(locked.values_list("pk", flat=True))
            flags = moved.filter(client__in=held).select_related("client").only(*OF_A_FLAG)
            planned += _plan_flags(clinic, list(flags), now)
    return planned


def _plan_flags(clinic: Clinic, flags: Sequence[Flag], now: datetime) -> int:
    batch = Batch(clinic, [flag.client_id for flag in flags], sorted({flag.run for flag in flags}), now)
    take_up_again((flag.client_id, flag.run) for flag in flags)
    for flag in flags:
        situation = Situation(
            first_intake_on=flag.run,
            time_zone=clinic.time_zone,
            lapsed_after_weeks=clinic.lapsed_after_weeks,
            flag=Missed(flag.run, flag.missed_weeks),
        )
        for due in ladder.due(situation, now):
            batch.add(flag.client, due, flag)
    PlannedFlag.objects.bulk_create(
        [PlannedFlag(flag_id=flag.pk, missed_weeks=flag.missed_weeks) for flag in flags],
        update_conflicts=True,
        unique_fields=["flag"],
        update_fields=["missed_weeks"],
    )
    return batch.store()


@transaction.atomic
def plan_first_steps(clinic: Clinic, now: datetime) -> int:
    """Plan the first steps for clients some days after intake without a first meeting (evidence E8)."""
    last_occasion = ladder.first_steps_occasion(max(ladder.FIRST_STEPS_ON_DAYS))
    earliest = clock.local_date(now, clinic.time_zone) - timedelta(days=min(ladder.FIRST_STEPS_ON_DAYS))
    rows = list(
        _with_intake(clinic.standings.filter(standing=Standing.SETTLING_IN))
        .filter(~Exists(_attendances()), ~Exists(_prompts(Step.FIRST_STEPS, last_occasion)))
        .filter(first_intake_on__lte=earliest)
    )
    batch = Batch(clinic, [row.client_id for row in rows], sorted({row.first_intake_on for row in rows}), now)
    for row in rows:
        situation = Situation(
            first_intake_on=row.first_intake_on, time_zone=clinic.time_zone, settling_in=True
        )
        for due in ladder.due(situation, now):
            batch.add(row.client, due)
    return batch.store()


@transaction.atomic
def plan_week(clinic: Clinic, now: datetime) -> int:
    """Plan the nudge and the question of the week for clients of whose week nobody knows anything.

    Only clients who can be written to are asked: for the others the steps of a flag raise a task.
    """
    if clinic.sending_since is None:
        return 0
    week = week_of(clock.local_date(now, clinic.time_zone), clinic.week_starts_on)
    silent = Situation(
        first_intake_on=week,
        time_zone=clinic.time_zone,
        nudge_on=clinic.nudge_on,
        check_in_on=clinic.check_in_on,
        silent_week=week,
    )
    asked = ladder.due(silent, now)
    if not asked:
        return 0
    policy = clinic.weekly_policy
    rows = [
        row
        for row in _silent(clinic, week, asked[-1])
        if first_expected_week(policy, row.first_intake_on) <= week
    ]
    batch = Batch(clinic, [row.client_id for row in rows], [week], now)
    for row in rows:
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
