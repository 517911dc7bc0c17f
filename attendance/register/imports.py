"""The spreadsheets of the register: attendance, pauses, and what clients told of a week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attendance.register.days import Receipt
from attendance.register.imports_by_row import take_check_ins, take_pauses
from attendance.register.models import Answer, Source
from attendance.register.telling import Told, record_told, unknown_fellowships
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.imports.rows import Row
from clinic.imports.running import Sheet, Taken
from clinic.imports.table import Columns
from clinic.models import Clinic


def take_attendance(clinic: Clinic, rows: Sequence[Row], by: Actor, now: datetime) -> list[Taken | Refused]:
    """Record some rows of attendance in a fixed number of queries; what staff have voided stays voided."""
    read = [_told(row) for row in rows]
    told = [one for one in read if isinstance(one, Told)]
    new = unknown_fellowships(clinic, told)
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
        return refusal.as_answer()


def _taken(told: Told, answer: Receipt | Refused, new: set[str]) -> Taken | Refused:
    if isinstance(answer, Refused):
        return answer
    if told.fellowship in new:
        new.discard(told.fellowship)
        note = f"fellowship {told.fellowship!r} was not in the directory before; it is now, for this clinic."
        return Taken(answer.effect, note)
    return Taken(answer.effect)


ATTENDANCE = Sheet(
    Columns(
        names=("reference", "attended_on", "fellowship", "meeting", "source", "note"),
        needed=("reference", "attended_on", "source"),
        days=("attended_on",),
        words={"source": Source.values},
    ),
    take_attendance,
    rows_at_once=2000,
)
PAUSES = Sheet(
    Columns(
        names=("reference", "starts_on", "ends_on", "reason"),
        needed=("reference", "starts_on", "ends_on", "reason"),
        days=("starts_on", "ends_on"),
    ),
    take_pauses,
)
CHECKINS = Sheet(
    Columns(
        names=("reference", "week", "answer"),
        needed=("reference", "week", "answer"),
        days=("week",),
        words={"answer": Answer.values},
    ),
    take_check_ins,
)
