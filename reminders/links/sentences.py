"""Signed pages that only say a sentence: lost, over, or not now. They name nobody.

Each takes the crisis numbers of the clinic that the link belongs to; where it belongs to none they are
empty, and the page asks to ring the emergency number.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def _say(request: HttpRequest, status: int, heading: str, sentence: str, crisis_numbers: str) -> HttpResponse:
    context = {"heading": heading, "sentence": sentence, "crisis_numbers": crisis_numbers}
    return render(request, "links/sentence.html", context, status=status)


def lost(request: HttpRequest, crisis_numbers: str) -> HttpResponse:
    """For a token that opens nothing, whether it was mistyped, made up or taken back."""
    return _say(
        request,
        404,
        "This link does not open",
        "It may be incomplete, or no longer in use. Please open it again from the latest message you have, "
        "or ring the place that sent it.",
        crisis_numbers,
    )


def over(request: HttpRequest, crisis_numbers: str) -> HttpResponse:
    """For a contact whose help is no longer asked for, or whose link is too old. It names nobody."""
    return _say(
        request,
        410,
        "This is no longer needed",
        "There is nothing more for you to do here. Thank you for offering your time.",
        crisis_numbers,
    )


def too_many(request: HttpRequest, crisis_numbers: str) -> HttpResponse:
    """For an address that asked too often."""
    response = _say(
        request,
        429,
        "One moment, please",
        "This page has been asked for very often in a short time. Please try again in a while.",
        crisis_numbers,
    )
    response.headers["Retry-After"] = "60"
    return response


def form_not_ours(request: HttpRequest, crisis_numbers: str) -> HttpResponse:
    """For a form that was not sent from the page itself, or came without the page's cookie."""
    return _say(
        request,
        403,
        "That did not reach us",
        "Nothing was noted. Please open the link again from your message and answer there; "
        "your phone has to allow this page its one cookie.",
        crisis_numbers,
    )


def unreadable(request: HttpRequest, crisis_numbers: str) -> HttpResponse:
    """For a form nobody can read."""
    return _say(
        request,
        400,
        "That did not reach us",
        "Nothing was noted. Please open the link again from your message and answer there.",
        crisis_numbers,
    )
