"""Who may do what, and the fetch that is the permission: pages start from a Viewer, and reach no other clinic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from clinic.actors import Actor
from clinic.models import Client, Clinic, Membership, Role, User

P = ParamSpec("P")


class Permission(StrEnum):
    """What a role may do in its clinic."""

    ENTER = "enter the clinic"
    SEE_CLIENTS = "see clients and what was recorded of them"
    WRITE_CLIENTS = "take clients in, record attendance, pauses, phases and consents"
    INTRODUCE = "introduce clients to local contacts"
    MEND_MEETINGS = "enter meetings by hand, and mend those of the directory for the clinic"
    TAKE_UP = "bring clients who were put aside back to Today"
    SEE_TEAM = "see how much waits for each keyworker"
    SEE_SETTINGS = "see the clinic's settings and staff"
    REVOKE_TOKENS = "revoke the tokens of other systems"
    KEEP_FEEDS = "look after the lists of meetings"


ROLES: dict[Role, frozenset[Permission]] = {
    Role.KEYWORKER: frozenset(
        {
            Permission.ENTER,
            Permission.SEE_CLIENTS,
            Permission.WRITE_CLIENTS,
            Permission.INTRODUCE,
            Permission.MEND_MEETINGS,
            Permission.TAKE_UP,
        }
    ),
    Role.MANAGER: frozenset(
        {
            Permission.ENTER,
            Permission.SEE_CLIENTS,
            Permission.MEND_MEETINGS,
            Permission.TAKE_UP,
            Permission.SEE_TEAM,
            Permission.SEE_SETTINGS,
            Permission.REVOKE_TOKENS,
            Permission.KEEP_FEEDS,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {Permission.ENTER, Permission.SEE_SETTINGS, Permission.REVOKE_TOKENS, Permission.KEEP_FEEDS}
    ),
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in person in one of their clinics."""

    user: User
    clinic: Clinic
    clinics: list[Clinic]
    permissions: frozenset[Permission]

    @property
    def actor(self) -> Actor:
        """Who the audit trail says it was."""
        return Actor.staff(self.user)

    def may(self, permission: Permission) -> bool:
        """Whether any of the person's roles here allows it."""
        return permission in self.permissions

    @property
    def may_see_clients(self) -> bool:
        """For templates: whether to offer pages with clients."""
        return self.may(Permission.SEE_CLIENTS)

    @property
    def may_write_clients(self) -> bool:
        """For templates: whether to offer acts on clients."""
        return self.may(Permission.WRITE_CLIENTS)

    @property
    def may_introduce(self) -> bool:
        """For templates: whether to offer what concerns local contacts."""
        return self.may(Permission.INTRODUCE)

    @property
    def may_mend_meetings(self) -> bool:
        """For templates: whether to offer to enter or mend a meeting."""
        return self.may(Permission.MEND_MEETINGS)

    @property
    def may_take_up(self) -> bool:
        """For templates: whether to offer an early end of 'not now'."""
        return self.may(Permission.TAKE_UP)

    @property
    def may_see_team(self) -> bool:
        """For templates: whether to show what waits for each keyworker."""
        return self.may(Permission.SEE_TEAM)

    @property
    def may_revoke_tokens(self) -> bool:
        """For templates: whether to offer to revoke tokens."""
        return self.may(Permission.REVOKE_TOKENS)

    @property
    def may_keep_feeds(self) -> bool:
        """For templates: whether to offer to look after the lists of meetings."""
        return self.may(Permission.KEEP_FEEDS)

    @property
    def may_see_settings(self) -> bool:
        """For templates: whether to offer the clinic's settings."""
        return self.may(Permission.SEE_SETTINGS)

    def clients(self) -> QuerySet[Client]:
        """The clients this person reaches; every page about clients starts here."""
        if not self.may(Permission.SEE_CLIENTS):
            return self.clinic.clients.none()
        return self.clinic.clients.all()

    def client(self, pk: int) -> Client:
        """One of them; raises Http404 for any other, so that nobody learns who is a client elsewhere."""
        found = self.clients().filter(pk=pk).select_related("clinic", "keyworker").first()
        if found is None:
            raise Http404("There is no such client here.")
        return found


def viewer_in(user: User, slug: str) -> Viewer:
    """The person in the clinic of that slug; raises Http404 where they have no role in it."""
    memberships = list(
        Membership.objects.filter(user=user).select_related("clinic").order_by("clinic__name", "clinic_id")
    )
    here = [one for one in memberships if one.clinic.slug == slug]
    if not here:
        raise Http404("There is no such clinic for you.")
    return Viewer(
        user=user,
        clinic=here[0].clinic,
        clinics=list({one.clinic_id: one.clinic for one in memberships}.values()),
        permissions=frozenset().union(*(ROLES[Role(one.role)] for one in here)),
    )


View = Callable[Concatenate[HttpRequest, Viewer, P], HttpResponse]


def staff_page(permission: Permission) -> Callable[[View[P]], Callable[..., HttpResponse]]:
    """A page of a clinic, for those whose role there has the permission.

    The address carries the clinic's slug; the view is handed a Viewer in its place. Somebody of another
    clinic meets a 404, somebody of the clinic without the permission a 403 with a sentence. The page shows
    moments in the clinic's time zone.
    """

    def decorate(view: View[P]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def page(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            viewer = viewer_in(cast(User, request.user), slug)
            request.viewer = viewer  # type: ignore[attr-defined]
            if not viewer.may(permission):
                raise PermissionDenied(f"Your role in {viewer.clinic} does not let you {permission}.")
            with timezone.override(viewer.clinic.time_zone):
                return view(request, viewer, *args, **kwargs)

        cast(Any, page).permission = permission
        return page

    return decorate
