"""The part of a timeline that a page shows: what is asked for, page by page. A fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict

from clinic.models import Client
from reminders.desk.timeline.choosing import TimelineForm, Wanted, chosen
from reminders.desk.timeline.items import Told, folded
from reminders.desk.timeline.whole import timeline

SHOWN = 30


@dataclass(frozen=True, slots=True)
class Story:
    """What reminders/timeline.html draws.

    told: the runs of this page. number: how many things were asked for, of how many in all. week: the first day of the
    one week that is asked for. query: the address's, without the page. page_obj: None where all is on one page.
    """

    form: TimelineForm
    wanted: Wanted
    told: list[Told]
    number: int
    total: int
    week: date | None
    query: str
    page_obj: Page[Any] | None


def story(client: Client, asked: QueryDict) -> Story:
    """What an address asks for of what happened with a client; with timeline=all on one page, else page by page."""
    form = TimelineForm(asked)
    wanted = form.wanted()
    items = timeline(client)
    found = chosen(items, wanted)
    runs = folded(found)
    page = None if asked.get("timeline") == "all" else Paginator(runs, SHOWN).get_page(asked.get("page"))
    query = asked.copy()
    query.pop("page", None)
    return Story(
        form=form,
        wanted=wanted,
        told=runs if page is None else list(page.object_list),
        number=len(found),
        total=len(items),
        week=wanted.week(client.clinic.week_starts_on),
        query=query.urlencode(),
        page_obj=page,
    )
