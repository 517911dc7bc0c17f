"""A client's calendar file, for the clinic's staff to hand over."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from attendance.register import calendars
from clinic import clock
from clinic.access import Permission, Viewer, staff_page


@staff_page(Permission.SEE_CLIENTS)
def calendar(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """The chosen and planned meetings of a client as a file; asked about without being fetched, it is not given out."""
    client = viewer.client(pk)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    content = calendars.give_out(client, clock.now()) if request.method == "GET" else b""
    response = HttpResponse(content, headers=calendars.HEADERS)
    response.headers["Cache-Control"] = "private, no-store"
    return response
