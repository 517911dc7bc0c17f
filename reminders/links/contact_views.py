"""A local contact's page: what it shows, and what becomes of each answer."""

from datetime import datetime
from typing import Protocol

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from clinic.actors import Actor
from reminders.contacts.models import Introduction
from reminders.links import contact_answers, sentences
from reminders.links.contact_page import contact_page
from reminders.prompts.models import SignedLink

NOTED = {
    "will_ring": "Thank you. That is noted.",
    "spoke": "Thank you. That is noted.",
    "could_not_reach": "Thank you for trying. Somebody will look into it.",
}
ASKS = {"not_this_time": "links/not_this_time.html", "stop_serving": "links/stop_serving.html"}


def show_contact(request: HttpRequest, link: SignedLink, now: datetime) -> HttpResponse:
    """A contact's page at an aware moment: shown, or answered."""
    if request.method == "POST":
        answer = ANSWERS.get(request.POST.get("answer", ""))
        introduction = link.prompt.introduction
        if answer is None or introduction is None:
            return _page(request, link, wrong="Please choose one of the answers.")
        answer(introduction=introduction, by=Actor.contact(), now=now)
        return HttpResponseRedirect(f"?noted={request.POST['answer']}")
    return _page(request, link)


def show_over(request: HttpRequest, link: SignedLink, now: datetime) -> HttpResponse:
    """A contact's link that has done its work; it names nobody and takes no answers."""
    return sentences.over(request, link.clinic.crisis_numbers)


def _page(request: HttpRequest, link: SignedLink, wrong: str = "") -> HttpResponse:
    ask = "" if wrong else request.GET.get("ask", "")
    context = {
        "crisis_numbers": link.clinic.crisis_numbers,
        "page": contact_page(link),
        "noted": NOTED.get(request.GET.get("noted", "")) if not wrong else None,
        "wrong": wrong,
    }
    return render(request, ASKS.get(ask, "links/contact.html"), context, status=422 if wrong else 200)


def _stop_serving(*, introduction: Introduction, by: Actor, now: datetime) -> bool:
    return contact_answers.stop_serving(contact=introduction.contact, by=by, now=now)


class Answer(Protocol):
    """A verb on an introduction."""

    def __call__(self, *, introduction: Introduction, by: Actor, now: datetime) -> bool: ...


ANSWERS: dict[str, Answer] = {
    "will_ring": contact_answers.will_ring,
    "spoke": contact_answers.spoke,
    "could_not_reach": contact_answers.could_not_reach,
    "not_this_time": contact_answers.not_this_time,
    "stop_serving": _stop_serving,
}
