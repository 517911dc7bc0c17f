"""What surrounds every signed page: limits, the check of forms, and headers that give nothing away."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.middleware.csrf import CsrfViewMiddleware, RejectRequest
from django.utils.decorators import decorator_from_middleware
from django.views.decorators.csrf import csrf_exempt

from reminders.links import limits, opening, sentences

METHODS = ("GET", "HEAD", "POST")
HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
}
UNREADABLE = (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError)

View = Callable[..., HttpResponse]
Page = Callable[..., HttpResponseBase]


class SignedPageCsrf(CsrfViewMiddleware):
    """Django's check of forms, for pages that keep their address to themselves.

    A page with Referrer-Policy: no-referrer posts its forms with 'Origin: null' and without a Referer,
    which Django takes for a stranger's. Both are let pass where the browser does not call the request
    a cross-site one; the secret of cookie and form is asked for as ever.
    """

    def _origin_verified(self, request: HttpRequest) -> bool:
        if request.META["HTTP_ORIGIN"] == "null":
            return _said_by_browser_to_be_ours(request)
        verified: bool = super()._origin_verified(request)  # type: ignore[misc]
        return verified

    def _check_referer(self, request: HttpRequest) -> None:
        if "HTTP_REFERER" in request.META:
            super()._check_referer(request)  # type: ignore[misc]
        elif not _said_by_browser_to_be_ours(request):
            raise RejectRequest("A cross-site request.")

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return sentences.form_not_ours(request, _crisis_numbers(request))


def _said_by_browser_to_be_ours(request: HttpRequest) -> bool:
    """False where the browser says that another site sent this; older ones say nothing."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


def signed_page(view: View) -> Page:
    """A public page behind a signed link: limited, checked, and answered with the headers above."""
    checked = decorator_from_middleware(SignedPageCsrf)(view)

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response: HttpResponseBase = _turned_away(request) or checked(request, *args, **kwargs)
        except UNREADABLE:
            response = sentences.unreadable(request, _crisis_numbers(request))
        for name, value in HEADERS.items():
            response.headers[name] = value
        # Django logs the path of every answer from 400 on, and this path holds a key.
        response._has_been_logged = True  # type: ignore[attr-defined]
        return response

    # Exempt from the site's own check alone: SignedPageCsrf has taken its place.
    return login_not_required(csrf_exempt(page))


def _turned_away(request: HttpRequest) -> HttpResponse | None:
    if limits.too_many(request, lambda: opening.is_ours(_token(request))):
        return sentences.too_many(request, _crisis_numbers(request))
    if request.method not in METHODS:
        response = HttpResponse(status=405)
        response.headers["Allow"] = ", ".join(METHODS)
        return response
    return None


def _crisis_numbers(request: HttpRequest) -> str:
    """Those of the clinic whose link this is: also whoever is turned away may be in danger."""
    return opening.crisis_numbers_behind(_token(request))


def _token(request: HttpRequest) -> str:
    return str(request.resolver_match.kwargs["token"]) if request.resolver_match is not None else ""
