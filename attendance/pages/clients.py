"""The list of clients with their standings."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from attendance.standing import evaluation, strips
from attendance.standing.facts import Standing
from attendance.standing.models import STANDINGS
from clinic import clock
from clinic.access import Permission, Viewer, staff_page
from clinic.models import Client
from clinic.pages.caseload import caseload_of

PAGE = 50
STRIP_WEEKS = 12


@staff_page(Permission.SEE_CLIENTS)
def clients(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The clients of a caseload, searched and filtered, fifty a page."""
    caseload = caseload_of(request, viewer)
    now = clock.now()
    evaluation.catch_up(viewer.clinic, caseload.clients, now)
    # No name holds a NUL, and PostgreSQL would not even compare one.
    text = request.GET.get("q", "").replace("\0", "").strip()[:100]
    standing = request.GET.get("standing", "")
    found = _filtered(caseload.clients, text, standing)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    people = list(page.object_list)
    boxes = strips.last_weeks(
        viewer.clinic,
        [client.pk for client in people],
        clock.local_date(now, viewer.clinic.time_zone),
        STRIP_WEEKS,
    )
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "attendance/clients.html",
        {
            "rows": [{"client": client, "weeks": boxes.get(client.pk, [])} for client in people],
            "page_obj": page,
            "query": query.urlencode(),
            "who": caseload.who,
            "text": text,
            "standing": standing,
            "standings": STANDINGS,
        },
    )


def _filtered(clients: QuerySet[Client], text: str, standing: str) -> QuerySet[Client]:
    for word in text.split():
        clients = clients.filter(
            Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(reference__icontains=word)
        )
    if standing in list(Standing):
        clients = clients.filter(standing__standing=standing)
    return clients.select_related("standing", "keyworker").order_by("first_name", "last_name", "reference")
