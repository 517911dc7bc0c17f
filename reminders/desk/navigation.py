"""The counts in the navigation: how many need somebody, and what waits too long. One query where they are shown."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject

from clinic import clock
from clinic.access import Permission, Viewer, staff_page
from reminders.worklist import needing
from reminders.worklist.needing import Counts


def counts_for(request: HttpRequest) -> dict[str, Any]:
    """For every template: the counts of the signed-in person, read when a page shows them; parts of pages do not."""
    viewer: Viewer | None = getattr(request, "viewer", None)
    return {"counts": SimpleLazyObject(lambda: _counts(viewer))}


def _counts(viewer: Viewer | None) -> Counts:
    """Keyworkers count their own clients, everybody else who sees clients the team's."""
    if viewer is None or not viewer.may_see_clients:
        return Counts()
    mine = viewer.may(Permission.WRITE_CLIENTS)
    clients = viewer.clients().filter(keyworker=viewer.user) if mine else viewer.clients()
    today = clock.local_date(clock.now(), viewer.clinic.time_zone)
    return needing.counts(viewer.clinic, clients, today, of_managers=viewer.may(Permission.TAKE_OVER))


@staff_page(Permission.SEE_CLIENTS)
def nav_counts(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The entries of the navigation that have counts, for a page on which something was done in place."""
    return render(request, "reminders/nav_counts.html", {"here": request.GET.get("here", "")})
