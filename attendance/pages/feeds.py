"""The lists of meetings as administrators look after them: which there are and how fresh, and the end of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from attendance.directory.models import Feed
from attendance.directory.upkeep import keeping, previewing
from attendance.directory.upkeep.keeping import KeptList
from attendance.pages import downloads as tables
from clinic import clock
from clinic.access import Permission, Viewer, staff_page
from clinic.errors import Refused
from clinic.pages import downloads
from clinic.pages.wording import how_far


@dataclass(frozen=True, slots=True)
class Row:
    """A list of the page: when it was read and is read next, in words; next is empty where it is not by itself."""

    kept: KeptList
    read: str
    next: str


def _row(kept: KeptList, now: datetime, time_zone: str) -> Row:
    feed = kept.feed
    due = feed.refresh_due_at
    next_turn = ""
    if due is not None:
        next_turn = "now, at the next turn" if due <= now else how_far(due, now, time_zone)
    return Row(
        kept=kept,
        read=how_far(feed.last_read_at, now, time_zone),
        next=next_turn,
    )


def the_feed(number: int) -> Feed:
    """The list of a number in an address; raises Http404 where there is none."""
    feed = keeping.feed_by_number(number)
    if feed is None:
        raise Http404("There is no such list.")
    return feed


@staff_page(Permission.KEEP_FEEDS)
def feeds(request: HttpRequest, viewer: Viewer) -> HttpResponseBase:
    """Every list of the directory, and what was read and waits for somebody's word."""
    now, zone = clock.now(), viewer.clinic.time_zone
    rows = [_row(kept, now, zone) for kept in keeping.kept_lists(viewer.clinic)]
    if downloads.is_asked(request):
        return downloads.download(request, viewer, tables.of_feeds(rows))
    waiting = previewing.waiting(viewer.clinic, now).defer(
        "content", "formats_content", "expected", "validators"
    )
    return render(
        request,
        "attendance/feeds.html",
        {
            "section": "settings",
            "rows": rows,
            "waiting": [(one, how_far(one.read_at, now, zone)) for one in waiting],
        },
    )


@staff_page(Permission.KEEP_FEEDS)
def feed_by_itself(request: HttpRequest, viewer: Viewer, feed: int) -> HttpResponse:
    """Stops or starts the reading of a list by itself; a press undoes the other."""
    held, then = the_feed(feed), request.POST.get("then")
    verbs = {"start": keeping.read_by_itself, "stop": keeping.stop_reading}
    if request.method == "POST" and then in verbs:
        try:
            verbs[then](feed=held, clinic=viewer.clinic, by=viewer.actor, now=clock.now())
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        else:
            said = (
                "is read by itself every night."
                if then == "start"
                else "is read when somebody asks, and only then."
            )
            messages.success(request, f"“{held}” {said}")
    return redirect("feeds", viewer.clinic.slug)


@staff_page(Permission.KEEP_FEEDS)
def feed_close(request: HttpRequest, viewer: Viewer, feed: int) -> HttpResponse:
    """Asks first, since it closes every meeting of a list; the button does it."""
    held = the_feed(feed)
    try:
        keeping.refuse_kept_elsewhere(held, viewer.clinic)
        if request.method != "POST" or request.POST.get("then") != "close":
            return render(
                request,
                "attendance/feed_close.html",
                {"section": "settings", "feed": held, "open": keeping.open_meetings(held)},
            )
        closed = keeping.close_list(feed=held, clinic=viewer.clinic, by=viewer.actor, now=clock.now())
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        many = f"Its {closed} open meetings are" if closed != 1 else "Its one open meeting is"
        messages.success(request, f"“{held}” is closed. {many} offered to nobody any more.")
    return redirect("feeds", viewer.clinic.slug)
