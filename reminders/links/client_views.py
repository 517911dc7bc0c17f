"""The client's page: what it shows, and what becomes of each answer."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, QueryDict
from django.shortcuts import render

from attendance.register import calendars
from clinic import checks
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.numbers import row_number
from reminders.links import client_answers
from reminders.links.client_page import client_page, introduction_of, week_of_link, went_page
from reminders.links.suggesting import meeting_by_id
from reminders.prompts import requests
from reminders.prompts.models import SignedLink

NOTED = {
    "went": "Thank you. That is noted, and it is good that you went.",
    "did_not": "Thank you for telling us. You are welcome whenever you come.",
    "ring_me": "Thank you. Somebody will ring you.",
    "stop": "That is done.",
    "no_call": "That is done. Your keyworker will ask who would suit you better.",
    "take_back": "That is put right.",
}


def show_client(request: HttpRequest, link: SignedLink, now: datetime) -> HttpResponse:
    """A client's page at an aware moment: shown, or answered."""
    if request.method != "POST":
        return _page(request, link, now, ask=request.GET.get("ask", ""))
    name = request.POST.get("answer", "")
    try:
        if name not in ANSWERS:
            raise Refused("Please choose one of the answers.")
        ANSWERS[name](link, request.POST, now)
    except Refused as refusal:
        return _page(request, link, now, ask=name, wrong=refusal.sentence)
    return HttpResponseRedirect(f"?noted={name}")


def show_calendar(request: HttpRequest, link: SignedLink, now: datetime) -> HttpResponse:
    """The client's calendar file at an aware moment; asked about without being fetched, it is not given out."""
    if request.method == "POST":
        return HttpResponseNotAllowed(["GET", "HEAD"])
    content = calendars.give_out(link.client, now) if request.method == "GET" else b""
    return HttpResponse(content, headers=calendars.HEADERS)


def show_expired(request: HttpRequest, link: SignedLink, now: datetime) -> HttpResponse:
    """An old link of a client: offers a new one, and says the same whether or not it could be planned.

    Whoever answers on a page opened in time, and sent too late, learns that nothing was noted.
    """
    if request.method == "POST" and request.POST.get("answer") == "new_link":
        requests.ask_for_link(client=link.client, by=Actor.client(), now=now)
        return HttpResponseRedirect("?noted=new_link")
    context = {
        "asked": request.GET.get("noted") == "new_link",
        "too_late": request.method == "POST",
        "crisis_numbers": link.clinic.crisis_numbers,
    }
    return render(request, "links/expired.html", context, status=410)


def _page(
    request: HttpRequest, link: SignedLink, now: datetime, ask: str = "", wrong: str = ""
) -> HttpResponse:
    context: dict[str, Any] = {"crisis_numbers": link.clinic.crisis_numbers, "wrong": wrong}
    status = 422 if wrong else 200
    if ask == "went":
        context |= {
            "page": went_page(link, now),
            "chosen": request.POST.get("day", ""),
            "where": _number(request.POST, "meeting"),
        }
        return render(request, "links/went.html", context, status=status)
    if ask == "no_call" and (introduction := introduction_of(link.client)) is not None:
        context["contact"] = introduction.contact.first_name
        return render(request, "links/no_call.html", context, status=status)
    if ask == "stop":
        return render(request, "links/stop.html", context, status=status)
    noted = None if wrong else NOTED.get(request.GET.get("noted", ""))
    # By the token of the address, which alone is not kept anywhere; the address may lack its last stroke.
    token = request.resolver_match.kwargs["token"] if request.resolver_match is not None else ""
    context |= {"page": client_page(link, now), "noted": noted, "token": token}
    return render(request, "links/client.html", context, status=status)


def _went(link: SignedLink, said: QueryDict, now: datetime) -> None:
    day = said.get("day", "")
    try:
        attended_on = checks.iso_date(day)
    except Refused as refusal:
        raise Refused("Which day was it? Please choose one.", "day") from refusal
    meeting = None
    if said.get("meeting"):
        pk = _number(said, "meeting")
        meeting = meeting_by_id(pk, link.clinic) if pk is not None else None
        if meeting is None:
            raise Refused("Please choose where it was from the list, or leave that open.", "meeting")
    client_answers.went(
        client=link.client, attended_on=attended_on, meeting=meeting, by=Actor.client(), now=now
    )


def _did_not(link: SignedLink, said: QueryDict, now: datetime) -> None:
    client_answers.did_not_go(client=link.client, week=week_of_link(link), by=Actor.client(), now=now)


def _ring_me(link: SignedLink, said: QueryDict, now: datetime) -> None:
    client_answers.ring_me(client=link.client, by=Actor.client(), now=now)


def _stop(link: SignedLink, said: QueryDict, now: datetime) -> None:
    client_answers.stop(client=link.client, by=Actor.client(), now=now)


def _no_call(link: SignedLink, said: QueryDict, now: datetime) -> None:
    introduction = introduction_of(link.client)
    if introduction is not None:
        client_answers.rather_no_call(introduction=introduction, by=Actor.client(), now=now)


def _take_back(link: SignedLink, said: QueryDict, now: datetime) -> None:
    by = Actor.client()
    attendance, check_in = _number(said, "attendance"), _number(said, "check_in")
    taken_back = False
    if attendance is not None:
        taken_back |= client_answers.take_back_attendance(client=link.client, pk=attendance, by=by, now=now)
    if check_in is not None:
        taken_back |= client_answers.take_back_check_in(client=link.client, pk=check_in, by=by, now=now)
    if not taken_back:
        raise Refused("Nothing was changed: that was taken back already, or it is not there.")


def _number(said: QueryDict, name: str) -> int | None:
    """A row's id from a form; None for anything that is none."""
    return row_number(said.get(name, ""))


Answer = Callable[[SignedLink, QueryDict, datetime], None]
ANSWERS: dict[str, Answer] = {
    "went": _went,
    "did_not": _did_not,
    "ring_me": _ring_me,
    "stop": _stop,
    "no_call": _no_call,
    "take_back": _take_back,
}
