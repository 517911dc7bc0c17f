"""Works out standings and flags, and stores what changed: for some clients, for all that are due, for a clinic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from attendance.standing import flags, reading, rule
from attendance.standing.events import flags_closed
from attendance.standing.facts import Facts, Standing, Verdict
from attendance.standing.models import Flag, StandingRecord
from clinic import clock, locking
from clinic.models import Client, Clinic

BATCH = 1000
STORED = ["standing", "missed_weeks", "reason", "judged_on", "next_change_on"]
FLAG_STORED = ["last_missed", "missed_weeks", "standing", "on_hold", "closed_at", "closed_because"]


@dataclass(slots=True)
class Tally:
    """How many clients were looked at, and what changed."""

    examined: int = 0
    changed: int = 0
    flags_opened: int = 0
    flags_closed: int = 0

    def add(self, other: Tally) -> None:
        """Count another tally in."""
        self.examined += other.examined
        self.changed += other.changed
        self.flags_opened += other.flags_opened
        self.flags_closed += other.flags_closed


def sweep(clinic: Clinic, now: datetime) -> Tally:
    """Look again at the clients whose standing was to change by today; others are left alone.

    A client whom another process is just judging is left to it. Two sweeps at once add nothing twice.
    """
    today = clock.local_date(now, clinic.time_zone)
    total = Tally()
    due = clinic.standings.due(today).order_by("pk")
    last = 0
    while batch := list(due.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        last = batch[-1]
        with transaction.atomic():
            total.add(_evaluate(clinic, _hold(clinic, batch, skip_locked=True), now))
    return total


def standing_of(client: Client, now: datetime) -> StandingRecord:
    """A client's standing at an aware moment: as stored, or judged anew where its day has come and no sweep has."""
    stored = StandingRecord.objects.get(client=client)
    if stored.is_due(clock.local_date(now, client.clinic.time_zone)):
        evaluate(client.clinic, [client.pk], now)
        stored.refresh_from_db()
    return stored


def catch_up(clinic: Clinic, clients: QuerySet[Client], now: datetime) -> None:
    """Judge those of these clients whose day has come and whom no sweep has met yet; as a rule one query.

    So that what a list shows, and whom it finds, is as the rule says at this moment.
    """
    due = clinic.standings.due(clock.local_date(now, clinic.time_zone)).filter(client__in=clients)
    evaluate(clinic, list(due.values_list("pk", flat=True)), now)


def evaluate(clinic: Clinic, client_ids: Sequence[int], now: datetime, *, held: bool = False) -> Tally:
    """Judge these clients by all that is known now, inside the caller's transaction or one of its own.

    held: the caller holds them already, and goes on to. A batch that fails takes the caller's transaction with it.
    """
    total = Tally()
    for batch in _batches(sorted(client_ids)):
        with transaction.atomic(savepoint=False):
            total.add(_evaluate(clinic, batch if held else _hold(clinic, batch), now))
    return total


def evaluate_all(clinic: Clinic, now: datetime) -> Tally:
    """Judge every client of the clinic, as a changed policy asks."""
    return evaluate(clinic, list(clinic.clients.values_list("pk", flat=True)), now)


def _batches(client_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(client_ids), BATCH):
        yield client_ids[start : start + BATCH]


def _hold(clinic: Clinic, client_ids: Sequence[int], skip_locked: bool = False) -> list[int]:
    return locking.clients(clinic.clients.filter(pk__in=client_ids), skip_locked=skip_locked)


def _evaluate(clinic: Clinic, held: Sequence[int], now: datetime) -> Tally:
    """One batch of clients who are held: read, judge, store; a fixed number of queries."""
    stored = reading.before(held)
    if stored is None:
        return Tally()
    policy, today = stored.policy, clock.local_date(now, stored.time_zone)
    facts = reading.facts_of(held, today)
    open_flags = _open_flags(stored.flagged)
    tally = Tally(examined=len(facts))
    records: list[StandingRecord] = []
    flagged: dict[int, Verdict] = {}
    altered: list[Flag] = []
    closed: list[Flag] = []
    for client_id, known in facts.items():
        verdict = rule.judge(policy, known, today)
        values = (verdict.standing.value, verdict.missed_weeks, verdict.reason, verdict.next_change_on)
        before = stored.standings.get(client_id)
        if before != values:
            records.append(_record(clinic, client_id, verdict, today))
            tally.changed += before is None or before[:2] != values[:2]
        flag = open_flags.get(client_id)
        if flag is not None:
            if _follow(flag, verdict):
                altered.append(flag)
            if not verdict.flagged and not flag.on_hold:
                flag.closed_at = now
                flag.closed_because = flags.closed_because(
                    verdict, rule.weeks(policy, known, today), flag.run
                )
                closed.append(flag)
        elif verdict.flagged:
            flagged[client_id] = verdict
    opened = _open(clinic, flagged, facts, now)
    StandingRecord.objects.bulk_create(
        records, update_conflicts=True, unique_fields=["client"], update_fields=STORED
    )
    # An upsert by primary key: many times faster than an UPDATE with a CASE for each row.
    Flag.objects.bulk_create(
        {flag.pk: flag for flag in [*altered, *closed]}.values(),
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=FLAG_STORED,
    )
    Flag.objects.bulk_create(opened)
    if closed:
        flags_closed.send(sender=Flag, flags=closed, now=now)
    tally.flags_opened, tally.flags_closed = len(opened), len(closed)
    return tally


def _open_flags(flagged: Sequence[int]) -> dict[int, Flag]:
    """The open flags of these clients; no query where there are none of them, as for most presses."""
    if not flagged:
        return {}
    held = Flag.objects.filter(client__in=flagged, closed_at__isnull=True)
    return {flag.client_id: flag for flag in held}


def _record(clinic: Clinic, client_id: int, verdict: Verdict, today: date) -> StandingRecord:
    return StandingRecord(
        client_id=client_id,
        clinic_id=clinic.pk,
        standing=verdict.standing.value,
        missed_weeks=verdict.missed_weeks,
        reason=verdict.reason,
        judged_on=today,
        next_change_on=verdict.next_change_on,
    )


def _follow(flag: Flag, verdict: Verdict) -> bool:
    """Let an open flag follow the verdict; whether it altered. Its run stays: prompts are unique by it."""
    before = (flag.last_missed, flag.missed_weeks, flag.standing, flag.on_hold)
    flag.on_hold = verdict.standing is Standing.PAUSED
    if verdict.flagged and verdict.last_missed is not None:
        flag.last_missed = max(verdict.last_missed, flag.run)
        flag.missed_weeks = verdict.missed_weeks
        flag.standing = verdict.standing.value
    return before != (flag.last_missed, flag.missed_weeks, flag.standing, flag.on_hold)


def _open(clinic: Clinic, flagged: dict[int, Verdict], facts: dict[int, Facts], now: datetime) -> list[Flag]:
    """A flag for each of these clients; it takes over the run of the one closed last where that went on."""
    if not flagged:
        return []
    closed = Flag.objects.filter(client__in=flagged, closed_at__isnull=False).order_by("id")
    earlier = {
        client_id: flags.Spell(run, last_missed)
        for client_id, run, last_missed in closed.values_list("client", "run", "last_missed")
    }
    opened = []
    for client_id, verdict in flagged.items():
        assert verdict.last_missed is not None
        run = flags.run_of(verdict, earlier.get(client_id))
        opened.append(
            Flag(
                clinic_id=clinic.pk,
                client_id=client_id,
                run=run,
                last_missed=max(verdict.last_missed, run),
                missed_weeks=verdict.missed_weeks,
                standing=verdict.standing.value,
                opened_on=flags.opened_on(verdict, facts[client_id]),
                opened_at=now,
            )
        )
    return opened
