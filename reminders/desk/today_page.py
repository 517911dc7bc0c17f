"""The Today page; and what it shows in place of a row when an act was done there."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render

from clinic import clock
from clinic.access import Permission, Viewer, staff_page
from clinic.pages import downloads, transfers
from clinic.pages.act import Told, takes_acts
from clinic.pages.caseload import caseload_in
from reminders.desk import downloads as tables
from reminders.desk import handing_over, ranking
from reminders.desk.team import Line, asked_for, team
from reminders.desk.today import Waiting, fill, page_of, waiting


def _look(viewer: Viewer, query: QueryDict, now: datetime) -> tuple[Waiting, dict[str, Any]]:
    """Whom the query of an address asks for, and what every part of the page is drawn from."""
    caseload = caseload_in(query, viewer)
    found = waiting(viewer.clinic, caseload.clients, now)
    asked, lines = "", list[Line]()
    if caseload.who == "all" and viewer.may_see_team:
        lines = team(viewer.clinic, found)
        asked = query.get("keyworker", "")
        whole, found = found, asked_for(asked, found)
        asked = asked if found is not whole else ""
    shown = {
        "caseload": caseload,
        "found": found,
        "viewer": viewer,
        "who": caseload.who,
        "lines": lines,
        "asked": asked,
        "filtered": urlencode({"who": caseload.who} | ({"keyworker": asked} if asked else {})),
    }
    return found, shown


def _address(request: HttpRequest, number: int) -> str:
    """The page's own address, as short as it can be: it stands in every button."""
    told = {key: value for key in ("who", "keyworker") if (value := request.GET.get(key))}
    query = urlencode(told | ({"page": number} if number > 1 else {}))
    return f"{request.path}?{query}" if query else request.path


def after_act(request: HttpRequest, viewer: Viewer, told: Told) -> HttpResponse:
    """The row again where the client still needs somebody, else what was done and how to take it back.

    With it the numbers on the page, who is off Today, and the sentence for who hears the page.
    """
    now = clock.now()
    found, shown = _look(viewer, QueryDict(urlsplit(told.back).query), now)
    row = next((one for one in found.rows if one.client.pk == told.client.pk), None)
    if row is not None:
        fill(viewer.clinic, [row], now)
    answer = render(
        request,
        "reminders/today_answer.html",
        shown | {"row": row, "told": told, "back": told.back, "counts": _counts(found)},
    )
    answer["HX-Retarget"] = "closest li"
    answer["HX-Reswap"] = "outerHTML"
    # What was done may have settled a need: the navigation counts again.
    answer["HX-Trigger"] = "needs-changed"
    answer["HX-Trigger-After-Settle"] = json.dumps({"acted": {"client": told.client.pk, "gone": row is None}})
    return answer


def _counts(found: Waiting) -> list[tuple[str, int]]:
    counts = found.counts
    return [(place.name.lower(), counts[place]) for place in ranking.Place]


@takes_acts(after_act)
@staff_page(Permission.SEE_CLIENTS)
def today_page(request: HttpRequest, viewer: Viewer) -> HttpResponseBase:
    """Who needs me today."""
    now = clock.now()
    found, shown = _look(viewer, request.GET, now)
    if downloads.is_asked(request):
        whole = page_of(viewer.clinic, found, now, a_page=downloads.ALL_ROWS)
        name = next((line.name for line in shown["lines"] if line.asked == shown["asked"]), "")
        return downloads.download(
            request, viewer, tables.of_today(whole, shown["caseload"], name, viewer.clinic.time_zone)
        )
    page = page_of(viewer.clinic, found, now, request.GET.get("page"), request.GET.get("at"))
    shown |= {
        "page": page,
        "back": _address(request, page.page_obj.number),
        "handed": handing_over.unseen_by(viewer),
        "left_behind": handing_over.held_by_a_leaver(viewer),
        "transfers": transfers.on_today(viewer, now),
    }
    return render(request, "reminders/today.html", shown)
