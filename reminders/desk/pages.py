"""Where somebody lands, and the page of one client."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from clinic import clock
from clinic.access import Permission, Viewer, staff_page
from clinic.models import Membership
from reminders.desk.client import client_page

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
def one_client(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Everything about one client."""
    shown = None if request.GET.get("timeline") == "all" else TIMELINE_SHOWN
    page = client_page(viewer.client(pk), clock.now(), shown)
    return render(
        request, "reminders/client.html", {"page": page, "client": page.client, "section": "clients"}
    )
