"""Acts on a client: one form, one verb, one sentence afterwards. Each stage has its own; all look and work alike.

An act is a page of its own, so that it works without script; with htmx the same form opens in place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme

from clinic import clock
from clinic.access import Permission, Viewer, staff_page
from clinic.errors import Refused
from clinic.models import Client
from clinic.pages.wording import in_words

UNDO = "undo"
NOTHING_TO_UNDO = "There is nothing to undo."
# No row has a longer number.
LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True)
class Context:
    """Who acts on whom, and when: what a form and a verb are handed."""

    viewer: Viewer
    client: Client
    now: datetime

    @property
    def today(self) -> Any:
        """The clinic's local date."""
        return clock.local_date(self.now, self.client.clinic.time_zone)


class ActForm(forms.Form):
    """A form that knows whom it is about.

    from_address: the fields that a link may fill in; what a client agreed to is never among them.
    suggestions: what fields offer as one types, by the id of the list.
    nothing: why there is nothing to act on, where that is so; the page says so in place of the fields.
    instead: another act that the form leads to: its name, its button, and what more its address says.
    """

    from_address: tuple[str, ...] = ()

    def __init__(self, *args: Any, context: Context, **kwargs: Any) -> None:
        self.context = context
        self.suggestions: dict[str, list[str]] = {}
        self.nothing = ""
        self.instead: tuple[str, str, str] | None = None
        super().__init__(*args, **kwargs)
        # Forms of several clients may stand on one page.
        self.auto_id = f"id_{context.client.pk}_%s"
        self.prepare()

    def prepare(self) -> None:
        """Fill in choices and first values that depend on the client; nothing by default."""


@dataclass(frozen=True, slots=True)
class Done:
    """What an act did: the sentence for the page, and the number of the row that undo is about; None: no undo."""

    sentence: str
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """perform does it and returns the sentence for the page; it raises Refused where it cannot.

    undo takes it back right after, without asking: it is handed the number of the row that perform named, finds that
    among the client's own and says what it did. What is noticed later is put right with a reason, by acts of its own.
    """

    name: str
    title: str
    button: str
    form: type[ActForm]
    perform: Callable[[Context, dict[str, Any]], str | Done]
    permission: Permission = Permission.WRITE_CLIENTS
    danger: bool = False
    intro: str = ""
    undo: Callable[[Context, int], str] | None = None


def act_urls(acts: Iterable[Act]) -> list[URLPattern]:
    """An address a act: /<clinic>/clients/<client>/<act>/, named act_<act>."""
    return [
        path(f"<slug:slug>/clients/<int:pk>/{act.name}/", act_page(act), name=f"act_{act.name}")
        for act in acts
    ]


def act_page(act: Act) -> Callable[..., HttpResponse]:
    """The page of an act: the form, and what comes of it."""

    @staff_page(act.permission)
    def page(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
        context = Context(viewer, viewer.client(pk), clock.now())
        back = safe_next(request, reverse("client", args=[viewer.clinic.slug, pk]))
        if request.method == "POST" and act.undo is not None and UNDO in request.POST:
            say_undone(request, act, context, request.POST[UNDO])
            return finished(request, back)
        initial = {name: request.GET[name] for name in act.form.from_address if name in request.GET}
        form = act.form(request.POST if request.method == "POST" else None, context=context, initial=initial)
        if request.method == "POST" and form.is_valid():
            try:
                with transaction.atomic():
                    done = act.perform(context, form.cleaned_data)
            except Refused as refusal:
                form.add_error(
                    refusal.field if refusal.field in form.fields else None, in_words(refusal.sentence)
                )
            else:
                say_done(request, act, context, done)
                return finished(request, back)
        in_place = bool(getattr(request, "htmx", False))
        template = "clinic/act_form.html" if in_place else "clinic/act.html"
        details = {
            "act": act,
            "form": form,
            "client": context.client,
            "next": back,
            "in_place": in_place,
            "section": "clients",
        }
        return render(request, template, details, status=422 if form.errors else 200)

    return page


def say_done(request: HttpRequest, act: Act, context: Context, done: str | Done) -> None:
    """Leave the sentence for the next page, with a button that undoes the act where it can be."""
    if isinstance(done, str):
        messages.success(request, done)
        return
    undoable = act.undo is not None and done.row is not None
    tags = f"{UNDO}:{act.name}:{context.client.pk}:{done.row}" if undoable else ""
    messages.success(request, done.sentence, extra_tags=tags)


def say_undone(request: HttpRequest, act: Act, context: Context, row: str) -> None:
    """Undo an act by the number of its row, as it came in a form, and leave what became of it for the next page."""
    assert act.undo is not None
    try:
        if not row.isascii() or not row.isdecimal() or len(row) > LONGEST_NUMBER:
            raise Refused(NOTHING_TO_UNDO)
        with transaction.atomic():
            messages.success(request, act.undo(context, int(row)))
    except Refused as refusal:
        messages.error(request, in_words(refusal.sentence))


def finished(request: HttpRequest, back: str) -> HttpResponse:
    """Back to the page the act came from; htmx is told to load it afresh."""
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": iri_to_uri(back)})
    return HttpResponseRedirect(back)


def safe_next(request: HttpRequest, default: str) -> str:
    """Where to go afterwards: an address of this site that the page named, else the default."""
    named = request.POST.get("next") or request.GET.get("next") or ""
    return named if named.startswith("/") and url_has_allowed_host_and_scheme(named, None) else default
