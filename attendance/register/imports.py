"""The spreadsheets of the register: attendance, pauses, and what clients told of a week."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from django.db import transaction

from attendance.register import pausing
from attendance.register.models import Answer, Source
from attendance.register.recording import Receipt
from attendance.register.telling import Told, record_told, unknown_fellowships
from clinic.actors import Actor
from clinic.effects import Effect
from clinic.errors import Refused
from clinic.imports.rows import Row
from clinic.imports.running import Sheet, Taken
from clinic.imports.table import Columns
from clinic.lookup import clients_by_reference, unknown_reference
from clinic.models import Client, Clinic


def take_attendance(clinic: Clinic, rows: Sequence[Row], by: Actor, now: datetime) -> list[Taken | Refused]:
    """Record some rows of attendance in a fixed number of queries; what staff have voided stays voided."""
    read = [_told(row) for row in rows]
    told = [one for one in read if isinstance(one, Told)]
    new = unknown_fellowships(told)
    recorded = iter(record_told(clinic=clinic, told=told, by=by, now=now, respect_voids=True))
    return [_taken(one, next(recorded), new) if isinstance(one, Told) else one for one in read]


def _told(row: Row) -> Told | Refused:
    try:
        source = row.word("source", Source)
        assert source is not None
        return Told(
            reference=row.text("reference"),
            attended_on=row.needed_day("attended_on"),
            source=source,
            meeting=row.text("meeting"),
            fellowship=row.text("fellowship"),
            note=row.text("note"),
        )
    except Refused as refusal:
        return refusal


def _taken(told: Told, answer: Receipt | Refused, new: set[str]) -> Taken | Refused:
    if isinstance(answer, Refused):
        return answer
    if told.fellowship in new:
        new.discard(told.fellowship)
        return Taken(
            answer.effect, f"fellowship {told.fellowship!r} was not in the directory before; it is now."
        )
    return Taken(answer.effect)


RowTaker = Callable[[Client, Row, Actor, datetime], Effect]


def _take_each(
    take: RowTaker, clinic: Clinic, rows: Sequence[Row], by: Actor, now: datetime
) -> list[Taken | Refused]:
    """Take rows in one by one, each entirely or not at all. What staff have voided stays voided."""
    clients = clients_by_reference(clinic, (row.text("reference") for row in rows))
    answers: list[Taken | Refused] = []
    for row in rows:
        client = clients.get(row.text("reference"))
        if client is None:
            answers.append(unknown_reference(row.text("reference")))
            continue
        try:
            with transaction.atomic():
                answers.append(Taken(take(client, row, by, now)))
        except Refused as refusal:
            answers.append(refusal)
    return answers


def _take_pause(client: Client, row: Row, by: Actor, now: datetime) -> Effect:
    starts_on, ends_on, reason = row.needed_day("starts_on"), row.needed_day("ends_on"), row.text("reason")
    held = client.pauses.filter(starts_on=starts_on, ends_on=ends_on)
    reasons = [pause.reason for pause in held if pause.voided_at is None]
    if (held and not reasons) or reason in reasons:
        return Effect.ALREADY
    pausing.pause(client=client, starts_on=starts_on, ends_on=ends_on, reason=reason, by=by, now=now)
    return Effect.CHANGED if reasons else Effect.ADDED


def _take_check_in(client: Client, row: Row, by: Actor, now: datetime) -> Effect:
    week, answer = row.needed_day("week"), row.word("answer", Answer)
    assert answer is not None
    if client.checkins.filter(week=week).exists():
        return Effect.ALREADY
    pausing.check_in(client=client, week=week, answer=answer, source=Source.CLIENT, by=by, now=now)
    return Effect.ADDED


ATTENDANCE = Sheet(
    Columns(
        names=("reference", "attended_on", "fellowship", "meeting", "source", "note"),
        needed=("reference", "attended_on", "source"),
    ),
    take_attendance,
)
PAUSES = Sheet(
    Columns(
        names=("reference", "starts_on", "ends_on", "reason"),
        needed=("reference", "starts_on", "ends_on", "reason"),
    ),
    partial(_take_each, _take_pause),
)
CHECKINS = Sheet(
    Columns(names=("reference", "week", "answer"), needed=("reference", "week", "answer")),
    partial(_take_each, _take_check_in),
)
