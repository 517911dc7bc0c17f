"""Attendance as a spreadsheet or another system tells it: by reference, slug and name, many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from attendance.directory.fellowships import fellowships_by_names, is_well_known
from attendance.directory.finding import meetings_by_slugs
from attendance.directory.models import FELLOWSHIP_NAME_LIMIT, Fellowship, Meeting
from attendance.register.models import Source
from attendance.register.recording import Receipt, Went, record_many
from clinic import checks
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.lookup import clients_by_reference, unknown_reference
from clinic.models import Client, Clinic


@dataclass(frozen=True, slots=True)
class Told:
    """That a client went to a meeting on a local date of the clinic; an empty text means 'not known'.

    meeting: `slug` or `feed:slug`. fellowship: name or abbreviation; with a meeting it must be the meeting's.
    """

    reference: str
    attended_on: date
    source: Source
    meeting: str = ""
    fellowship: str = ""
    note: str = ""


def record_told(
    *, clinic: Clinic, told: Sequence[Told], by: Actor, now: datetime, respect_voids: bool = False
) -> list[Receipt | Refused]:
    """Record what was told, in a fixed number of queries; for each its receipt, or why it was refused.

    A fellowship the clinic has not got yet is made with the attendance, for it alone: meetings of it are held
    whether or not its list was ever read. A wrong name is Refused with the field at fault, and so is what
    record_many refuses.
    """
    clients = clients_by_reference(clinic, (one.reference for one in told))
    meetings = meetings_by_slugs((one.meeting for one in told if one.meeting), clinic)
    fellowships = fellowships_by_names({one.fellowship for one in told if one.fellowship}, clinic)
    understood = [_understand(one, clients, meetings, fellowships) for one in told]
    reports = [one for one in understood if isinstance(one, Went)]
    recorded = iter(record_many(clinic=clinic, reports=reports, by=by, now=now, respect_voids=respect_voids))
    return [next(recorded) if isinstance(one, Went) else one for one in understood]


def unknown_fellowships(clinic: Clinic, told: Sequence[Told]) -> set[str]:
    """The fellowships named that the clinic has not got and few know: new ones, or slips of the pen."""
    named = fellowships_by_names({one.fellowship for one in told if one.fellowship}, clinic)
    return {name for name, held in named.items() if held is None and not is_well_known(name)}


def _understand(
    told: Told,
    clients: Mapping[str, Client],
    meetings: Mapping[str, Meeting | Refused],
    fellowships: Mapping[str, Fellowship | None],
) -> Went | Refused:
    client = clients.get(told.reference)
    if client is None:
        return unknown_reference(told.reference)
    meeting = meetings[told.meeting] if told.meeting else None
    if isinstance(meeting, Refused):
        return meeting
    fellowship = fellowships[told.fellowship] if told.fellowship else None
    new = told.fellowship if fellowship is None else ""
    if meeting is not None and told.fellowship and (fellowship is None or fellowship != meeting.fellowship):
        return Refused(f"the meeting {told.meeting!r} is one of {meeting.fellowship}.", "fellowship")
    try:
        checks.at_most(new, FELLOWSHIP_NAME_LIMIT, "fellowship")
    except Refused as refusal:
        return refusal.as_answer()
    return Went(client, told.attended_on, told.source, meeting, fellowship, told.note, new)
