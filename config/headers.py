"""What every page may load: its own files and nothing from anybody else, and no script or style within it.

And that no browser keeps a page: computers are shared, and whoever presses Back after somebody has signed out must see
nothing of them.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

NAME = "Content-Security-Policy"
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
# Django's own pages for developers hold their style and script.
FOR_DEVELOPERS = frozenset({404, 500})


class PageHeaders:
    """Sends the policy with every answer that has none of its own, as signed pages have; and that it is not kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, with both."""
        response = self.get_response(request)
        if not (settings.DEBUG and response.status_code in FOR_DEVELOPERS):
            response.headers.setdefault(NAME, POLICY)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response
