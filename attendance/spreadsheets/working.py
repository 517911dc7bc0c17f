"""The work on a spreadsheet, some rows at a time: checked, taken in, taken back. The row is the memory.

Each portion is committed with how far it came, with the row held: whoever else is sent after the same work leaves, and
what a worker left that died begins where its last portion ended.
"""

from __future__ import annotations

import logging
import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, transaction

from attendance.spreadsheets.kinds import KINDS
from attendance.spreadsheets.opening import opened
from attendance.spreadsheets.uploading import columns_of, forget_content, reading_of, said
from clinic import events, garbage
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.imports import ledger
from clinic.imports.ledger import Kind
from clinic.imports.reading import rows_by
from clinic.imports.rows import Row
from clinic.imports.running import Taken, portion, with_faults
from clinic.models import Spreadsheet, SpreadsheetProblem, SpreadsheetState
from clinic.models.spreadsheets import GROUP_LIMIT, SENTENCE_LIMIT, VALUE_LIMIT
from clinic.writing import write_new

State = SpreadsheetState
Answers = Sequence[Taken | Refused]
LOG = logging.getLogger(__name__)
UNDONE_AT_ONCE = 200
FAULT = "A fault of this software stopped it. Whoever runs the server finds it in the log."
# What a page shows of what would be written; and of the sentences about rows that go in.
SHOWN, MOST_TOLD = 20, 200
# What differs from row to row in a sentence: a value in quotation marks, a day, a number.
PARTICULAR = re.compile(r"'[^']*'|\"[^\"]*\"|“[^”]*”|\d[\d,.-]*")


@dataclass(frozen=True, slots=True)
class _Opened:
    """A spreadsheet's rows: those that can be handed on, in the order they are, and those that cannot, with why."""

    good: list[Row]
    bad: list[tuple[Row, Refused]]

    @classmethod
    def of(cls, held: Spreadsheet, kind: Kind) -> _Opened:
        """Read it; raises Refused where it cannot be read to its end."""
        file = held.file
        headings, records = opened(zlib.decompress(file.content), file.sheet).rows()
        good, bad = [], []
        rows = rows_by(records, headings, reading_of(held), columns_of(held))
        for row, fault in with_faults(kind.sheet, rows):
            if fault is None:
                good.append(row)
            else:
                bad.append((row, fault))
        if not kind.sheet.once_each:
            # In the order in which portions are cut.
            good.sort(key=lambda row: row.text("reference"))
        return cls(good, bad)


def work(pk: int, now: Callable[[], datetime], time_left: Callable[[], bool]) -> bool:
    """Go on with a spreadsheet for as long as time is left; whether there is more to do.

    False as well where it is somebody else's to go on with: held by another worker, or not to be worked on.
    """
    try:
        return _work(pk, now, time_left)
    except (OperationalError, InterfaceError, SoftTimeLimitExceeded):
        # The database is away, or the turn is over: the next one goes on.
        raise
    except Exception as error:
        # Tried again it would come to the same. The values in such an error are somebody's, and no log's.
        LOG.error("Spreadsheet %s cannot be gone on with: %s", pk, type(error).__name__)
        with transaction.atomic():
            held = _taken_up(pk)
            if held is not None:
                _fail(held, FAULT)
        return False


def _work(pk: int, now: Callable[[], datetime], time_left: Callable[[], bool]) -> bool:
    whole: _Opened | None = None
    while True:
        with transaction.atomic():
            held = _taken_up(pk)
            if held is None:
                return False
            kind = KINDS[held.kind]
            if held.state == State.TAKING_BACK:
                _undo(held, kind, now())
            else:
                try:
                    whole = whole or _Opened.of(held, kind)
                except Refused as refusal:
                    _fail(held, refusal.sentence)
                    return False
                _rows(held, kind, whole, now())
            more = held.at_work
        if not more or not time_left():
            return more


def _taken_up(pk: int) -> Spreadsheet | None:
    """The row, held, where it is to be worked on and no other worker holds it."""
    held = Spreadsheet.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
    found = held.select_related("clinic", "asked_by").filter(pk=pk).first()
    return found if found is not None and found.at_work else None


@garbage.put_off()
def _rows(held: Spreadsheet, kind: Kind, whole: _Opened, now: datetime) -> None:
    """One portion of rows, and before the first what all of them are."""
    if held.rows is None:
        held.rows = len(whole.good) + len(whole.bad)
        SpreadsheetProblem.objects.filter(spreadsheet=held).delete()
        _reject(held, whole.bad)
    rows = portion(kind.sheet, whole.good, held.done)
    if rows:
        taking = held.state == State.TAKING_IN
        answers = _taken_in(held, kind, rows, now) if taking else _tried(held, kind, rows, now)
        _count(held, rows, answers)
        held.done += len(rows)
    held.worked_at = now
    if held.done >= len(whole.good):
        held.state = State.TAKEN_IN if held.state == State.TAKING_IN else State.CHECKED
    held.save()
    if held.state == State.TAKEN_IN:
        forget_content(held)


def _tried(held: Spreadsheet, kind: Kind, rows: Sequence[Row], now: datetime) -> Answers:
    """What taking rows in comes to, taken back: the very same verbs, up to the last constraint."""
    with transaction.atomic():
        with events.gathered():
            answers: Answers = kind.sheet.take(held.clinic, rows, _actor(held), now)
        transaction.set_rollback(True)
    return answers


def _taken_in(held: Spreadsheet, kind: Kind, rows: Sequence[Row], now: datetime) -> Answers:
    """Take rows in, and keep what they did."""
    by = _actor(held)
    before, last = kind.ledger.before(held.clinic, rows), ledger.last_entry()
    with events.gathered():
        answers: Answers = kind.sheet.take(held.clinic, rows, by, now)
    entries = ledger.entries_since(last, held.clinic, by, now)
    effects = kind.ledger.effects(held.clinic, before, entries)
    for effect in effects:
        effect.spreadsheet = held
    write_new(effects)
    return answers


def _count(held: Spreadsheet, rows: Sequence[Row], answers: Answers) -> None:
    refused = []
    for row, answer in zip(rows, answers, strict=True):
        if isinstance(answer, Refused):
            refused.append((row, answer))
            continue
        name = answer.effect.value
        setattr(held, name, getattr(held, name) + 1)
        if (
            answer.note
            and len(held.told) < MOST_TOLD
            and answer.note not in (one["note"] for one in held.told)
        ):
            held.told.append({"row": row.number, "note": answer.note})
        if name != "already" and len(held.sample) < SHOWN:
            names = [column for column in columns_of(held).names if row.text(column)]
            cells = {said(column): row.text(column) for column in names}
            held.sample.append({"row": row.number, "effect": name, "cells": cells})
    _reject(held, refused)


def _reject(held: Spreadsheet, refused: Sequence[tuple[Row, Refused]]) -> None:
    held.rejected += len(refused)
    columns = reading_of(held).columns
    SpreadsheetProblem.objects.bulk_create(_problem(held, columns, *one) for one in refused)


def _problem(held: Spreadsheet, columns: Sequence[str], row: Row, refusal: Refused) -> SpreadsheetProblem:
    column, value = "", ""
    if refusal.field in row.cells:
        column = refusal.field
        # As it stands in the file; what every row has is not in it.
        at = columns.index(column) if column in columns else -1
        value = row.original[at].strip() if 0 <= at < len(row.original) else row.cells[column]
    sentence = refusal.sentence[:SENTENCE_LIMIT]
    return SpreadsheetProblem(
        spreadsheet=held,
        number=row.number,
        column=column,
        value=value[:VALUE_LIMIT],
        sentence=sentence,
        group=f"{column}: {PARTICULAR.sub('…', sentence)}"[:GROUP_LIMIT],
        cells=list(row.original),
    )


def _undo(held: Spreadsheet, kind: Kind, now: datetime) -> None:
    """Take some effects back, the last first."""
    open_ones = held.effects.filter(undone_at__isnull=True, kept="").order_by("-pk")
    effects = list(open_ones[:UNDONE_AT_ONCE])
    with events.gathered():
        stays = kind.ledger.undo(held.clinic, effects, _actor(held), now)
    for effect, why in zip(effects, stays, strict=True):
        effect.kept = why[:SENTENCE_LIMIT]
        effect.undone_at = None if why else now
    held.effects.bulk_update(effects, ["kept", "undone_at"])
    held.done += len(effects)
    held.worked_at = now
    if len(effects) < UNDONE_AT_ONCE:
        held.state = State.TAKEN_BACK
    held.save()


def _fail(held: Spreadsheet, sentence: str) -> None:
    """Stop, for good; what went in before stays until it is taken back."""
    wrote = held.state in (State.TAKING_IN, State.TAKING_BACK)
    held.state, held.failure = State.STOPPED if wrote else State.FAILED, sentence[:SENTENCE_LIMIT]
    held.taken_back_by, held.taken_back_at = "", None
    held.save()
    forget_content(held)


def _actor(held: Spreadsheet) -> Actor:
    assert held.asked_by is not None, "work is asked for by somebody"
    return Actor.staff(held.asked_by)
