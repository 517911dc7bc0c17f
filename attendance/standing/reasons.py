"""The sentence that explains a standing, for people.

Each sentence speaks in dates, never in 'yesterday' or 'this week', so that a stored one stays true until
the day on which the standing next changes.
"""

from collections.abc import Sequence
from datetime import date

from attendance.standing.facts import Facts, Standing
from clinic.weeks import day_text


def sentence(
    *,
    standing: Standing,
    on: date,
    facts: Facts,
    tracked_until: date,
    first_expected: date,
    spell: Sequence[date],
    last_met: date | None,
    last_attended: date | None,
    paused_until: date | None,
) -> str:
    """Why the client stands so on the day; spell holds the first days of the missed weeks, latest first."""
    if standing is Standing.NOT_TRACKED:
        if on < facts.first_intake_on:
            return f"Not tracked before intake on {day_text(facts.first_intake_on)}."
        if facts.closed_on == tracked_until:
            return f"Closed on {day_text(tracked_until)}."
        return f"Tracked until {day_text(tracked_until)}."
    if standing is Standing.PAUSED and paused_until is not None:
        before = f", with {_weeks(len(spell))} missed before it" if spell else ""
        return f"Paused until {day_text(paused_until)}{before}."
    if standing is Standing.SETTLING_IN:
        return f"Settling in: weeks are expected from the week of {day_text(first_expected)}."
    if standing is Standing.WEEKLY and last_met is not None:
        return f"Met the week of {day_text(last_met)}, and none missed since."
    if standing is Standing.NOT_STARTED:
        return (
            f"No meeting recorded since intake on {day_text(facts.first_intake_on)}; "
            f"{_weeks(len(spell))} missed, the first that of {day_text(spell[-1])}."
        )
    last = (
        f"last meeting on {day_text(last_attended)}" if last_attended is not None else "no meeting recorded"
    )
    if len(spell) == 1:
        return f"Missed the week of {day_text(spell[0])}; {last}."
    return f"Missed {_weeks(len(spell))}, the first that of {day_text(spell[-1])}; {last}."


def _weeks(number: int) -> str:
    return "1 week" if number == 1 else f"{number} weeks"
