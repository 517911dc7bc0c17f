"""Signed pages: a token in the path opens one person's page, without signing in."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse

from clinic import clock
from reminders.links import limits, sentences
from reminders.links.client_views import show_calendar, show_client, show_expired
from reminders.links.contact_views import show_contact, show_over
from reminders.links.guarding import signed_page
from reminders.links.opening import Door, open_link
from reminders.prompts.models import SignedLink


def show_nothing(request: HttpRequest, link: SignedLink, now: datetime) -> HttpResponse:
    """A link that is no longer in use; only the clinic's crisis numbers are still to be had by it."""
    return sentences.lost(request, link.clinic.crisis_numbers)


Page = Callable[[HttpRequest, SignedLink, datetime], HttpResponse]
PAGES: dict[Door, Page] = {
    Door.CLIENT: show_client,
    Door.CLIENT_EXPIRED: show_expired,
    Door.CONTACT: show_contact,
    Door.CONTACT_OVER: show_over,
    Door.NOTHING: show_nothing,
}
# A client's calendar is behind the doors of their page; a contact has none.
CALENDARS: dict[Door, Page] = {
    Door.CLIENT: show_calendar,
    Door.CLIENT_EXPIRED: show_expired,
    Door.CONTACT: show_nothing,
    Door.CONTACT_OVER: show_nothing,
    Door.NOTHING: show_nothing,
}


@signed_page
def signed_link(request: HttpRequest, token: str) -> HttpResponse:
    """The page a token opens now; the same kind page for every token that nobody made a link of."""
    return _behind(PAGES, request, token)


@signed_page
def signed_calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar file of the client whose page a token opens now."""
    return _behind(CALENDARS, request, token)


def _behind(doors: dict[Door, Page], request: HttpRequest, token: str) -> HttpResponse:
    now = clock.now()
    opened = open_link(token, now)
    if opened is None:
        limits.count_wrong_token(request)
        return sentences.lost(request, crisis_numbers="")
    return doors[opened.door](request, opened.link, now)
