"""What people do with a spreadsheet: send it, say what its columns are, take it in, put it aside, take it back."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from attendance.spreadsheets.kinds import KINDS
from attendance.spreadsheets.opening import opened
from clinic import audit
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.imports.reading import Look, Reading, digest_of, first_guess, orders_under, words_under
from clinic.imports.table import Columns
from clinic.models import (
    Clinic,
    Spreadsheet,
    SpreadsheetFile,
    SpreadsheetProblem,
    SpreadsheetState,
)
from clinic.models.spreadsheets import FILE_NAME_LIMIT
from clinic.texts import one_line

State = SpreadsheetState
# Files and rejected rows are somebody's health on a disk: no longer than it takes to mend them.
KEPT_FOR = timedelta(days=7)
ELSEWHERE = "Somebody has gone on with this spreadsheet since: this is how it stands now."


@transaction.atomic
def upload(
    *, clinic: Clinic, kind: str, content: bytes, file_name: str, by: Actor, now: datetime
) -> Spreadsheet:
    """Keep a file that somebody sent, with what its columns seem to be. Raises Refused where it is no spreadsheet."""
    assert by.user is not None, "a person sends a file"
    if kind not in KINDS:
        raise Refused("Choose what is in the file.", "kind")
    held = Spreadsheet(
        clinic=clinic,
        kind=kind,
        file_name=one_line(file_name)[:FILE_NAME_LIMIT] or "spreadsheet",
        uploaded_by=by.user,
        uploaded_at=now,
        state=State.TO_MATCH,
    )
    file = SpreadsheetFile(spreadsheet=held, content=zlib.compress(content))
    _look(held, file, content, "")
    held.save(force_insert=True)
    file.save(force_insert=True)
    audit.record(by=by, now=now, verb="spreadsheet.uploaded", subject=held, clinic=clinic)
    return held


@transaction.atomic
def choose_sheet(*, spreadsheet: Spreadsheet, sheet: str, by: Actor, now: datetime) -> None:
    """Read another sheet of a workbook. Raises Refused where it cannot be read."""
    held = _held(spreadsheet, State.TO_MATCH)
    _look(held, held.file, zlib.decompress(held.file.content), sheet)
    held.file.save(update_fields=["sheet"])
    held.save(update_fields=["look", "read_as", "reading"])
    audit.record(by=by, now=now, verb="spreadsheet.sheet_chosen", subject=held, clinic=held.clinic)


def _look(held: Spreadsheet, file: SpreadsheetFile, content: bytes, sheet: str) -> None:
    found = opened(content, sheet)
    look = found.look()
    columns = columns_of(held)
    held.look = look.as_json() | {
        "headings": look.headings,
        "sheets": list(found.sheets),
        "sheet": found.sheet,
    }
    held.read_as, file.sheet = found.read_as, found.sheet
    known = held.clinic.spreadsheet_matches.filter(kind=held.kind, digest=digest_of(look.headings)).first()
    held.reading = (
        known.reading | {"remembered": True} if known is not None else first_guess(look, columns).as_json()
    )


def columns_of(held: Spreadsheet) -> Columns:
    """The columns that a spreadsheet of its kind may have."""
    columns: Columns = KINDS[held.kind].sheet.columns
    return columns


def look_of(held: Spreadsheet) -> Look:
    """What the file holds at first sight."""
    return Look.from_json({name: held.look[name] for name in ("columns", "rows", "whole")})


def reading_of(held: Spreadsheet) -> Reading:
    """How its columns are read."""
    return Reading(**{name: value for name, value in held.reading.items() if name != "remembered"})


@transaction.atomic
def match(*, spreadsheet: Spreadsheet, reading: Reading, by: Actor, now: datetime) -> None:
    """Say how the columns are read, remember it for the next file of the same headings, and have it checked.

    Raises Refused where two headings are one column, a column that every row needs has none, or a question is open.
    """
    held = _held(spreadsheet, State.TO_MATCH)
    look, columns = look_of(held), columns_of(held)
    check_reading(reading, look, columns)
    held.reading = reading.as_json()
    held.clinic.spreadsheet_matches.update_or_create(
        kind=held.kind,
        digest=digest_of(look.headings),
        defaults={"reading": held.reading, "used_at": now},
    )
    _begin(held, State.CHECKING, by, now)
    audit.record(by=by, now=now, verb="spreadsheet.matched", subject=held, clinic=held.clinic)
    _follow(spreadsheet, held)


def check_reading(reading: Reading, look: Look, columns: Columns) -> None:
    """Raise Refused where a reading leaves a question open, about the field of the form that asks it."""
    chosen = [name for name in reading.columns if name]
    for name in chosen:
        if chosen.count(name) > 1:
            second = len(reading.columns) - 1 - reading.columns[::-1].index(name)
            raise Refused(f"Two columns of the file are {said(name)}: leave one out.", f"column_{second}")
    for name in columns.needed:
        if name in chosen:
            continue
        if name not in columns.words:
            raise Refused(f"Every row needs {said(name)}: say which column of the file it is.", "")
        if not reading.same.get(name):
            raise Refused(
                f"Say which {said(name)} every row has, as the file has no column for it.", f"same_{name}"
            )
    possible = orders_under(look, reading.columns, columns)
    if possible is not None and not reading.order:
        raise Refused("Say how the days are written.", "order")
    if possible and reading.order not in possible:
        raise Refused("Some days of the file cannot be read that way: choose the other.", "order")
    for position, word in enumerate(words_under(look, reading.columns, columns)):
        if word not in reading.words:
            raise Refused(f"Say what “{word}” means.", f"word_{position}")


def said(column: str) -> str:
    """The name of a column as it is spoken."""
    return column.replace("_", " ")


@transaction.atomic
def match_again(*, spreadsheet: Spreadsheet, by: Actor, now: datetime) -> None:
    """Go back to the columns of a spreadsheet that was checked, as its preview shows that they were matched wrongly."""
    held = _held(spreadsheet, State.CHECKED)
    held.state = State.TO_MATCH
    held.reading = held.reading | {"remembered": False}
    _forget_counts(held)
    held.save()
    SpreadsheetProblem.objects.filter(spreadsheet=held).delete()
    audit.record(by=by, now=now, verb="spreadsheet.to_match_again", subject=held, clinic=held.clinic)
    _follow(spreadsheet, held)


@transaction.atomic
def take_in(*, spreadsheet: Spreadsheet, by: Actor, now: datetime) -> None:
    """Have a spreadsheet taken in that was checked. Raises Refused where somebody did, or put it aside."""
    held = _held(spreadsheet, State.CHECKED)
    held.foreseen = {name: getattr(held, name) for name in ("added", "changed", "already", "rejected")}
    held.taken_in_by, held.taken_in_at = by.label, now
    _begin(held, State.TAKING_IN, by, now)
    audit.record(by=by, now=now, verb="spreadsheet.taken_in", subject=held, clinic=held.clinic)
    _follow(spreadsheet, held)


@transaction.atomic
def stop(*, spreadsheet: Spreadsheet, by: Actor, now: datetime) -> bool:
    """Put a spreadsheet aside, or stop it being taken in where it is; whether some of it had gone in.

    Raises Refused where it is through, or being taken back.
    """
    held = _held(spreadsheet, State.TO_MATCH, State.CHECKING, State.CHECKED, State.TAKING_IN)
    begun = held.state == State.TAKING_IN
    held.state = State.STOPPED if begun else State.PUT_ASIDE
    held.save(update_fields=["state"])
    forget_content(held)
    if not begun:
        SpreadsheetProblem.objects.filter(spreadsheet=held).delete()
    verb = "spreadsheet.stopped" if begun else "spreadsheet.put_aside"
    audit.record(by=by, now=now, verb=verb, subject=held, clinic=held.clinic)
    _follow(spreadsheet, held)
    return begun


@transaction.atomic
def take_back(*, spreadsheet: Spreadsheet, by: Actor, now: datetime) -> None:
    """Have all that a spreadsheet wrote taken back. Raises Refused where somebody did."""
    held = _held(spreadsheet, State.TAKEN_IN, State.STOPPED)
    held.failure = ""
    held.taken_back_by, held.taken_back_at = by.label, now
    held.state, held.asked_by, held.asked_at, held.worked_at, held.done = (
        State.TAKING_BACK,
        by.user,
        now,
        None,
        0,
    )
    held.save()
    audit.record(by=by, now=now, verb="spreadsheet.taken_back", subject=held, clinic=held.clinic)
    _follow(spreadsheet, held)


def note_download(*, spreadsheet: Spreadsheet, by: Actor, now: datetime) -> None:
    """Write down that somebody took the rejected rows away."""
    audit.record(
        by=by, now=now, verb="spreadsheet.rejected_downloaded", subject=spreadsheet, clinic=spreadsheet.clinic
    )


def forget_content(held: Spreadsheet) -> None:
    """Let go of a file, and of what was seen of its cells."""
    SpreadsheetFile.objects.filter(spreadsheet=held).delete()
    Spreadsheet.objects.filter(pk=held.pk).update(look={"headings": held.look["headings"]}, sample=[])


def forget_old(now: datetime) -> None:
    """Let go of the files that nobody took in for a week, and of the rejected rows of the others."""
    old = Spreadsheet.objects.filter(uploaded_at__lte=now - KEPT_FOR)
    waiting = old.filter(state__in=(State.TO_MATCH, State.CHECKING, State.CHECKED))
    for held in waiting:
        with transaction.atomic():
            changed = waiting.filter(pk=held.pk).update(state=State.PUT_ASIDE)
            if changed:
                forget_content(held)
    through = old.exclude(state=State.TAKING_IN)
    SpreadsheetProblem.objects.filter(spreadsheet__in=through).delete()


def unfinished() -> list[int]:
    """The spreadsheets that a worker is to go on with, whichever clinic's they are."""
    at_work = Q(state=State.CHECKING) | Q(state=State.TAKING_IN) | Q(state=State.TAKING_BACK)
    return list(Spreadsheet.objects.filter(at_work).order_by("asked_at").values_list("pk", flat=True))


def _held(spreadsheet: Spreadsheet, *states: str) -> Spreadsheet:
    """The row held, in one of these states; raises Refused where it is in another by now."""
    held = (
        Spreadsheet.objects.select_for_update(of=("self",), no_key=True)
        .select_related("clinic")
        .get(pk=spreadsheet.pk)
    )
    if held.state not in states:
        raise Refused(ELSEWHERE)
    return held


def _begin(held: Spreadsheet, state: str, by: Actor, now: datetime) -> None:
    held.state, held.asked_by, held.asked_at, held.worked_at = state, by.user, now, None
    _forget_counts(held)
    held.save()


def _forget_counts(held: Spreadsheet) -> None:
    held.rows, held.done, held.told, held.sample = None, 0, [], []
    held.added = held.changed = held.already = held.rejected = 0


def _follow(spreadsheet: Spreadsheet, held: Spreadsheet) -> None:
    """Have the row in the caller's hands say what the held one does."""
    spreadsheet.__dict__.update({name: held.__dict__[name] for name in _columns(held)})


def _columns(held: Spreadsheet) -> Mapping[str, object]:
    return {field.attname: None for field in held._meta.concrete_fields}
