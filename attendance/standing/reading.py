"""Reads what the weekly rule goes by of many clients: their facts in one query, what was worked out before in another.

Both are written out (see clinic.statements): they are read at every press and by every sweep.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date

from attendance.register.models import Answer, Attendance, CheckIn, Pause
from attendance.standing.facts import Facts, Paused
from attendance.standing.models import Flag, StandingRecord
from clinic import statements
from clinic.models import Client, Clinic, Episode
from clinic.policy import WeeklyPolicy

AT_ONCE = 1000
ATTENDED, PAUSED, DID_NOT_GO, TAKEN_IN, CLOSED = range(5)
# Each part gives a client, a day, a second one where there are two, and whether nobody but the client says so.
KNOWN = f"""
    SELECT {ATTENDED} AS kind, client_id, attended_on AS "day [date]", attended_on AS "last [date]",
        self_only AS "self_only [bool]"
    FROM {Attendance._meta.db_table} WHERE client_id IN %s AND voided_at IS NULL AND attended_on >= %s
    UNION ALL SELECT {PAUSED}, client_id, starts_on, ends_on, NULL
    FROM {Pause._meta.db_table} WHERE client_id IN %s AND voided_at IS NULL AND ends_on >= %s
    UNION ALL SELECT {DID_NOT_GO}, client_id, week, week, NULL
    FROM {CheckIn._meta.db_table} WHERE client_id IN %s AND voided_at IS NULL AND week >= %s
        AND answer = '{Answer.DID_NOT_GO.value}'
    UNION ALL SELECT {TAKEN_IN}, client_id, intake_on, intake_on, NULL
    FROM {Episode._meta.db_table} WHERE client_id IN %s
    UNION ALL SELECT {CLOSED}, id, closed_on, closed_on, NULL
    FROM {Client._meta.db_table} WHERE id IN %s AND closed_on IS NOT NULL
"""  # noqa: S608  (names of our own tables, and marks for values)
# What the policy is made of; a clinic's columns have the names.
POLICY = {
    one.name: f"{one.name} [bool]" if isinstance(one.default, bool) else one.name
    for one in fields(WeeklyPolicy)
}
BEFORE = f"""
    SELECT client.id, flag.id, standing.standing, standing.missed_weeks, standing.reason,
        standing.next_change_on AS "next_change_on [date]", clinic.time_zone,
        {", ".join(f'clinic.{name} AS "{read_as}"' for name, read_as in POLICY.items())}
    FROM {Client._meta.db_table} client
    JOIN {Clinic._meta.db_table} clinic ON clinic.id = client.clinic_id
    LEFT JOIN {StandingRecord._meta.db_table} standing ON standing.client_id = client.id
    LEFT JOIN {Flag._meta.db_table} flag ON flag.client_id = client.id AND flag.closed_at IS NULL
    WHERE client.id IN %s
"""  # noqa: S608


@dataclass(slots=True)
class Before:
    """What was worked out of clients of one clinic when they were judged last, and what they are judged by now.

    standings: standing, missed weeks, reason and the day to look again, by client; flagged: who has an open flag.
    """

    time_zone: str
    policy: WeeklyPolicy
    standings: dict[int, tuple[str, int, str, date | None]] = field(default_factory=dict)
    flagged: list[int] = field(default_factory=list)


def facts_of(client_ids: Collection[int], on: date, since: date = date.min) -> dict[int, Facts]:
    """The facts by client for judging a local date of the clinic, for each of the ids that has an episode.

    Of the intakes those up to that date; what else lies after it, the rule leaves out. since, the first day
    of a week, leaves out what was over before it: enough to say what the weeks from then on came to, not to
    judge. One query for every thousand clients.
    """
    found: dict[int, Facts] = {}
    for ids in _portions(client_ids):
        found.update(_facts_of(ids, on, since))
    return found


def _facts_of(ids: list[int], on: date, since: date) -> Iterator[tuple[int, Facts]]:
    attended: defaultdict[int, list[tuple[date, bool]]] = defaultdict(list)
    pauses: defaultdict[int, list[Paused]] = defaultdict(list)
    did_not_go: defaultdict[int, list[date]] = defaultdict(list)
    intakes: defaultdict[int, list[date]] = defaultdict(list)
    closed: dict[int, date] = {}
    for kind, client_id, first, last, self_only in statements.read(
        KNOWN, ids, since, ids, since, ids, since, ids, ids
    ):
        if kind == ATTENDED:
            attended[client_id].append((first, self_only))
        elif kind == PAUSED:
            pauses[client_id].append(Paused(first, last))
        elif kind == DID_NOT_GO:
            did_not_go[client_id].append(first)
        elif kind == TAKEN_IN:
            intakes[client_id].append(first)
        else:
            closed[client_id] = first
    for client_id, days in intakes.items():
        first = min(days)
        yield (
            client_id,
            Facts(
                first_intake_on=first,
                latest_intake_on=max((day for day in days if day <= on), default=first),
                closed_on=closed.get(client_id),
                attended=attended[client_id],
                pauses=pauses[client_id],
                did_not_go=did_not_go[client_id],
            ),
        )


def before(client_ids: Sequence[int]) -> Before | None:
    """What was worked out of these clients, a thousand at most, all of one clinic; None where there is none of them.

    The policy is as it stands at this moment: whoever calls may have fetched the clinic before it changed.
    """
    rows = statements.read(BEFORE, list(client_ids)) if client_ids else []
    if not rows:
        return None
    *_, time_zone = rows[0][: -len(POLICY)]
    policy = dict(zip(POLICY, rows[0][-len(POLICY) :], strict=True))
    found = Before(time_zone, WeeklyPolicy(**policy))
    for client_id, flag_id, standing, missed_weeks, reason, next_change_on, *_ in rows:
        if standing is not None:
            found.standings[client_id] = standing, missed_weeks, reason, next_change_on
        if flag_id is not None:
            found.flagged.append(client_id)
    return found


def _portions(client_ids: Collection[int]) -> Iterator[list[int]]:
    ids = list(client_ids)
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
