"""Where somebody lands, and the page of one client."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

from clinic import clock
from clinic.access import Permission, Viewer, staff_page
from clinic.models import Membership
from clinic.pages import downloads, transfers
from reminders.desk import downloads as tables
from reminders.desk import handing_over
from reminders.desk.client import client_page
from reminders.desk.timeline.story import story


def home(request: HttpRequest) -> HttpResponse:
    """Where somebody lands who signs in: their first clinic; or the one that an e-mail names, and a page of it."""
    memberships = list(
        Membership.objects.filter(user=request.user.pk).select_related("clinic").order_by("clinic__name")
    )
    if not memberships:
        return render(request, "clinic/no_clinic.html", status=403)
    named = [one for one in memberships if str(one.clinic_id) == request.GET.get("clinic")]
    page = "my_settings" if request.GET.get("to") == "my_settings" else "clinic_home"
    return redirect(page, (named or memberships)[0].clinic.slug)


@staff_page(Permission.ENTER)
def clinic_home(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Where somebody lands in a clinic: Today where they see clients, else its settings."""
    return redirect("today" if viewer.may_see_clients else "settings", viewer.clinic.slug)


@staff_page(Permission.SEE_CLIENTS)
def one_client(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponseBase:
    """Everything about one client; with htmx the timeline alone, where the address asks for another part of it."""
    client = viewer.client(pk)
    if downloads.is_asked(request):
        whole = request.GET.copy()
        whole["timeline"] = "all"
        return downloads.download(request, viewer, tables.of_timeline(client, story(client, whole)))
    htmx = cast(HtmxDetails, request.htmx)  # type: ignore[attr-defined]
    if htmx and htmx.target == "happened":
        told = {"story": story(client, request.GET), "client": client}
        answer = render(request, "reminders/timeline.html", told)
    else:
        now = clock.now()
        page = client_page(client, now, request.GET)
        answer = render(
            request,
            "reminders/client.html",
            {
                "page": page,
                "story": page.story,
                "client": client,
                "handed": handing_over.unseen_of(client),
                "merges": client.merges.filter(undone_at__isnull=True).select_related("merged"),
                "transfers": transfers.of_client(viewer, client, now),
                "section": "clients",
            },
        )
    # The same address has two answers: a browser that goes back is not to be shown the part for the whole.
    patch_vary_headers(answer, ["HX-Request"])
    return answer
