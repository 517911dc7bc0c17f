"""Today as read: who needs somebody, in order, with what was already sent. A fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from attendance.standing import strips
from attendance.standing.facts import Standing
from attendance.standing.models import Flag
from clinic import clock
from clinic.models import Client, Clinic, Episode
from reminders.contacts.models import Introduction
from reminders.desk import ranking
from reminders.prompts.models import Prompt
from reminders.prompts.states import PromptState
from reminders.worklist.models import KeyworkerTask, NotNow, TaskKind

STRIP_WEEKS = 12
SENT_DAYS = timedelta(days=60)
SENT_SHOWN = 3
OUT = [PromptState.SENDING, PromptState.SENT, PromptState.DELIVERED, PromptState.UNCERTAIN]


@dataclass(slots=True)
class Row:
    """One client who needs somebody."""

    client: Client
    place: ranking.Place
    weeks: list[strips.StripWeek]
    flag: Flag | None = None
    isolated: bool = False
    tasks: list[KeyworkerTask] = field(default_factory=list)
    sent: list[Prompt] = field(default_factory=list)
    introduction: Introduction | None = None

    @property
    def urgent(self) -> bool:
        """Whether to mark the row: somebody asked for us, or nobody has reached them."""
        return self.place in (ranking.Place.RING_ME, ranking.Place.LAPSED)


@dataclass(frozen=True, slots=True)
class Section:
    """Rows that stand together for one reason."""

    heading: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Today:
    """The page: sections in order, and how many were put aside, or wait until their pause ends."""

    date: date
    sections: list[Section]
    put_aside: int
    paused: int

    @property
    def number(self) -> int:
        """How many clients need somebody."""
        return sum(len(section.rows) for section in self.sections)


def today(clinic: Clinic, clients: QuerySet[Client], now: datetime) -> Today:
    """Who of these clients needs somebody at an aware moment: an open flag not on hold, or an open task."""
    day = clock.local_date(now, clinic.time_zone)
    # The day of closing still belongs to tracking, and its flag ends overnight; nobody waits for it.
    needing = clients.filter(closed_on__isnull=True).filter(
        Q(Exists(Flag.objects.filter(client=OuterRef("pk"), closed_at__isnull=True, on_hold=False)))
        | Q(Exists(KeyworkerTask.objects.filter(client=OuterRef("pk"), done_at__isnull=True)))
    )
    aside = Exists(NotNow.objects.filter(client=OuterRef("pk"), until__gt=day))
    # Whoever asks to be rung is never put aside, and waits for no pause to end. Every other task of a paused
    # client does, as their flag and their messages do: it keeps until they are back from hospital or holiday.
    ringing = Exists(
        KeyworkerTask.objects.filter(client=OuterRef("pk"), done_at__isnull=True, kind=TaskKind.RING_ME)
    )
    people = list(
        needing.annotate(aside=aside, ringing=ringing).select_related("standing", "keyworker").order_by("pk")
    )
    aside_now = [client for client in people if client.aside and not client.ringing]
    held = [client for client in people if _paused(client) and not client.aside and not client.ringing]
    off = {client.pk for client in (*aside_now, *held)}
    rows = _rows(clinic, [client for client in people if client.pk not in off], day, now)
    return Today(day, _sections(rows), put_aside=len(aside_now), paused=len(held))


def _paused(client: Client) -> bool:
    return client.standing.standing == Standing.PAUSED


def _rows(clinic: Clinic, people: Sequence[Client], day: date, now: datetime) -> list[Row]:
    ids = [client.pk for client in people]
    boxes = strips.last_weeks(clinic, ids, day, STRIP_WEEKS)
    flags = {flag.client_id: flag for flag in Flag.objects.filter(client__in=ids, closed_at__isnull=True)}
    said = Episode.objects.filter(client__in=ids, isolated__isnull=False).order_by("intake_on")
    isolated = {pk for pk, latest in dict(said.values_list("client", "isolated")).items() if latest}
    under_way = Introduction.objects.filter(client__in=ids, ended_at__isnull=True).select_related("contact")
    introductions = {one.client_id: one for one in under_way}
    tasks: defaultdict[int, list[KeyworkerTask]] = defaultdict(list)
    for task in KeyworkerTask.objects.filter(client__in=ids, done_at__isnull=True):
        tasks[task.client_id].append(task)
    sent: defaultdict[int, list[Prompt]] = defaultdict(list)
    lately = Prompt.objects.filter(client__in=ids, state__in=OUT, planned_at__gt=now - SENT_DAYS)
    for prompt in lately.select_related("contact").defer("body").order_by("-planned_at", "-pk"):
        if len(sent[prompt.client_id]) < SENT_SHOWN:
            sent[prompt.client_id].append(prompt)
    rows = []
    for client in people:
        case = _case(client, tasks[client.pk], client.pk in isolated)
        row = Row(
            client,
            ranking.place(case),
            boxes.get(client.pk, []),
            flags.get(client.pk),
            client.pk in isolated,
            tasks[client.pk],
            sent[client.pk],
            introductions.get(client.pk),
        )
        rows.append((ranking.order(case), row))
    rows.sort(key=lambda pair: pair[0])
    return [row for _, row in rows]


def _case(client: Client, tasks: Sequence[KeyworkerTask], isolated: bool) -> ranking.Case:
    return ranking.Case(
        [TaskKind(task.kind) for task in tasks],
        Standing(client.standing.standing),
        client.standing.missed_weeks,
        isolated,
    )


def _sections(rows: Sequence[Row]) -> list[Section]:
    grouped: defaultdict[ranking.Place, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.place].append(row)
    return [Section(ranking.HEADINGS[place], grouped[place]) for place in ranking.Place if grouped[place]]
