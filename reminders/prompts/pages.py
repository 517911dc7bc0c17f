"""Messages: what went to whom, and what became of it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from clinic.access import Permission, Viewer, staff_page
from clinic.exports.table import in_portions
from clinic.pages import downloads
from clinic.pages.caseload import caseload_of
from reminders.prompts import downloads as tables
from reminders.prompts.states import PromptState

PAGE = 25
LINK = re.compile(r"https?://\S+/l/[\w-]+/")


@staff_page(Permission.SEE_CLIENTS)
def messages_page(request: HttpRequest, viewer: Viewer) -> HttpResponseBase:
    """The prompts about a caseload, latest first, twenty-five a page."""
    caseload = caseload_of(request, viewer)
    state = request.GET.get("state", "")
    prompts = viewer.clinic.prompts.filter(client__in=caseload.clients).select_related("client", "contact")
    if state in PromptState.values:
        prompts = prompts.filter(state=state)
    prompts = prompts.order_by("-planned_at", "-pk")
    if downloads.is_asked(request):
        return downloads.download(request, viewer, tables.of_messages(in_portions(prompts), caseload, state))
    page = Paginator(prompts, PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    query = request.GET.copy()
    query.pop("page", None)
    links = demo_links({str(prompt.pk) for prompt in shown}) if settings.DEBUG else {}
    return render(
        request,
        "reminders/messages.html",
        {
            "rows": [{"prompt": prompt, "link": links.get(str(prompt.pk), "")} for prompt in shown],
            "page_obj": page,
            "query": query.urlencode(),
            "who": caseload.who,
            "state": state,
            "states": PromptState.choices,
            "demo": bool(links),
        },
    )


def demo_links(ids: Collection[str]) -> dict[str, str]:
    """The live links of messages by their ids, out of MESSAGE_FILE: for trying the product alone.

    Nothing else can show them: the database holds no link. The page asks only where DEBUG is on.
    """
    found: dict[str, str] = {}
    try:
        lines = settings.MESSAGE_FILE.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return found
    for line in lines:
        try:
            message = json.loads(line)
        except ValueError:
            continue
        if not isinstance(message, dict):
            continue
        link = LINK.search(str(message.get("body", "")))
        if message.get("id") in ids and link is not None:
            found[message["id"]] = link.group()
    return found
