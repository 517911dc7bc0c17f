"""Signing in, with a limit to guessing."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.encoding import iri_to_uri
from django.utils.http import urlencode

from clinic.limits import Limit, address_of

QUARTER = 15 * 60
# All of a clinic may come from one address, and each of them may mistype; a name is one person's.
FROM_AN_ADDRESS = Limit("sign-in-address", most=50, seconds=QUARTER)
FOR_A_NAME = Limit("sign-in-name", most=10, seconds=QUARTER)
TOO_OFTEN = "Signing in was tried very often here: please wait a quarter of an hour, then try again."


class SignInForm(AuthenticationForm):
    """Name and password; asks neither the database nor the password where it has been tried too often.

    Names that nobody has are counted like all others, so that the limit tells nobody which there are.
    """

    def clean(self) -> dict[str, Any]:
        """Find the user; counts a try that found none."""
        assert self.request is not None, "the view gives it"
        tried = [(FROM_AN_ADDRESS, address_of(self.request))]
        if name := self.cleaned_data.get("username"):
            tried.append((FOR_A_NAME, name.casefold()))
        if any(limit.is_reached(whose) for limit, whose in tried):
            raise ValidationError(TOO_OFTEN, code="too_often")
        try:
            return super().clean()
        except ValidationError:
            for limit, whose in tried:
                limit.count(whose)
            raise


class SignIn(LoginView):
    """The page for signing in; a page left open for too long is led to it as a whole."""

    template_name = "registration/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form. A script that asked for a part of a page would put it in that part's place."""
        htmx = getattr(request, "htmx", None)
        if not htmx:
            return super().get(request, *args, **kwargs)
        query = urlencode({self.redirect_field_name: htmx.current_url_abs_path or resolve_url("home")})
        return HttpResponse(status=204, headers={"HX-Redirect": iri_to_uri(f"{request.path}?{query}")})

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """The form again, with what was wrong."""
        response = super().form_invalid(form)
        if form.has_error(NON_FIELD_ERRORS, "too_often"):
            response.status_code = 429
            response.headers["Retry-After"] = str(QUARTER)
        return response
