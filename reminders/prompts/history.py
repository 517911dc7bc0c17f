"""Tells what happened with sending turned on from what is history: a history taken in writes to nobody."""

from __future__ import annotations

from datetime import date, time, timedelta

from clinic.models import Clinic
from clinic.weeks import WEEK
from reminders.prompts import hours, ladder
from reminders.prompts.ladder import Due, Step


def before_sending(clinic: Clinic, due: Due, last_missed: date | None) -> bool:
    """Whether what makes a step due happened before a clinic turned sending on, for the last time.

    last_missed: first day of the flag's latest missed week, for a flag's step; the week counts once it is
    over, in the clinic's time zone. False where sending is off: nothing goes out, so nothing is too old to.
    """
    if last_missed is not None:
        day = last_missed + WEEK
    elif due.step is Step.FIRST_STEPS:
        day = due.run + timedelta(days=ladder.days_after_intake(due.occasion))
    else:
        return False
    since = clinic.sending_since
    return since is not None and hours.local_moment(day, time.min, clinic.time_zone) < since
