"""The sheet of a group: one meeting on one day, many clients, and who of them came. For clinics that go along."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum

from django.db import transaction
from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from attendance.directory.models import Meeting
from attendance.register import correcting
from attendance.register.days import Went, known_days
from attendance.register.matching import match
from attendance.register.models import Attendance, ChosenMeeting, PlannedMeeting, Report, Source
from attendance.register.recording import record_many
from clinic import events
from clinic.actors import Actor
from clinic.effects import Effect
from clinic.errors import Refused
from clinic.models import Client, Clinic
from clinic.weeks import DAY

# Whose word a sheet may hold, and what its column is called: a local contact is never asked to report.
COLUMNS = {Source.SLIP: "Signed slip", Source.CLIENT: "Their word", Source.KEYWORKER: "I saw them"}
TICKED = list(COLUMNS)
# Whoever was there within so many days is likely to have come again.
LATELY = timedelta(days=60)
# A meeting of the fifth week of a month may be as long as this without being held.
LOOKED_BACK = 120


class Likely(IntEnum):
    """Why somebody is likely to have come; the likeliest stand first."""

    PLANNED = 0
    CHOSEN = 1
    BEEN = 2
    NOT_KNOWN = 3


REASONS = {
    Likely.PLANNED: "meant to go",
    Likely.CHOSEN: "chose this meeting",
    Likely.BEEN: "was here lately",
    Likely.NOT_KNOWN: "",
}


@dataclass(frozen=True, slots=True)
class Box:
    """One box of a client's line. by: who has reported it already; None where nobody has, and it can be ticked."""

    heading: str
    value: str
    by: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """One client of the sheet. said: by source who reported already that they went."""

    client: Client
    likely: Likely
    said: dict[str, str]

    @property
    def reason(self) -> str:
        """Why they stand where they stand; empty where nothing is known."""
        return REASONS[self.likely]

    @property
    def boxes(self) -> list[Box]:
        """A box a column."""
        return [
            Box(heading, f"{self.client.pk}-{source}", self.said.get(source))
            for source, heading in COLUMNS.items()
        ]


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the sheet: that a client came, by whose word."""

    client: Client
    source: Source


@dataclass(frozen=True, slots=True)
class Recorded:
    """What ticks came to. added: the new attendances, which can be taken back; refused: by client why not."""

    added: list[Attendance]
    told_more: int
    already: int
    refused: list[tuple[Client, str]]


def last_held(meeting: Meeting, today: date, time_zone: str) -> date:
    """The latest local date of the zone up to today on which a holding starts; today where none is known."""
    return held_before(meeting, today + DAY, time_zone) or today


def held_before(meeting: Meeting, day: date, time_zone: str) -> date | None:
    """The holding before a local date of the zone; of a meeting by appointment the day before."""
    days = (day - number * DAY for number in range(1, LOOKED_BACK))
    return next((one for one in days if meeting.starts_on(one, time_zone)), None)


def held_after(meeting: Meeting, day: date, until: date, time_zone: str) -> date | None:
    """The holding after a local date of the zone, until another at the latest."""
    days = (day + number * DAY for number in range(1, (until - day).days + 1))
    return next((one for one in days if meeting.starts_on(one, time_zone)), None)


def lines_of(clients: QuerySet[Client], meeting: Meeting, day: date) -> list[Line]:
    """Those of the clients who were taken in by then and not closed before, the likely ones first; six queries."""
    here = list(
        clients.annotate(first_intake_on=Min("episodes__intake_on"))
        .filter(Q(closed_on__isnull=True) | Q(closed_on__gte=day), first_intake_on__lte=day)
        .order_by("first_name", "last_name", "reference")
    )
    ids = [client.pk for client in here]
    days = known_days({(pk, day) for pk in ids}, voided_too=False)
    likely = _likely(ids, meeting, day)
    lines = []
    for client in here:
        known = match(days[client.pk, day], meeting.pk, meeting.fellowship_id, "")
        reports = known.reports if known is not None else {}
        said = {source: report.reported_by for source, report in reports.items()}
        lines.append(Line(client, likely.get(client.pk, Likely.NOT_KNOWN), said))
    return sorted(lines, key=lambda line: line.likely)


def _likely(client_ids: Collection[int], meeting: Meeting, day: date) -> dict[int, Likely]:
    lately = Attendance.objects.filter(
        client__in=client_ids,
        meeting=meeting.pk,
        voided_at__isnull=True,
        attended_on__range=(day - LATELY, day - DAY),
    )
    chosen = ChosenMeeting.objects.filter(client__in=client_ids, meeting=meeting.pk, voided_at__isnull=True)
    planned = PlannedMeeting.objects.filter(
        client__in=client_ids, meeting=meeting.pk, voided_at__isnull=True, held_on=day
    )
    found = dict.fromkeys(lately.values_list("client", flat=True), Likely.BEEN)
    found |= dict.fromkeys(chosen.values_list("client", flat=True), Likely.CHOSEN)
    return found | dict.fromkeys(planned.values_list("client", flat=True), Likely.PLANNED)


@transaction.atomic
def record_ticks(
    *, clinic: Clinic, meeting: Meeting, day: date, ticks: Iterable[Tick], by: Actor, now: datetime
) -> Recorded:
    """Record all ticks of a sheet; one that cannot be is left out with a sentence, the others stand.

    Two sources of one client are two reports of one attendance. Raises Refused where nothing is ticked.
    """
    # By client, so that whoever also holds some of them takes turns.
    wanted = sorted(ticks, key=lambda tick: (tick.client.pk, TICKED.index(tick.source)))
    if not wanted:
        raise Refused("Tick who came first.")
    reports = [Went(tick.client, day, tick.source, meeting) for tick in wanted]
    answers = record_many(clinic=clinic, reports=reports, by=by, now=now)
    added: list[Attendance] = []
    refused: list[tuple[Client, str]] = []
    new: set[int] = set()
    already = told_more = 0
    for tick, answer in zip(wanted, answers, strict=True):
        if isinstance(answer, Refused):
            refused.append((tick.client, answer.sentence))
        elif answer.effect is Effect.ADDED:
            added.append(answer.attendance)
            new.add(answer.attendance.pk)
        elif answer.effect is Effect.ALREADY:
            already += 1
        elif answer.attendance.pk not in new:
            told_more += 1
    return Recorded(added, told_more, already, refused)


@transaction.atomic
def take_back_ticks(
    *,
    clients: QuerySet[Client],
    meeting: Meeting,
    day: date,
    attendances: Sequence[int],
    by: Actor,
    now: datetime,
) -> tuple[int, list[tuple[Client, str]]]:
    """Undo a sheet: take back those of these attendances that stand, of the clients, of the sheet and by whom it was.

    How many that were, and of whom something stays, with why: others have told of the same since.
    """
    meant = Attendance.objects.filter(
        pk__in=attendances,
        client__in=clients,
        meeting=meeting,
        attended_on=day,
        voided_at__isnull=True,
    ).filter(Exists(Report.objects.filter(attendance=OuterRef("pk"), reported_by=by.label)))
    taken = 0
    stays: list[tuple[Client, str]] = []
    # Clients by number, as everybody holds them.
    held = list(meant.select_related("client__clinic", "clinic").order_by("client_id", "pk"))
    with events.gathered():
        for one in held:
            try:
                taken += correcting.undo(attendance=one, by=by, now=now)
            except Refused as refusal:
                stays.append((one.client, refusal.sentence))
    return taken, stays
