"""Reading a list in the browser: it is asked for, a page shows what it would change, and a word does it."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from attendance.directory.models import Feed, FeedPreview
from attendance.directory.upkeep import addresses, keeping, previewing
from attendance.directory.upkeep.foreseen import Foreseen
from attendance.pages.feed_form import ListForm
from attendance.pages.feed_sections import in_short, sections_of
from attendance.pages.feeds import the_feed
from clinic import clock, uploads
from clinic.access import Permission, Viewer, staff_page
from clinic.errors import Refused
from clinic.pages.act import finished
from clinic.pages.wording import how_far

OTHERWISE = (
    "The directory has changed since you looked, so nothing was done. This is what the list would change now."
)


class TakeInForm(forms.Form):
    """The tick that a list needs which would close most of its meetings."""

    accept_closing = forms.BooleanField(required=False, label="I have looked: close them")


@staff_page(Permission.KEEP_FEEDS)
def feed_new(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """A list that is read for the first time, or again by its name."""
    return _asked(request, viewer, None)


@staff_page(Permission.KEEP_FEEDS)
def feed_again(request: HttpRequest, viewer: Viewer, feed: int) -> HttpResponse:
    """A list that is read again: from another file or address, or under another fellowship or time zone."""
    held = the_feed(feed)
    try:
        keeping.refuse_kept_elsewhere(held, viewer.clinic)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("feeds", viewer.clinic.slug)
    return _asked(request, viewer, held)


def _asked(request: HttpRequest, viewer: Viewer, feed: Feed | None) -> HttpResponse:
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ListForm(*sent, viewer=viewer, feed=feed, too_large=uploads.too_large(request))
    if request.method == "POST" and form.is_valid():
        try:
            held = previewing.preview(
                clinic=viewer.clinic,
                given=form.given(),
                formats=form.formats(),
                about=form.about(),
                by=viewer.actor,
                now=clock.now(),
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return finished(request, reverse("feed_preview", args=[viewer.clinic.slug, held.pk]))
    in_place = bool(getattr(request, "htmx", False))
    template = "attendance/feed_form.html" if in_place else "attendance/feed_new.html"
    details = {"section": "settings", "form": form, "feed": feed}
    return render(request, template, details, status=422 if form.errors else 200)


@staff_page(Permission.KEEP_FEEDS)
def feed_now(request: HttpRequest, viewer: Viewer, feed: int) -> HttpResponse:
    """Fetches a list from its address; then the page says what it would change."""
    held, to = the_feed(feed), reverse("feeds", args=[viewer.clinic.slug])
    if request.method == "POST" and request.POST.get("then") == "read":
        try:
            found = previewing.read_now(feed=held, clinic=viewer.clinic, by=viewer.actor, now=clock.now())
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        else:
            to = reverse("feed_preview", args=[viewer.clinic.slug, found.pk])
    return finished(request, to)


@staff_page(Permission.KEEP_FEEDS)
def feed_preview(request: HttpRequest, viewer: Viewer, preview: int) -> HttpResponse:
    """What a list would change, and the two buttons: take it in, and put it aside."""
    held = previewing.waiting(viewer.clinic, clock.now()).filter(pk=preview).first()
    lists = reverse("feeds", args=[viewer.clinic.slug])
    if held is None:
        messages.info(request, previewing.GONE)
        return finished(request, lists)
    then = request.POST.get("then") if request.method == "POST" else None
    form = TakeInForm(request.POST if then == "take_in" else None)
    if then == "put_aside":
        previewing.put_aside(preview=held, by=viewer.actor, now=clock.now())
        messages.success(request, f"“{held.feed_name}” is put aside, and nothing was changed.")
        return finished(request, lists)
    if then == "take_in" and form.is_valid():
        try:
            to = _taken_in(request, viewer, held, form.cleaned_data["accept_closing"])
        except Refused as refusal:
            if refusal.field not in form.fields:
                messages.error(request, refusal.sentence)
                return finished(request, lists)
            form.add_error(refusal.field, refusal.sentence)
            # The form is no more than this and its buttons: the focus takes the place of a summary.
            form.fields[refusal.field].widget.attrs["autofocus"] = True
        else:
            return finished(request, to)
    return _shown(request, viewer, held, form)


def _taken_in(request: HttpRequest, viewer: Viewer, held: FeedPreview, accept_closing: bool) -> str:
    """Take it in; the address of the page to go to then."""
    done = previewing.accept(preview=held, accept_closing=accept_closing, by=viewer.actor, now=clock.now())
    if not done:
        messages.warning(request, OTHERWISE)
        return reverse("feed_preview", args=[viewer.clinic.slug, held.pk])
    messages.success(request, f"“{held.feed_name}” is taken in: {in_short(cast(Foreseen, held.expected))}.")
    return reverse("feeds", args=[viewer.clinic.slug])


def _shown(request: HttpRequest, viewer: Viewer, held: FeedPreview, form: TakeInForm) -> HttpResponse:
    foreseen = cast(Foreseen, held.expected)
    in_place = bool(getattr(request, "htmx", False))
    template = "attendance/feed_decision.html" if in_place else "attendance/feed_preview.html"
    details = {
        "section": "settings",
        "preview": held,
        "foreseen": foreseen,
        "sections": sections_of(foreseen),
        "source": addresses.shown(held.source),
        "formats_source": addresses.shown(held.formats_source),
        "read": how_far(held.read_at, clock.now(), viewer.clinic.time_zone),
        "form": form,
    }
    return render(request, template, details, status=422 if form.errors else 200)
