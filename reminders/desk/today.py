"""Today as read: who needs somebody, in order, with what was already sent. A fixed number of queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet

from attendance.standing import evaluation, strips
from attendance.standing.facts import Standing
from attendance.standing.models import Flag
from clinic import clock, interviews
from clinic.follow_up import FollowUp
from clinic.models import Client, Clinic, Episode
from reminders.contacts.models import Introduction
from reminders.desk import ranking
from reminders.prompts.models import Prompt
from reminders.prompts.states import COUNTS_AS_SENT
from reminders.worklist.models import KeyworkerTask, NotNow, TaskKind

PAGE = 50
STRIP_WEEKS = 12
SENT_DAYS = timedelta(days=60)
SENT_SHOWN = 3


@dataclass(slots=True)
class Row:
    """One client who needs somebody."""

    client: Client
    case: ranking.Case
    tasks: list[KeyworkerTask]
    weeks: list[strips.StripWeek] = field(default_factory=list)
    sent: list[Prompt] = field(default_factory=list)
    introduction: Introduction | None = None
    interview: FollowUp | None = None

    @property
    def place(self) -> ranking.Place:
        """Where it stands."""
        return ranking.place(self.case)

    @property
    def isolated(self) -> bool:
        """Whether the client has only the group."""
        return self.case.isolated

    @property
    def urgent(self) -> bool:
        """Whether to mark the row: somebody asked for us, or nobody has reached them."""
        return self.place in (ranking.Place.RING_ME, ranking.Place.LAPSED)


@dataclass(frozen=True, slots=True)
class Section:
    """Rows that stand together for one reason: those of the page, and how many there are on all pages."""

    heading: str
    rows: list[Row]
    number: int


@dataclass(frozen=True, slots=True)
class Off:
    """A client who is not on Today though something waits, and why."""

    client: Client
    why: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Today:
    """A page of it: sections in order, and who was put aside, or waits until their pause ends."""

    date: date
    sections: list[Section]
    aside: list[Off]
    held: list[Off]
    page_obj: Page[Row]

    @property
    def number(self) -> int:
        """How many clients need somebody, on all pages."""
        return self.page_obj.paginator.count

    @property
    def put_aside(self) -> int:
        """How many were put aside."""
        return len(self.aside)

    @property
    def paused(self) -> int:
        """How many wait until their pause ends."""
        return len(self.held)


def today(
    clinic: Clinic, clients: QuerySet[Client], now: datetime, page: str | None = None, a_page: int = PAGE
) -> Today:
    """Who of these clients needs somebody at an aware moment: an open flag not on hold, an open task, or an interview.

    All are ranked; what stands beside a client is read for the fifty of the page, or as many as are told.
    """
    day = clock.local_date(now, clinic.time_zone)
    evaluation.catch_up(clinic, clients, now)
    due = interviews.due_among(clinic, clients, day)
    # The day of closing still belongs to tracking, and its flag ends overnight; nobody waits for it.
    needing = clients.filter(closed_on__isnull=True).filter(
        Q(Exists(Flag.objects.filter(client=OuterRef("pk"), closed_at__isnull=True, on_hold=False)))
        | Q(Exists(KeyworkerTask.objects.filter(client=OuterRef("pk"), done_at__isnull=True)))
        | Q(pk__in=due)
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
    ranked = _ranked([client for client in people if client.pk not in off], due, day)
    page_obj = Paginator(ranked, a_page).get_page(page)
    rows = list(page_obj)
    _fill(clinic, rows, day, now)
    return Today(
        day,
        _sections(rows, Counter(row.place for row in ranked)),
        aside=_put_aside(aside_now),
        held=[Off(client, client.standing.reason) for client in held],
        page_obj=page_obj,
    )


def _put_aside(clients: Sequence[Client]) -> list[Off]:
    said = NotNow.objects.filter(client__in=[client.pk for client in clients]).in_bulk(field_name="client_id")
    soonest_first = sorted(clients, key=lambda client: said[client.pk].until)
    return [Off(client, said[client.pk].reason, said[client.pk].until) for client in soonest_first]


def _paused(client: Client) -> bool:
    return client.standing.standing == Standing.PAUSED


def _ranked(people: Sequence[Client], due: Mapping[int, FollowUp], day: date) -> list[Row]:
    """All of them in order of need; two queries."""
    ids = [client.pk for client in people]
    said = Episode.objects.filter(client__in=ids, isolated__isnull=False).order_by("intake_on")
    isolated = {pk for pk, latest in dict(said.values_list("client", "isolated")).items() if latest}
    tasks: defaultdict[int, list[KeyworkerTask]] = defaultdict(list)
    for task in KeyworkerTask.objects.filter(client__in=ids, done_at__isnull=True):
        tasks[task.client_id].append(task)
    rows = [
        Row(
            client,
            _case(client, tasks[client.pk], client.pk in isolated, due.get(client.pk), day),
            tasks[client.pk],
            interview=due.get(client.pk),
        )
        for client in people
    ]
    return sorted(rows, key=lambda row: ranking.order(row.case))


def _fill(clinic: Clinic, rows: Sequence[Row], day: date, now: datetime) -> None:
    """Read what stands beside each."""
    ids = [row.client.pk for row in rows]
    boxes = strips.last_weeks(clinic, ids, day, STRIP_WEEKS)
    under_way = Introduction.objects.filter(client__in=ids, ended_at__isnull=True).select_related("contact")
    introductions = {one.client_id: one for one in under_way}
    sent: defaultdict[int, list[Prompt]] = defaultdict(list)
    lately = Prompt.objects.filter(client__in=ids, state__in=COUNTS_AS_SENT, planned_at__gt=now - SENT_DAYS)
    for prompt in lately.select_related("contact").defer("body").order_by("-planned_at", "-pk"):
        if len(sent[prompt.client_id]) < SENT_SHOWN:
            sent[prompt.client_id].append(prompt)
    for row in rows:
        pk = row.client.pk
        row.weeks, row.sent, row.introduction = boxes.get(pk, []), sent[pk], introductions.get(pk)


def _case(
    client: Client, tasks: Sequence[KeyworkerTask], isolated: bool, due: FollowUp | None, day: date
) -> ranking.Case:
    return ranking.Case(
        [TaskKind(task.kind) for task in tasks],
        Standing(client.standing.standing),
        client.standing.missed_weeks,
        isolated,
        (due.closes_on - day).days if due is not None else None,
    )


def _sections(rows: Sequence[Row], numbers: Mapping[ranking.Place, int]) -> list[Section]:
    grouped: defaultdict[ranking.Place, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.place].append(row)
    return [
        Section(ranking.HEADINGS[place], grouped[place], numbers[place])
        for place in ranking.Place
        if grouped[place]
    ]
