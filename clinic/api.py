"""What the API of every stage shares: tokens, who may do what with one, and errors as problem details."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import (
    DisallowedHost,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views import defaults
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from clinic.actors import Actor
from clinic.errors import Conflict, Refused
from clinic.models import ApiToken, Clinic
from clinic.setup import token_digest

if TYPE_CHECKING:
    # The framework's views read their settings, and so this module, as they are imported.
    from rest_framework.views import APIView

SCHEME = "Token"
PROBLEM = "application/problem+json"
API = "/api/"


@dataclass(frozen=True, slots=True)
class System:
    """The other system that speaks, in the place where pages have a user."""

    token: ApiToken
    is_authenticated: bool = True

    @property
    def clinic(self) -> Clinic:
        """The one clinic it speaks for."""
        return self.token.clinic

    @property
    def actor(self) -> Actor:
        """Who the audit trail says it was."""
        return Actor.token(self.token.name)


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Token ...`, known by its digest and not revoked."""

    def authenticate(self, request: Request) -> tuple[System, ApiToken] | None:
        """The system and its token; None without such a header. A wrong one raises AuthenticationFailed."""
        words = get_authorization_header(request).decode("latin-1").split()
        if not words or words[0].lower() != SCHEME.lower():
            return None
        if len(words) != 2:
            raise exceptions.AuthenticationFailed("Write the token as 'Authorization: Token ...'.")
        live = ApiToken.objects.filter(digest=token_digest(words[1]), revoked_at__isnull=True)
        token = live.select_related("clinic").first()
        if token is None:
            raise exceptions.AuthenticationFailed("This token is not known here, or was revoked.")
        return System(token), token

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return SCHEME


class HasToken(BasePermission):
    """Nothing without a token, and only reading with a read-only one."""

    message = "This token may only read."

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether the request may go on; without a token the answer becomes a 401."""
        if not isinstance(request.auth, ApiToken):
            return False
        return request.method in SAFE_METHODS or not request.auth.read_only


def speaker(request: Request) -> System:
    """The system that sent a request which HasToken let through."""
    assert isinstance(request.user, System)
    return request.user


def refusal(refused: Refused) -> dict[str, Any]:
    """A verb's refusal as problem details (RFC 9457): 422 with its sentence and field, or 409."""
    status = HTTPStatus.CONFLICT if isinstance(refused, Conflict) else HTTPStatus.UNPROCESSABLE_ENTITY
    field = {"field": refused.field} if refused.field else {}
    return _problem(status, refused.sentence, **field)


def invalid(errors: Any) -> dict[str, Any]:
    """A serializer's errors as problem details: 400, with all sentences by field and the first as detail."""
    return _problem(HTTPStatus.BAD_REQUEST, _first_sentence(errors), errors=errors)


def problem_details(error: Exception, context: dict[str, Any]) -> Response | None:
    """Any expected error as an application/problem+json response; None for a fault of ours, then a 500."""
    headers: dict[str, str] = {}
    if isinstance(error, Refused):
        body = refusal(error)
    elif isinstance(error, Http404):
        body = _problem(HTTPStatus.NOT_FOUND, str(error) or "There is nothing here.")
    elif isinstance(error, PermissionDenied):
        body = _problem(HTTPStatus.FORBIDDEN, str(error) or "This is not allowed.")
    elif isinstance(error, exceptions.ValidationError):
        body = invalid(error.detail)
    elif isinstance(error, exceptions.APIException):
        body = _problem(HTTPStatus(error.status_code), _first_sentence(error.detail))
        if (header := getattr(error, "auth_header", None)) is not None:
            headers["WWW-Authenticate"] = header
    elif isinstance(error, RecursionError):
        body = _problem(HTTPStatus.BAD_REQUEST, "The body is nested too deeply.")
    elif isinstance(error, SuspiciousOperation):
        body = _unserved(error)
    else:
        return None
    return Response(body, status=body["status"], headers=headers, content_type=PROBLEM)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The answer to a request that Django does not let come to any view: a problem where it was for the API."""
    if not request.path.startswith(API):
        return defaults.bad_request(request, exception)
    body = _unserved(exception)
    return JsonResponse(body, status=body["status"], content_type=PROBLEM)


def _unserved(error: Exception) -> dict[str, Any]:
    if isinstance(error, RequestDataTooBig):
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        told = f"The body is larger than {most:,} bytes: post fewer items at once."
        return _problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, told)
    if isinstance(error, DisallowedHost):
        told = "The site does not answer to this host name: use the address it is reached at."
        return _problem(HTTPStatus.BAD_REQUEST, told)
    return _problem(HTTPStatus.BAD_REQUEST, "The request is not one that this site answers.")


def _problem(status: HTTPStatus, detail: str, **more: Any) -> dict[str, Any]:
    return {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail, **more}


def _first_sentence(detail: Any) -> str:
    """The first sentence in whatever nest of lists and dicts an error came in, led by its field."""
    if isinstance(detail, dict):
        name, inner = next(iter(detail.items()))
        sentence = _first_sentence(inner)
        return sentence if name == "non_field_errors" else f"{name}: {sentence}"
    if isinstance(detail, list):
        return _first_sentence(detail[0])
    return str(detail)
