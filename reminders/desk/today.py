"""Today as read: who needs somebody, in order, with what was already sent. A fixed number of queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypedDict

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

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

# A page of it stays under 100 KB, whatever stands in the rows.
PAGE = 20
STRIP_WEEKS = 12
LATELY = timedelta(days=60)
SENT_SHOWN = 3
SAID = [TaskKind.SPOKE, TaskKind.TRIED]


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
    def reason(self) -> str:
        """Why it is here, and at this place."""
        return ranking.reason(self.case)

    @property
    def weeks_in_words(self) -> str:
        """The strip of weeks, for who hears it."""
        return strips.in_words(self.weeks)

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

    place: ranking.Place
    rows: list[Row]
    number: int

    @property
    def heading(self) -> str:
        """The reason."""
        return ranking.HEADINGS[self.place]


@dataclass(frozen=True, slots=True)
class Off:
    """A client who is not on Today though something waits, and why."""

    client: Client
    why: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everybody of some clients who needs somebody, in order of need; and who is off Today for now."""

    date: date
    rows: list[Row]
    aside: list[Off]
    held: list[Off]

    def of(self, keyworkers: Sequence[int | None]) -> Waiting:
        """Those of these keyworkers; None stands for none."""

        def theirs(client: Client) -> bool:
            return client.keyworker_id in keyworkers

        return Waiting(
            self.date,
            [row for row in self.rows if theirs(row.client)],
            [off for off in self.aside if theirs(off.client)],
            [off for off in self.held if theirs(off.client)],
        )

    @property
    def counts(self) -> Counter[ranking.Place]:
        """How many stand at each place."""
        return Counter(row.place for row in self.rows)


@dataclass(frozen=True, slots=True)
class Today:
    """A page of it: sections in order, and who was put aside, or waits until their pause ends."""

    date: date
    sections: list[Section]
    aside: list[Off]
    held: list[Off]
    page_obj: Page[Row]
    next_first: int | None = None

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


def page_of(
    clinic: Clinic,
    found: Waiting,
    now: datetime,
    page: str | None = None,
    at: str | None = None,
    a_page: int = PAGE,
) -> Today:
    """A page of them; where at is the number of a client who waits, the page on which they stand.

    So that going on leads to the next client, however many of those before have gone meanwhile. What stands beside a
    client is read for those of the page, of so many.
    """
    numbered = next((nth for nth, row in enumerate(found.rows) if str(row.client.pk) == at), None)
    paginator = Paginator(found.rows, a_page)
    page_obj = paginator.get_page(page if numbered is None else numbered // a_page + 1)
    rows = list(page_obj)
    fill(clinic, rows, now)
    following = found.rows[page_obj.end_index() : page_obj.end_index() + 1]
    return Today(
        found.date,
        _sections(rows, found.counts),
        aside=found.aside,
        held=found.held,
        page_obj=page_obj,
        next_first=following[0].client.pk if following else None,
    )


def waiting(clinic: Clinic, clients: QuerySet[Client], now: datetime) -> Waiting:
    """Who of these clients needs somebody: an open flag not on hold, an open task, or an interview due; ranked."""
    day = clock.local_date(now, clinic.time_zone)
    evaluation.catch_up(clinic, clients, now)
    due = interviews.due_among(clinic, clients, day)
    flags = Flag.objects.filter(client=OuterRef("pk"), closed_at__isnull=True, on_hold=False)
    # The day of closing still belongs to tracking, and its flag ends overnight; nobody waits for it.
    needing = clients.filter(closed_on__isnull=True).filter(
        Q(Exists(flags))
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
        needing.annotate(aside=aside, ringing=ringing, flagged_at=Subquery(flags.values("opened_at")[:1]))
        .select_related("standing", "keyworker")
        .order_by("pk")
    )
    aside_now = [client for client in people if client.aside and not client.ringing]
    held = [client for client in people if _paused(client) and not client.aside and not client.ringing]
    off = {client.pk for client in (*aside_now, *held)}
    return Waiting(
        day,
        _ranked(
            [client for client in people if client.pk not in off],
            {client.pk: client.flagged_at for client in people},
            due,
            day,
            now,
        ),
        aside=_put_aside(aside_now),
        held=[Off(client, client.standing.reason) for client in held],
    )


def _put_aside(clients: Sequence[Client]) -> list[Off]:
    said = NotNow.objects.filter(client__in=[client.pk for client in clients]).in_bulk(field_name="client_id")
    soonest_first = sorted(clients, key=lambda client: said[client.pk].until)
    return [Off(client, said[client.pk].reason, said[client.pk].until) for client in soonest_first]


def _paused(client: Client) -> bool:
    return client.standing.standing == Standing.PAUSED


def _ranked(
    people: Sequence[Client],
    flagged: Mapping[int, datetime | None],
    due: Mapping[int, FollowUp],
    day: date,
    now: datetime,
) -> list[Row]:
    """All of them in order of need; flagged says since when a flag is open, due whose interview is. Two queries."""
    ids = [client.pk for client in people]
    isolated: dict[int, bool] = {}
    intake_on: dict[int, date] = {}
    episodes = Episode.objects.filter(client__in=ids).order_by("intake_on")
    for pk, began, alone in episodes.values_list("client", "intake_on", "isolated"):
        intake_on[pk] = began
        if alone is not None:
            isolated[pk] = alone
    tasks: defaultdict[int, list[KeyworkerTask]] = defaultdict(list)
    words: defaultdict[int, list[KeyworkerTask]] = defaultdict(list)
    said_lately = Q(kind__in=SAID, done_at__gt=now - LATELY, taken_back_at__isnull=True)
    for task in KeyworkerTask.objects.filter(Q(done_at__isnull=True) | said_lately, client__in=ids):
        (tasks if task.done_at is None else words)[task.client_id].append(task)
    rows = []
    for client in people:
        pk = client.pk
        flag_raised_at = flagged[pk]
        since = [task.raised_at for task in tasks[pk]]
        if flag_raised_at is not None:
            since.append(flag_raised_at)
        case = ranking.Case(
            [TaskKind(task.kind) for task in tasks[pk]],
            Standing(client.standing.standing),
            client.standing.missed_weeks,
            isolated.get(pk, False),
            waiting=now - min(since, default=now),
            asked=now
            - min((one.raised_at for one in tasks[pk] if one.kind == TaskKind.RING_ME), default=now),
            in_treatment=day - intake_on[pk],
            interview_days=(due[pk].closes_on - day).days if pk in due else None,
            **_words(words[pk], now),
        )
        rows.append(Row(client, case, tasks[pk], interview=due.get(pk)))
    return sorted(rows, key=lambda row: ranking.order(row.case))


class Words(TypedDict):
    """How long ago somebody spoke to a client and tried to, as a Case is told."""

    spoken: timedelta | None
    tried: timedelta | None
    tries: int


def _words(said: Sequence[KeyworkerTask], now: datetime) -> Words:
    spoken = max((one.done_at for one in said if one.done_at and one.kind == TaskKind.SPOKE), default=None)
    tries = [
        one.done_at
        for one in said
        if one.done_at and one.kind == TaskKind.TRIED and (spoken is None or one.done_at > spoken)
    ]
    return {
        "spoken": now - spoken if spoken is not None else None,
        "tried": now - max(tries) if tries else None,
        "tries": len(tries),
    }


def fill(clinic: Clinic, rows: Sequence[Row], now: datetime) -> None:
    """Read what stands beside each."""
    ids = [row.client.pk for row in rows]
    boxes = strips.last_weeks(clinic, ids, clock.local_date(now, clinic.time_zone), STRIP_WEEKS)
    under_way = Introduction.objects.filter(client__in=ids, ended_at__isnull=True).select_related("contact")
    introductions = {one.client_id: one for one in under_way}
    sent: defaultdict[int, list[Prompt]] = defaultdict(list)
    lately = Prompt.objects.filter(client__in=ids, state__in=COUNTS_AS_SENT, planned_at__gt=now - LATELY)
    for prompt in lately.select_related("contact").defer("body").order_by("-planned_at", "-pk"):
        if len(sent[prompt.client_id]) < SENT_SHOWN:
            sent[prompt.client_id].append(prompt)
    for row in rows:
        pk = row.client.pk
        row.weeks, row.sent, row.introduction = boxes.get(pk, []), sent[pk], introductions.get(pk)


def _sections(rows: Sequence[Row], numbers: Mapping[ranking.Place, int]) -> list[Section]:
    grouped: defaultdict[ranking.Place, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.place].append(row)
    return [Section(place, grouped[place], numbers[place]) for place in ranking.Place if grouped[place]]
