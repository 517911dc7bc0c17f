"""Today, and the page of one client."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from clinic import clock
from clinic.access import Permission, Viewer, staff_page
from clinic.models import Membership
from clinic.pages import downloads
from clinic.pages.caseload import caseload_of
from reminders.desk import downloads as tables
from reminders.desk.client import client_page
from reminders.desk.today import today

TIMELINE_SHOWN = 20


def home(request: HttpRequest) -> HttpResponse:
    """Where somebody lands who signs in: their first clinic."""
    memberships = list(
        Membership.objects.filter(user=request.user.pk).select_related("clinic").order_by("clinic__name")
    )
    if not memberships:
        return render(request, "clinic/no_clinic.html", status=403)
    return redirect("clinic_home", memberships[0].clinic.slug)


@staff_page(Permission.ENTER)
def clinic_home(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Where somebody lands in a clinic: Today where they see clients, else its settings."""
    return redirect("today" if viewer.may_see_clients else "settings", viewer.clinic.slug)


@staff_page(Permission.SEE_CLIENTS)
def today_page(request: HttpRequest, viewer: Viewer) -> HttpResponseBase:
    """Who needs me today."""
    caseload = caseload_of(request, viewer)
    if downloads.is_asked(request):
        whole = today(viewer.clinic, caseload.clients, clock.now(), a_page=downloads.ALL_ROWS)
        return downloads.download(request, viewer, tables.of_today(whole, caseload, viewer.clinic.time_zone))
    page = today(viewer.clinic, caseload.clients, clock.now(), request.GET.get("page"))
    return render(
        request,
        "reminders/today.html",
        {"page": page, "who": caseload.who},
    )


@staff_page(Permission.SEE_CLIENTS)
def one_client(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponseBase:
    """Everything about one client."""
    all_of_it = request.GET.get("timeline") == "all" or downloads.is_asked(request)
    page = client_page(viewer.client(pk), clock.now(), None if all_of_it else TIMELINE_SHOWN)
    if downloads.is_asked(request):
        return downloads.download(request, viewer, tables.of_timeline(page.client, page.told))
    return render(
        request, "reminders/client.html", {"page": page, "client": page.client, "section": "clients"}
    )
