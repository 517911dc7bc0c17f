"""Whose clients a page shows: my own by default for keyworkers, everybody's on request; and those left behind."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from clinic.access import Permission, Viewer
from clinic.handing_over import left_behind
from clinic.models import Client


@dataclass(frozen=True, slots=True)
class Caseload:
    """who is 'mine', 'all', or 'left': those whose keyworker has left."""

    who: str
    clients: QuerySet[Client]


def caseload_of(request: HttpRequest, viewer: Viewer) -> Caseload:
    """The caseload the address asks for (?who=mine or all; left, for those who may hand anybody over)."""
    return caseload_in(request.GET, viewer)


def caseload_in(query: QueryDict, viewer: Viewer) -> Caseload:
    """The caseload that the query of an address asks for."""
    asked = query.get("who", "")
    writes = viewer.may(Permission.WRITE_CLIENTS)
    offered = {"mine", "all", "left"} if viewer.may_hand_over_any else {"mine", "all"}
    who = asked if asked in offered else ("mine" if writes else "all")
    clients = viewer.clients()
    if who == "left":
        return Caseload(who, left_behind(clients))
    return Caseload(who, clients.filter(keyworker=viewer.user) if who == "mine" else clients)
