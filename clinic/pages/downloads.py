"""A list of a page as a file: the page's own address with ?download=csv or xlsx, and so its own door and filters."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from clinic import clock
from clinic.access import Viewer
from clinic.errors import Refused
from clinic.exports.giving import FileKind, give_out
from clinic.exports.table import Table

ASKED = "download"
# What is asked of a list that shows some rows a page, where all are wanted on one.
ALL_ROWS = 1_000_000_000


def is_asked(request: HttpRequest) -> bool:
    """Whether the list is to be taken along; a page that is only asked about (HEAD) gives nothing out."""
    return request.method == "GET" and request.GET.get(ASKED) in list(FileKind)


def download(request: HttpRequest, viewer: Viewer, table: Table) -> HttpResponseBase:
    """The file that was asked for; where the list does not go into one, back to the page with a sentence."""
    kind = FileKind(request.GET[ASKED])
    try:
        given = give_out(table=table, kind=kind, clinic=viewer.clinic, by=viewer.actor, now=clock.now())
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        query = request.GET.copy()
        query.pop(ASKED)
        return HttpResponseRedirect(f"{request.path}?{query.urlencode()}")
    response = FileResponse(
        given.file, as_attachment=True, filename=given.name, content_type=given.kind.content_type
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response
