"""What a hand-over page shows: whose clients they are, and what goes along with each. A fixed number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import CharField, Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat, NullIf, Trim

from clinic import clock, handing_over
from clinic.access import Viewer
from clinic.models import Client, Clinic, HandedClient, HandOver, User
from reminders.contacts.models import Introduction
from reminders.prompts.models import Prompt
from reminders.prompts.states import PromptState
from reminders.worklist.models import KeyworkerTask, NotNow

RECENT = 20


@dataclass(frozen=True, slots=True)
class Caseload:
    """The tracked clients of one keyworker, or of nobody. left: they have left, so that somebody must take over."""

    keyworker: User | None
    number: int
    left: bool

    @property
    def key(self) -> str:
        """What stands for it in an address."""
        return str(self.keyworker.pk) if self.keyworker is not None else "nobody"

    @property
    def whose(self) -> str:
        """Whose they are, in words."""
        return f"{self.keyworker}'s" if self.keyworker is not None else "nobody's"


@dataclass(frozen=True, slots=True)
class Follows:
    """A client, and what goes along when they are handed over."""

    client: Client
    tasks: int
    prompts: int
    contact: str
    put_aside_until: date | None


@dataclass(frozen=True, slots=True)
class Following:
    """The clients of a caseload with what goes along, and the sums of it."""

    rows: list[Follows]

    @property
    def tasks(self) -> int:
        """How many open tasks."""
        return sum(row.tasks for row in self.rows)

    @property
    def prompts(self) -> int:
        """How many scheduled prompts."""
        return sum(row.prompts for row in self.rows)

    @property
    def introductions(self) -> int:
        """How many introductions under way."""
        return sum(bool(row.contact) for row in self.rows)

    @property
    def put_aside(self) -> int:
        """How many are put aside."""
        return sum(row.put_aside_until is not None for row in self.rows)


def tracked(clinic: Clinic) -> QuerySet[Client]:
    """Who is handed over with a caseload: those whom nobody has closed."""
    return clinic.clients.filter(closed_on__isnull=True)


def of_keyworker(clinic: Clinic, keyworker: User | None) -> QuerySet[Client]:
    """The clients of a keyworker who are still tracked, or of nobody, by name."""
    return tracked(clinic).filter(keyworker=keyworker).order_by("first_name", "last_name", "reference")


def caseloads(clinic: Clinic) -> list[Caseload]:
    """Every caseload of the clinic: of those who have left, of nobody, and of the keyworkers who are here."""
    numbers = Counter(dict(tracked(clinic).values_list("keyworker").annotate(Count("pk")).order_by()))
    here = {user.pk: user for user in handing_over.keyworkers(clinic)}
    gone = User.objects.filter(pk__in=[pk for pk in numbers if pk is not None and pk not in here])
    rows = [Caseload(user, numbers[user.pk], left=True) for user in gone.order_by("first_name", "username")]
    if numbers[None]:
        rows.append(Caseload(None, numbers[None], left=False))
    return rows + [Caseload(user, numbers[pk], left=False) for pk, user in here.items()]


def caseload_named(viewer: Viewer, key: str) -> Caseload | None:
    """The caseload that an address names, where this person may hand it over: their own, or for some anybody's."""
    if not viewer.may_hand_over_any:
        key = str(viewer.user.pk)
    return next((one for one in caseloads(viewer.clinic) if one.key == key), None)


def following(clients: Sequence[Client], now: datetime, zone: str) -> Following:
    """What goes along with these clients; four queries."""
    ids = [client.pk for client in clients]
    open_tasks = KeyworkerTask.objects.filter(client__in=ids, done_at__isnull=True).order_by()
    tasks = dict(open_tasks.values_list("client").annotate(Count("pk")))
    # What goes to the client is signed with their keyworker's name; what goes to a contact names none.
    planned = Prompt.objects.filter(
        client__in=ids, state=PromptState.PLANNED, contact__isnull=True
    ).order_by()
    prompts = dict(planned.values_list("client").annotate(Count("pk")))
    under_way = Introduction.objects.filter(client__in=ids, ended_at__isnull=True)
    contacts = dict(under_way.values_list("client", "contact__first_name"))
    aside = NotNow.objects.filter(client__in=ids, until__gt=clock.local_date(now, zone))
    until = dict(aside.values_list("client", "until"))
    return Following(
        [
            Follows(
                one, tasks.get(one.pk, 0), prompts.get(one.pk, 0), contacts.get(one.pk, ""), until.get(one.pk)
            )
            for one in clients
        ]
    )


def along_with(client: Client, now: datetime) -> str:
    """What goes along with one client, in a sentence; empty where nothing waits."""
    (row,) = following([client], now, client.clinic.time_zone).rows
    told = [
        _counted(row.tasks, "open task"),
        _counted(row.prompts, "scheduled message"),
        f"the introduction to {row.contact}" if row.contact else "",
    ]
    known = [one for one in told if one]
    if not known:
        return ""
    return f"Goes along: {' and '.join(filter(None, [', '.join(known[:-1]), known[-1]]))}."


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number > 1 else ''}" if number else ""


def latest(viewer: Viewer) -> QuerySet[HandOver]:
    """The latest hand-overs: those that concern this person, or for some all of the clinic's."""
    given = viewer.clinic.hand_overs.select_related("held_by", "to").annotate(number=Count("handed"))
    if not viewer.may_hand_over_any:
        given = given.filter(
            Q(held_by=viewer.user) | Q(to=viewer.user) | Q(made_by=viewer.user.get_username())
        )
    return given[:RECENT]


def held_by_a_leaver(viewer: Viewer) -> int:
    """How many tracked clients have a keyworker who has left; asked for those alone who can do something about it."""
    return handing_over.left_behind(tracked(viewer.clinic)).count() if viewer.may_hand_over_any else 0


def unseen_by(viewer: Viewer) -> list[HandOver]:
    """What was handed to this person who has not said yet that they have seen it: how many, and the first by name."""
    moved = HandedClient.objects.filter(hand_over=OuterRef("pk"), moved_at__isnull=False)
    name = Concat("client__first_name", Value(" "), "client__last_name", output_field=CharField())
    named = moved.annotate(name=Coalesce(NullIf(Trim(name), Value("")), "client__reference")).values("name")
    unseen = handing_over.unseen(viewer.clinic, viewer.user)
    counted = unseen.annotate(
        number=Count("handed", filter=Q(handed__moved_at__isnull=False)), first=Subquery(named[:1])
    )
    return list(counted.filter(number__gt=0))


def unseen_of(client: Client) -> HandOver | None:
    """The hand-over that made their keyworker theirs, while that one has not said yet that they have seen it."""
    handed = client.handed.filter(
        moved_at__isnull=False,
        hand_over__seen_at__isnull=True,
        hand_over__ended_at__isnull=True,
        hand_over__to=client.keyworker_id,
    )
    latest = handed.select_related("hand_over__held_by", "hand_over__to").order_by("-moved_at", "-pk").first()
    return latest.hand_over if latest is not None else None
