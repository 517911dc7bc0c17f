"""Which clients of a caseload a list is to show, and in which order. All in the database, so that pages hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Lower

from attendance.register.models import Attendance, CheckIn
from clinic import statements
from clinic.models import Client, Episode
from clinic.weeks import DAY, WEEK

INTAKES_OF_ONE = f"""
    SELECT MIN(intake_on) AS "first [date]", MAX(CASE WHEN intake_on <= %s THEN intake_on END) AS "latest [date]"
    FROM {Episode._meta.db_table} WHERE client_id = %s
"""  # noqa: S608  (the name of our own table, and marks for values)


class Sort(StrEnum):
    """What comes first."""

    NAME = "name"
    STANDING = "standing"
    MISSING = "missing"
    LAST = "last"

    @property
    def label(self) -> str:
        """As people choose it."""
        return LABELS[self]


LABELS = {
    Sort.NAME: "Name",
    Sort.STANDING: "Weeks missed",
    Sort.MISSING: "What is missing",
    Sort.LAST: "Last meeting",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asked for; what is empty does not narrow. missing: only those of whom the week holds nothing."""

    text: str = ""
    phase: str = ""
    standing: str = ""
    missing: bool = False
    sort: Sort = Sort.NAME

    @property
    def narrows(self) -> bool:
        """Whether some of the caseload may be left out."""
        return bool(self.text or self.phase or self.standing or self.missing)


def with_intakes(clients: QuerySet[Client], by: date, today: date) -> QuerySet[Client]:
    """Those who were taken in by a day, with first_intake_on, and with latest_intake_on up to today.

    The latter is None where the first is still to come.
    """
    episodes = Episode.objects.filter(client=OuterRef("pk"))
    return clients.annotate(
        first_intake_on=Subquery(episodes.order_by("intake_on").values("intake_on")[:1]),
        latest_intake_on=Subquery(
            episodes.filter(intake_on__lte=today).order_by("-intake_on").values("intake_on")[:1]
        ),
    ).filter(first_intake_on__lte=by)


def tell_intakes(client: Client, today: date) -> None:
    """Let one client at hand say what with_intakes says of many; a statement written out, for every press asks it."""
    ((first, latest),) = statements.read(INTAKES_OF_ONE, today, client.pk)
    client.first_intake_on, client.latest_intake_on = first, latest  # type: ignore[attr-defined]


def wanted_of(clients: QuerySet[Client], wanted: Wanted, week: date) -> QuerySet[Client]:
    """Those wanted, in the order wanted, for the week that begins on a day."""
    for word in wanted.text.split():
        clients = clients.filter(
            Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(reference__icontains=word)
        )
    if wanted.phase:
        latest = Episode.objects.filter(client=OuterRef("pk")).order_by("-intake_on").values("phase")[:1]
        clients = clients.alias(phase=Subquery(latest)).filter(phase=wanted.phase)
    if wanted.standing:
        clients = clients.filter(standing__standing=wanted.standing)
    if wanted.missing:
        clients = clients.filter(~_recorded(week))
    return clients.annotate(last_attended_on=Subquery(_last_attended())).order_by(
        *_order(wanted.sort, week), Lower("first_name"), Lower("last_name"), "reference"
    )


def _order(sort: Sort, week: date) -> list[Any]:
    if sort is Sort.STANDING:
        return ["-standing__missed_weeks"]
    if sort is Sort.MISSING:
        return [Case(When(_recorded(week), then=1), default=0)]
    if sort is Sort.LAST:
        return [F("last_attended_on").asc(nulls_first=True)]
    return []


def _recorded(week: date) -> Q | Exists:
    """Whether anything is written down of a client's week: a meeting, or that they did not go."""
    went = Attendance.objects.filter(
        client=OuterRef("pk"), voided_at__isnull=True, attended_on__range=(week, week + WEEK - DAY)
    )
    told = CheckIn.objects.filter(client=OuterRef("pk"), voided_at__isnull=True, week=week)
    return Exists(went) | Exists(told)


def _last_attended() -> QuerySet[Attendance, Any]:
    held = Attendance.objects.filter(client=OuterRef("pk"), voided_at__isnull=True)
    return held.order_by("-attended_on").values("attended_on")[:1]
