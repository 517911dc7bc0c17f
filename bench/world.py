"""A made-up clinic on the day before a Monday on which a quarter of its clients are due.

Facts go in by the table, past the verbs, which would take an hour; the standings, flags and prompts of
that day are then worked out by the product itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from random import Random
from typing import TypeVar

from django.db import connection
from django.db.models import Model

from attendance.directory.models import Fellowship
from attendance.register.models import Answer, CheckIn, Pause, PauseReason, Source
from attendance.standing import evaluation
from attendance.standing.facts import ClosedBecause, Standing
from attendance.standing.models import Flag
from bench.lives import A_HUNDRED, MONDAY, Life, Told, tell
from bench.plain import Plain
from clinic.models import Channel, Client, Clinic, ClosedReason, Consent, Episode, Purpose
from clinic.weeks import DAY, WEEK
from reminders.contacts.models import Introduction, LocalContact
from reminders.prompts import planning
from reminders.prompts.ladder import Step
from reminders.prompts.models import Prompt
from reminders.prompts.states import PromptState

NOW = datetime.combine(MONDAY, time(0, 5), UTC)
THE_DAY_BEFORE = NOW - DAY
LONG_AGO = datetime(2025, 5, 1, 9, 0, tzinfo=UTC)
ROWS_AT_ONCE = 5000
REPORTS = """
    INSERT INTO attendance_report (attendance_id, source, note, reported_at, reported_by)
    SELECT id, %s, '', recorded_at, 'kay' FROM attendance_attendance WHERE clinic_id = %s
"""
STRIDE = 37  # shares no factor with a hundred, so that every hundred clients hold every life, well shuffled

Row = TypeVar("Row", bound=Model)
People = Sequence[tuple[Client, Told]]


def build(clients: int, slug: str = "bench", lives: Sequence[Life] = A_HUNDRED) -> Clinic:
    """A clinic of so many clients, judged and planned as of the day before MONDAY. The same each time."""
    dice = Random(7)
    clinic = Clinic.objects.create(
        slug=slug,
        name=slug.capitalize(),
        time_zone="Europe/London",
        crisis_numbers="In danger: 999",
        sending_since=LONG_AGO,
    )
    told = [tell(lives[number * STRIDE % len(lives)], dice) for number in range(clients)]
    people = [(_client(clinic, number, one), one) for number, one in enumerate(told)]
    _write(client for client, _ in people)
    _write(Episode(clinic=clinic, client=client, intake_on=one.intake_on) for client, one in people)
    _write_facts(clinic, people)
    _write_spells(clinic, people)
    _write_consents(clinic, [client for client, _ in people], dice)
    held = [client.pk for client, one in people if one.life is Life.COMES_BACK]
    evaluation.evaluate(clinic, held, THE_DAY_BEFORE - WEEK)
    evaluation.evaluate_all(clinic, THE_DAY_BEFORE)
    planning.plan(clinic, THE_DAY_BEFORE)
    # What was planned on the way here went out when it was due.
    Prompt.objects.filter(clinic=clinic, state=PromptState.PLANNED).update(
        state=PromptState.SENT, sent_at=THE_DAY_BEFORE, channel=Channel.SMS, body="Hello."
    )
    if connection.vendor == "postgresql":
        # As its autovacuum would have done by then.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return clinic


def _write(rows: Iterable[Row]) -> list[Row]:
    """Write rows of one model, many at a time."""
    found = list(rows)
    if found:
        type(found[0])._default_manager.bulk_create(found, batch_size=ROWS_AT_ONCE)
    return found


def _client(clinic: Clinic, number: int, told: Told) -> Client:
    return Client(
        clinic=clinic,
        reference=f"B{number:05d}",
        first_name=f"Person {number}",
        mobile=f"+4477009{number:05d}",
        closed_on=told.closed_on,
        closed_reason=ClosedReason.MOVED if told.closed_on is not None else "",
        created_at=LONG_AGO,
    )


def _write_facts(clinic: Clinic, people: People) -> None:
    said = {"clinic": clinic, "recorded_at": LONG_AGO, "recorded_by": "kay"}
    plain = Plain()
    with plain.transaction():
        # By far the most rows: the ORM would take minutes.
        plain.insert(
            "attendance_attendance",
            ("clinic_id", "client_id", "attended_on", "self_only", "recorded_at", "voided_by", "void_reason"),
            [
                (clinic.pk, client.pk, on, False, LONG_AGO, "", "")
                for client, told in people
                for on in told.attended
            ],
        )
        plain.run(REPORTS, Source.KEYWORKER.value, clinic.pk)
    _write(
        Pause(client=client, starts_on=first, ends_on=last, reason=PauseReason.HOLIDAY, **said)
        for client, told in people
        for first, last in told.pauses
    )
    _write(
        CheckIn(client=client, week=week, answer=Answer.DID_NOT_GO, source=Source.CLIENT, **said)
        for client, told in people
        for week in told.did_not_go
    )


def _write_spells(clinic: Clinic, people: People) -> None:
    """A closed flag for each run of missed weeks that ended, with the message that was sent in it."""
    flags = _write(
        Flag(
            clinic=clinic,
            client=client,
            run=run,
            last_missed=last_missed,
            missed_weeks=(last_missed - run).days // 7 + 1,
            standing=Standing.SLIPPING if last_missed == run else Standing.BELOW_WEEKLY,
            opened_on=run + WEEK,
            opened_at=_morning(run + WEEK),
            closed_at=_morning(last_missed + 2 * WEEK),
            closed_because=ClosedBecause.ATTENDED,
        )
        for client, told in people
        for run, last_missed in told.spells
    )
    _write(
        Prompt(
            clinic=clinic,
            client=flag.client,
            flag=flag,
            run=flag.run,
            step=Step.ENCOURAGE,
            state=PromptState.SENT,
            channel=Channel.SMS,
            body="Hello.",
            planned_at=flag.opened_at,
            not_before=flag.opened_at,
            lives_until=flag.opened_at + 2 * DAY,
            sent_at=flag.opened_at,
        )
        for flag in flags
    )


def _write_consents(clinic: Clinic, clients: Sequence[Client], dice: Random) -> None:
    """Seven in ten agreed to texts; three in ten are introduced to a local contact."""
    told = {
        "clinic": clinic,
        "given_on": LONG_AGO.date(),
        "how": "signed form",
        "wording": "Yes.",
        "recorded_at": LONG_AGO,
    }
    _write(
        Consent(client=client, purpose=Purpose.PROMPTS, channel=Channel.SMS, recorded_by="kay", **told)
        for client in clients
        if dice.random() < 0.7
    )
    fellowship, _ = Fellowship.objects.get_or_create(name="Alcoholics Anonymous", abbreviation="AA")
    contacts = _write(
        LocalContact(
            clinic=clinic,
            first_name=f"Contact {number}",
            fellowship=fellowship,
            mobile=f"+4477008{number:05d}",
            agreed_on=LONG_AGO.date(),
            created_at=LONG_AGO,
        )
        for number in range(20)
    )
    consents = _write(
        Consent(
            client=client, purpose=Purpose.INTRODUCTION, channel=Channel.CONTACT, recorded_by="kay", **told
        )
        for client in clients
        if dice.random() < 0.3
    )
    _write(
        Introduction(
            clinic=clinic,
            client=consent.client,
            contact=dice.choice(contacts),
            consent=consent,
            began_at=LONG_AGO,
        )
        for consent in consents
    )


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9, 0), UTC)
