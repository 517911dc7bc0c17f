"""Acts on a client: one form, one verb, one sentence afterwards. Each stage has its own; all look and work alike.

An act is a page of its own, so that it works without script; with htmx the same form opens in place. A page that
can show what an act came to says so itself (see takes_acts); any other is loaded afresh. What can be taken back has
an address for that beside its own: undoing is an act, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, URLPattern, path, resolve, reverse
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme

from clinic import clock
from clinic.access import Permission, Viewer, staff_page
from clinic.errors import Refused
from clinic.models import Client
from clinic.numbers import row_number
from clinic.pages import notices
from clinic.pages.notices import Link
from clinic.pages.wording import in_words

NOTHING_TO_UNDO = "There is nothing to undo."
# Numbers of rows, for the most part one: an act may have taken back a plan for each week of three months.
LONGEST_OF = 1000


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
    """What an act came to: the sentence for the page.

    of: what names the thing done, so that it can be taken back; empty where nothing is to be. offers: what may well
    come next for this client: the words on a button, and the name of the address it leads to.
    """

    sentence: str
    of: str = ""
    offers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Act:
    """perform does it and returns what it came to, a sentence where that is all; it raises Refused where it cannot.

    undo takes back right after, without asking, what a Done names by `of`, and returns the sentence; the same twice is
    once. What is noticed later is put right with a reason, by acts of its own. address: the name of its address, where
    that is not act_<name>.
    """

    name: str
    title: str
    button: str
    form: type[ActForm]
    perform: Callable[[Context, dict[str, Any]], str | Done]
    permission: Permission = Permission.WRITE_CLIENTS
    danger: bool = False
    intro: str = ""
    undo: Callable[[Context, str], str] | None = None
    address: str = ""

    @property
    def named(self) -> str:
        """The name of its address."""
        return self.address or f"act_{self.name}"


class UndoForm(ActForm):
    """What is taken back, as the page that offers it names it."""

    from_address = ("of",)

    of = forms.CharField(
        max_length=LONGEST_OF,
        widget=forms.HiddenInput,
        error_messages={"required": "Nothing says what is to be taken back: see the client's page."},
    )


def number_of(of: str) -> int:
    """The number in what names a thing done; 0, which nothing has, where it is none."""
    return row_number(of) or 0


def undo_of(act: Act) -> Act | None:
    """The act that takes an act back, for whoever may do that; None where it has none."""
    undo = act.undo
    if undo is None:
        return None
    return Act(
        act.name,
        f"Undo “{act.title}”",
        "Undo",
        UndoForm,
        lambda context, values: undo(context, values["of"]),
        permission=act.permission,
        address=f"undo_{act.name}",
    )


def act_urls(acts: Iterable[Act]) -> list[URLPattern]:
    """An address a act, /<clinic>/clients/<client>/<act>/, named act_<act>; under it that of its undo, undo_<act>."""
    found = []
    for act in acts:
        to = f"<slug:slug>/clients/<int:pk>/{act.name}/"
        found.append(path(to, act_page(act), name=act.named))
        back = undo_of(act)
        if back is not None:
            found.append(path(f"{to}undo/", act_page(back), name=back.named))
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """What a page is told of an act that was done from it.

    act: the name of its address. back: the page's own address, with its query. undo: the link that takes it back,
    None where there is none.
    """

    act: str
    client: Client
    sentence: str
    back: str
    undo: Link | None
    offers: list[Link]


Answer = Callable[[HttpRequest, Viewer, Told], HttpResponse]
Page = Callable[..., HttpResponseBase]


def takes_acts(answer: Answer) -> Callable[[Page], Page]:
    """A page that shows in place what an act came to which was opened on it: answer is what htmx puts there."""

    def decorate(page: Page) -> Page:
        cast(Any, page).takes_act = answer
        return page

    return decorate


def act_page(act: Act) -> Page:
    """The page of an act: the form, and what comes of it."""

    @staff_page(act.permission)
    def page(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
        context = Context(viewer, viewer.client(pk), clock.now())
        back = safe_next(request, reverse("client", args=[viewer.clinic.slug, pk]))
        initial = {name: request.GET[name] for name in act.form.from_address if name in request.GET}
        form = act.form(_sent(request, initial), context=context, initial=initial)
        if request.method == "POST" and form.is_valid():
            try:
                with transaction.atomic():
                    done = act.perform(context, form.cleaned_data)
            except Refused as refusal:
                form.add_error(
                    refusal.field if refusal.field in form.fields else None, in_words(refusal.sentence)
                )
            else:
                return _shown(request, viewer, told_of(act, context, done, back))
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


def _sent(request: HttpRequest, named: Mapping[str, str]) -> QueryDict | None:
    """The form as sent, with what the address names where the form itself does not; None where none was sent."""
    if request.method != "POST":
        return None
    sent = request.POST.copy()
    for name, value in named.items():
        sent.setdefault(name, value)
    return sent


def told_of(act: Act, context: Context, done: str | Done, back: str) -> Told:
    """What came of an act, with the links that lead on from it."""
    done = Done(done) if isinstance(done, str) else done
    of = [context.viewer.clinic.slug, context.client.pk]
    undo = None
    if done.of and act.undo is not None:
        undo = Link("Undo", f"{reverse(f'undo_{act.name}', args=of)}?{urlencode({'of': done.of})}")
    offers = [
        Link(label, reverse(name, args=of), is_page=not name.startswith("act_"))
        for label, name in done.offers
    ]
    return Told(act.named, context.client, done.sentence, back, undo, offers)


def _shown(request: HttpRequest, viewer: Viewer, told: Told) -> HttpResponse:
    """What came of an act, in place where the page it came from takes that; else as a notice on that page."""
    answer = _answer_of(told.back, viewer) if getattr(request, "htmx", False) else None
    if answer is not None:
        return answer(request, viewer, told)
    notices.add(request, told.sentence, undo=told.undo, offers=told.offers)
    return finished(request, told.back)


def _answer_of(back: str, viewer: Viewer) -> Answer | None:
    """How the page of this address takes an act in place; None where it does not, or is another clinic's."""
    try:
        found = resolve(urlsplit(back).path)
    except Resolver404:
        return None
    here = found.kwargs.get("slug") == viewer.clinic.slug
    return getattr(found.func, "takes_act", None) if here else None


def finished(request: HttpRequest, back: str) -> HttpResponse:
    """Back to the page the act came from; htmx is told to load it afresh."""
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": iri_to_uri(back)})
    return HttpResponseRedirect(back)


def safe_next(request: HttpRequest, default: str) -> str:
    """Where to go afterwards: an address of this site that the page named, else the default."""
    named = request.POST.get("next") or request.GET.get("next") or ""
    return named if named.startswith("/") and url_has_allowed_host_and_scheme(named, None) else default
