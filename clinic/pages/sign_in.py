"""Signing in."""

from typing import Any

from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.encoding import iri_to_uri
from django.utils.http import urlencode


class SignIn(LoginView):
    """The page for signing in; a page left open for too long is led to it as a whole."""

    template_name = "registration/sign_in.html"
    redirect_authenticated_user = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form. A script that asked for a part of a page would put it in that part's place."""
        htmx = getattr(request, "htmx", None)
        if not htmx:
            return super().get(request, *args, **kwargs)
        query = urlencode({self.redirect_field_name: htmx.current_url_abs_path or resolve_url("home")})
        return HttpResponse(status=204, headers={"HX-Redirect": iri_to_uri(f"{request.path}?{query}")})
