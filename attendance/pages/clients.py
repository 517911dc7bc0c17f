"""The list of clients with their standings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from attendance.pages import downloads as tables
from attendance.standing import evaluation, strips
from attendance.standing.facts import Standing
from attendance.standing.models import STANDINGS
from clinic import clock
from clinic.access import Permission, Viewer, staff_page
from clinic.exports.table import in_portions
from clinic.models import Client, Clinic
from clinic.pages import downloads
from clinic.pages.caseload import caseload_of

PAGE = 50
STRIP_WEEKS = 12


@dataclass(frozen=True, slots=True)
class Row:
    """A client of the list, with their last weeks."""

    client: Client
    weeks: list[strips.StripWeek]


@staff_page(Permission.SEE_CLIENTS)
def clients(request: HttpRequest, viewer: Viewer) -> HttpResponseBase:
    """The clients of a caseload, searched and filtered, fifty a page."""
    caseload = caseload_of(request, viewer)
    now = clock.now()
    evaluation.catch_up(viewer.clinic, caseload.clients, now)
    # No name holds a NUL, and PostgreSQL would not even compare one.
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    standing = request.GET.get("standing", "")
    found = _filtered(caseload.clients, text, standing)
    if downloads.is_asked(request):
        portions = (_rows(viewer.clinic, people, now) for people in in_portions(found))
        return downloads.download(request, viewer, tables.of_clients(portions, caseload, text, standing))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "attendance/clients.html",
        {
            "rows": _rows(viewer.clinic, list(page.object_list), now),
            "page_obj": page,
            "query": query.urlencode(),
            "who": caseload.who,
            "text": text,
            "standing": standing,
            "standings": STANDINGS,
        },
    )


def _rows(clinic: Clinic, people: Sequence[Client], now: datetime) -> list[Row]:
    """Clients with what stands beside them."""
    today = clock.local_date(now, clinic.time_zone)
    boxes = strips.last_weeks(clinic, [client.pk for client in people], today, STRIP_WEEKS)
    return [Row(client, boxes.get(client.pk, [])) for client in people]


def _filtered(clients: QuerySet[Client], text: str, standing: str) -> QuerySet[Client]:
    for word in text.split():
        clients = clients.filter(
            Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(reference__icontains=word)
        )
    if standing in list(Standing):
        clients = clients.filter(standing__standing=standing)
    return clients.select_related("standing", "keyworker").order_by("first_name", "last_name", "reference")
