"""Tells what the clinic could have written about from what is history: a history taken in writes to nobody."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from clinic.models import Clinic
from clinic.weeks import WEEK
from reminders.prompts import hours, ladder
from reminders.prompts.ladder import Due, Step

BEFORE_SENDING = "before messages were turned on"
BEFORE_THE_CLIENT = "before the client was entered here"


def before(clinic: Clinic, due: Due, last_missed: date | None, client_since: datetime) -> str:
    """Why what makes a step due is history, in words such as "before messages were turned on"; else empty.

    That is what happened before the clinic turned sending on, for the last time, or without it; and what happened
    before the client was entered here at all: whoever imports a caseload at noon texts nobody about weeks that ended
    in the morning. last_missed: first day of the flag's latest missed week, for a flag's step; the week counts
    once it is over, in the clinic's time zone. client_since: when the client was entered.
    """
    if clinic.sending_since is None:
        return BEFORE_SENDING
    if last_missed is not None:
        day = last_missed + WEEK
    elif due.step is Step.FIRST_STEPS:
        day = due.run + timedelta(days=ladder.days_after_intake(due.occasion))
    else:
        return ""
    happened = hours.local_moment(day, time.min, clinic.time_zone)
    if happened < clinic.sending_since:
        return BEFORE_SENDING
    return BEFORE_THE_CLIENT if happened < client_since else ""
