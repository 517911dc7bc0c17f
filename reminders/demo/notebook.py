"""What keyworkers note in their own words, and what they put right of what they wrote down before.

It takes nothing from the dice of the story, so that the same seed tells the same whatever is noted.
"""

from __future__ import annotations

from datetime import date, datetime, time
from functools import partial

from attendance.register import mending_weeks
from attendance.register.models import Pause
from clinic import mending_phases, notes
from clinic.models import Note, Phase, PhaseChange
from clinic.weeks import DAY, WEEK
from reminders.demo.life import workday_after, workday_from
from reminders.demo.stage import Player, Stage

NOTED_AT, PUT_RIGHT_AT = time(17, 5), time(9, 35)
AT_INTAKE = (
    "Works nights until Thursday: ring after two in the afternoon.",
    "Would rather go with somebody the first time.\nKnows the hall in Lantern Street from before.",
    "Went years ago, and liked the quiet ones best. No wish to speak at first.",
    "Has the children on Tuesdays and every second weekend.",
    "Reads little: tell, rather than send on paper.",
)
LATER = (
    "Came in with the slip unasked. Says that Saturdays hold the week together.",
    "Moved in with a sister; the bus to Quay Side goes from the door.",
    "Two hard weeks behind them.\nWe agreed on one meeting and one call, no more than that.",
    "Has been asked to make the tea. Very pleased.",
    "New job since Monday: evenings are free, mornings are not.",
)
KEPT = "Only ring the number on file. Do not leave word with anybody else."
WRONG, RIGHT = "Sister is called Ruth; she may drive.", "Sister is called Rose; she may drive."
OF_ANOTHER = "Will bring the forms on Friday."


def schedule(stage: Stage, player: Player) -> None:
    """The notes on one client: more on some than on others."""
    number, intake_on = player.index, player.life.intake_on
    first = workday_after(intake_on)
    if number % 3 != 2:
        stage.at(first, NOTED_AT, partial(_note, stage, player, AT_INTAKE[number % len(AT_INTAKE)]))
    if number % 7 == 1:
        stage.at(first, time(17, 15), partial(_note, stage, player, KEPT, pinned=True))
    if number % 2:
        later = workday_from(intake_on + (4 + number % 9) * WEEK)
        stage.at(later, NOTED_AT, partial(_note, stage, player, LATER[number % len(LATER)]))
    if number % 8 == 3:
        stage.at(workday_from(intake_on + 3 * WEEK), NOTED_AT, partial(_note_wrongly, stage, player))
    if number % 10 == 4:
        stage.at(workday_from(intake_on + 2 * WEEK), NOTED_AT, partial(_note_on_another, stage, player))


def _note(stage: Stage, player: Player, text: str, now: datetime, *, pinned: bool = False) -> Note | None:
    if player.gone(stage.today(now)):
        return None
    written, _ = notes.write(client=player.client, text=text, pinned=pinned, by=player.by, now=now)
    return written


def _note_wrongly(stage: Stage, player: Player, now: datetime) -> None:
    """A name misheard, put right on the next day."""
    note = _note(stage, player, WRONG, now)
    if note is not None:
        stage.at(workday_after(stage.today(now)), PUT_RIGHT_AT, partial(_correct, player, note))


def _correct(player: Player, note: Note, now: datetime) -> None:
    notes.correct(note=note, text=RIGHT, reason="I had misheard the name.", by=player.by, now=now)


def _note_on_another(stage: Stage, player: Player, now: datetime) -> None:
    """A note on the wrong client, struck out on the next day."""
    note = _note(stage, player, OF_ANOTHER, now)
    if note is not None:
        stage.at(workday_after(stage.today(now)), PUT_RIGHT_AT, partial(_strike_out, player, note))


def _strike_out(player: Player, note: Note, now: datetime) -> None:
    notes.void(note=note, reason="Meant for another client.", by=player.by, now=now)


def put_pause_right(stage: Stage, player: Player, pause: Pause, ends_on: date, now: datetime) -> None:
    """A pause is found to be longer than was written down, before it begins."""
    on = workday_after(stage.today(now))
    stage.at(on, PUT_RIGHT_AT, partial(_correct_pause, player, pause, ends_on))


def _correct_pause(player: Player, pause: Pause, ends_on: date, now: datetime) -> None:
    pause.refresh_from_db()
    mending_weeks.correct_pause(
        pause=pause,
        starts_on=pause.starts_on,
        ends_on=ends_on,
        reason="They travel back a day later.",
        by=player.by,
        now=now,
    )


def put_phase_right(stage: Stage, player: Player, change: PhaseChange, now: datetime) -> None:
    """A discharge is found to have been the day before, by the letter."""
    if player.index % 5 == 0 and change.phase in (Phase.COMPLETED, Phase.DROPPED_OUT):
        on = workday_after(stage.today(now))
        stage.at(on, PUT_RIGHT_AT, partial(_correct_phase, player, change))


def _correct_phase(player: Player, change: PhaseChange, now: datetime) -> None:
    change.refresh_from_db()
    if change.voided_at is None:
        mending_phases.correct_date(
            change=change,
            changed_on=change.changed_on - DAY,
            reason="It was the day before, by the letter.",
            by=player.by,
            now=now,
        )
