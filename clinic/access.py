"""Who may do what, and the fetch that is the permission: pages start from a Viewer, and reach no other clinic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import BigIntegerField, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
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
    TAKE_OVER = "see to what has waited too long for its keyworker"
    HAND_OVER = "hand their own clients over to another keyworker"
    HAND_OVER_ANY = "hand anybody's clients over to another keyworker"
    MERGE = "put together clients who were entered twice"
    SEE_TEAM = "see how much waits for each keyworker"
    SEE_SETTINGS = "see the clinic's settings and staff"
    SET_PATIENCE = "say how long tasks may wait for their keyworker"
    REVOKE_TOKENS = "revoke the tokens of other systems"
    KEEP_FEEDS = "look after the lists of meetings"
    TAKE_SPREADSHEETS = "take spreadsheets in, and take them back"


ROLES: dict[Role, frozenset[Permission]] = {
    Role.KEYWORKER: frozenset(
        {
            Permission.ENTER,
            Permission.SEE_CLIENTS,
            Permission.WRITE_CLIENTS,
            Permission.INTRODUCE,
            Permission.MEND_MEETINGS,
            Permission.TAKE_UP,
            Permission.TAKE_SPREADSHEETS,
            Permission.HAND_OVER,
            Permission.MERGE,
        }
    ),
    Role.MANAGER: frozenset(
        {
            Permission.ENTER,
            Permission.SEE_CLIENTS,
            Permission.MEND_MEETINGS,
            Permission.TAKE_UP,
            Permission.TAKE_OVER,
            Permission.HAND_OVER,
            Permission.HAND_OVER_ANY,
            Permission.MERGE,
            Permission.SEE_TEAM,
            Permission.SEE_SETTINGS,
            Permission.SET_PATIENCE,
            Permission.REVOKE_TOKENS,
            Permission.KEEP_FEEDS,
            Permission.TAKE_SPREADSHEETS,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.ENTER,
            Permission.SEE_SETTINGS,
            Permission.SET_PATIENCE,
            Permission.REVOKE_TOKENS,
            Permission.KEEP_FEEDS,
        }
    ),
}


ONE_CLIENT = f"""
    SELECT * FROM {Client._meta.db_table} WHERE clinic_id = %s AND id = %s AND merged_into_id IS NULL
"""  # noqa: S608  (the name of our own table, and marks for values)


class MergedAway(Exception):
    """The client asked for was entered twice: the record that stays is another."""

    def __init__(self, client: Client) -> None:
        super().__init__(client.reference)
        self.client = client


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
    def may_take_over(self) -> bool:
        """For templates: whether to offer what has waited too long."""
        return self.may(Permission.TAKE_OVER)

    @property
    def may_set_patience(self) -> bool:
        """For templates: whether to offer to say how long tasks may wait."""
        return self.may(Permission.SET_PATIENCE)

    @property
    def may_hand_over(self) -> bool:
        """For templates: whether to offer to hand clients over."""
        return self.may(Permission.HAND_OVER)

    @property
    def may_hand_over_any(self) -> bool:
        """For templates: whether to offer to hand over clients of others."""
        return self.may(Permission.HAND_OVER_ANY)

    @property
    def may_merge(self) -> bool:
        """For templates: whether to offer to put together who was entered twice."""
        return self.may(Permission.MERGE)

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
    def may_take_spreadsheets(self) -> bool:
        """For templates: whether to offer to take spreadsheets in."""
        return self.may(Permission.TAKE_SPREADSHEETS)

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
        """One of them; raises Http404 for any other, so that nobody learns who is a client elsewhere.

        Raises MergedAway for a record that was merged into another: the page leads there.
        """
        # As clients() would find them, written out: having it worded took longer than all else a press asks for.
        may_be = self.may(Permission.SEE_CLIENTS) and pk <= BigIntegerField.MAX_BIGINT
        for client in Client.objects.raw(ONE_CLIENT, [self.clinic.pk, pk]) if may_be else ():
            client.clinic = self.clinic
            return client
        self._lead_on(pk)
        raise Http404("There is no such client here.")

    def _lead_on(self, pk: int) -> None:
        if self.may(Permission.SEE_CLIENTS):
            gone = Client.with_merged.filter(clinic=self.clinic, pk=pk, merged_into__isnull=False)
            if (merged := gone.select_related("merged_into").first()) is not None:
                raise MergedAway(merged)


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


def _there(request: HttpRequest, merged: Client) -> HttpResponse:
    """On to the record that stays, saying why; nothing that was sent is done to it unseen."""
    stays = merged.merged_into
    assert stays is not None
    done = (
        " Nothing of what you sent was done: do it here, if it is still wanted."
        if request.method == "POST"
        else ""
    )
    messages.info(
        request, f"{merged} was entered twice: {merged.reference} is put together with this one.{done}"
    )
    there = reverse("client", args=[merged.clinic.slug, stays.pk])
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": there})
    return redirect(there)


View = Callable[Concatenate[HttpRequest, Viewer, P], HttpResponseBase]


def staff_page(permission: Permission) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """A page of a clinic, for those whose role there has the permission.

    The address carries the clinic's slug; the view is handed a Viewer in its place. Somebody of another
    clinic meets a 404, somebody of the clinic without the permission a 403 with a sentence. The page shows
    moments in the clinic's time zone.
    """

    def decorate(view: View[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def page(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            viewer = viewer_in(cast(User, request.user), slug)
            request.viewer = viewer  # type: ignore[attr-defined]
            if not viewer.may(permission):
                raise PermissionDenied(f"Your role in {viewer.clinic} does not let you {permission}.")
            with timezone.override(viewer.clinic.time_zone):
                try:
                    return view(request, viewer, *args, **kwargs)
                except MergedAway as gone:
                    return _there(request, gone.client)

        cast(Any, page).permission = permission
        return page

    return decorate
