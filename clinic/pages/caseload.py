"""Whose clients a page shows: my own by default for keyworkers, everybody's on request."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from clinic.access import Permission, Viewer
from clinic.models import Client


@dataclass(frozen=True, slots=True)
class Caseload:
    """who is 'mine' or 'all'."""

    who: str
    clients: QuerySet[Client]


def caseload_of(request: HttpRequest, viewer: Viewer) -> Caseload:
    """The caseload the address asks for (?who=mine or all)."""
    return caseload_in(request.GET, viewer)


def caseload_in(query: QueryDict, viewer: Viewer) -> Caseload:
    """The caseload that the query of an address asks for."""
    asked = query.get("who", "")
    writes = viewer.may(Permission.WRITE_CLIENTS)
    who = asked if asked in {"mine", "all"} else ("mine" if writes else "all")
    clients = viewer.clients()
    return Caseload(who, clients.filter(keyworker=viewer.user) if who == "mine" else clients)
