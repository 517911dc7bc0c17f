"""Clients of other clinics of the organisation who wait to be taken over here; taking over, and declining."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from clinic import clock, handing_over, transferring
from clinic.access import ROLES, Permission, Viewer, staff_page
from clinic.errors import Refused
from clinic.intake import LONGEST_REFERENCE
from clinic.models import Client, Clinic, Membership, Role, Transfer, TransferState, User
from clinic.pages.fields import ReasonField, field_of
from clinic.pages.people import KeyworkerField
from clinic.pages.wording import in_words

# So long Today says that a transfer was declined.
TOLD_FOR = timedelta(days=7)
TAKE_OVER, DECLINE = "take_over", "decline"


class TakeOverForm(forms.Form):
    """Whose client they are to be, and by which reference."""

    keyworker = KeyworkerField(queryset=User.objects.none(), label="Keyworker")
    reference = forms.CharField(
        required=False,
        max_length=LONGEST_REFERENCE,
        label="Reference here",
        help_text="Empty: the next free number.",
    )

    def offer(self, viewer: Viewer) -> None:
        """The keyworkers here; whoever is one and looks comes first to mind."""
        field = field_of(self, "keyworker", KeyworkerField)
        field.queryset = handing_over.keyworkers(viewer.clinic)
        if field.queryset.filter(pk=viewer.user.pk).exists():
            field.initial = viewer.user.pk


class DeclineForm(forms.Form):
    """Why not."""

    reason = ReasonField(
        label="Why not",
        max_length=transferring.LONGEST_WHY,
        help_text="The other clinic reads it. Such as: no place before May.",
    )


@staff_page(Permission.HAND_OVER)
def transfers(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Who waits to be taken over here."""
    found = transferring.waiting_in(viewer.clinic, clock.now())
    return render(request, "clinic/transfers.html", {"transfers": found, "section": "clients"})


@staff_page(Permission.HAND_OVER)
def one_transfer(request: HttpRequest, viewer: Viewer, transfer: int) -> HttpResponse:
    """What one of them agreed to; the one form takes them over, the other declines."""
    now = clock.now()
    found = next((one for one in transferring.waiting_in(viewer.clinic, now) if one.pk == transfer), None)
    if found is None:
        return _over(request, viewer, transfer)
    asked = request.POST.get("do", "") if request.method == "POST" else ""
    taking = TakeOverForm(request.POST if asked == TAKE_OVER else None)
    taking.offer(viewer)
    declining = DeclineForm(request.POST if asked == DECLINE else None)
    form: forms.Form | None = {TAKE_OVER: taking, DECLINE: declining}.get(asked)
    if form is not None and form.is_valid():
        try:
            if form is taking:
                return _taken_over(request, viewer, found, form.cleaned_data)
            return _declined(request, viewer, found, form.cleaned_data)
        except Refused as refusal:
            form.add_error(
                refusal.field if refusal.field in form.fields else None, in_words(refusal.sentence)
            )
    details = {
        "transfer": found,
        "taking": taking,
        "declining": declining,
        "form": form,
        "section": "clients",
    }
    wrong = form is not None and bool(form.errors)
    return render(request, "clinic/transfer.html", details, status=422 if wrong else 200)


def _over(request: HttpRequest, viewer: Viewer, number: int) -> HttpResponse:
    """Where it led, for whoever comes second; of what did not come here they are told no more than that."""
    ended = viewer.clinic.incoming_transfers.filter(pk=number).first()
    if ended is not None and ended.accepted_id is not None:
        if request.method == "POST":
            messages.info(request, "Somebody was quicker: they are taken over already.")
        return redirect("client", viewer.clinic.slug, ended.accepted_id)
    if ended is None or request.method != "POST":
        raise Http404("There is no such transfer here.")
    messages.info(request, transferring.QUICKER)
    return redirect("transfers", viewer.clinic.slug)


def _taken_over(
    request: HttpRequest, viewer: Viewer, transfer: Transfer, values: dict[str, Any]
) -> HttpResponse:
    newcomer = transferring.take_over(
        transfer=transfer,
        keyworker=values["keyworker"],
        reference=values["reference"],
        by=viewer.actor,
        now=clock.now(),
    )
    messages.success(
        request,
        f"{newcomer} is taken over from {transfer.clinic}. Ask them for consent to messages: none came along.",
    )
    return redirect("client", viewer.clinic.slug, newcomer.pk)


def _declined(
    request: HttpRequest, viewer: Viewer, transfer: Transfer, values: dict[str, Any]
) -> HttpResponse:
    transferring.decline(transfer=transfer, reason=values["reason"], by=viewer.actor, now=clock.now())
    messages.success(
        request, f"Declined: {transfer.clinic} is told why, and nothing of the client came here."
    )
    return redirect("transfers", viewer.clinic.slug)


@dataclass(frozen=True, slots=True)
class Moved:
    """A transfer that was carried out, as a client's page tells of it: from or to which clinic, and the record there.

    there: only for whoever may see it.
    """

    transfer: Transfer
    came: bool
    there: Client | None

    @property
    def clinic(self) -> Clinic:
        """The other clinic."""
        return self.transfer.clinic if self.came else self.transfer.to


@dataclass(frozen=True, slots=True)
class OfClient:
    """What a client's page says of transfers: what waits, what was declined lately, what was carried out."""

    possible: bool
    waiting: Transfer | None
    declined: Transfer | None
    moved: list[Moved]


NOTHING = OfClient(possible=False, waiting=None, declined=None, moved=[])


def of_client(viewer: Viewer, client: Client, now: datetime) -> OfClient:
    """What there is to say; no query where the clinic is of no organisation, else two, and one more where the other
    record is somebody's to see as well."""
    if viewer.clinic.organisation_id is None:
        return NOTHING
    either = Transfer.objects.filter(Q(client=client) | Q(accepted=client))
    found = list(either.select_related("clinic", "to", "consent", "client", "accepted"))
    own = [one for one in found if one.client_id == client.pk]
    waiting = next((one for one in own if one.is_open and not transferring.is_lapsed(one, now)), None)
    latest = own[0] if own else None
    return OfClient(
        possible=client.closed_on is None and transferring.others(viewer.clinic).exists(),
        waiting=waiting,
        declined=latest if latest is not None and _told(latest, now) else None,
        moved=[
            Moved(one, came=one.accepted_id == client.pk, there=_seen_there(viewer, client, one))
            for one in found
            if one.state == TransferState.ACCEPTED
        ],
    )


def _told(transfer: Transfer, now: datetime) -> bool:
    ended_at = transfer.ended_at
    return transfer.state == TransferState.DECLINED and ended_at is not None and now - ended_at <= TOLD_FOR


def _seen_there(viewer: Viewer, client: Client, transfer: Transfer) -> Client | None:
    other = transfer.client if transfer.accepted_id == client.pk else transfer.accepted
    if other is None or other.clinic_id not in {clinic.pk for clinic in viewer.clinics}:
        return None
    roles = Membership.objects.filter(user=viewer.user, clinic=other.clinic_id).values_list("role", flat=True)
    return other if any(Permission.SEE_CLIENTS in ROLES[Role(role)] for role in roles) else None


@dataclass(frozen=True, slots=True)
class OnToday:
    """What Today says of transfers: how many wait to be taken over here, and who of one's own was declined lately."""

    waiting: list[Transfer]
    declined: list[Transfer]


def on_today(viewer: Viewer, now: datetime) -> OnToday | None:
    """What there is to say, in two queries; nothing, and no query, where the clinic is of no organisation."""
    if viewer.clinic.organisation_id is None or not viewer.may_hand_over:
        return None
    lately = viewer.clinic.transfers.filter(state=TransferState.DECLINED, ended_at__gte=now - TOLD_FOR)
    if not viewer.may_hand_over_any:
        lately = lately.filter(client__keyworker=viewer.user)
    found = OnToday(
        transferring.waiting_in(viewer.clinic, now),
        list(lately.filter(client__closed_on__isnull=True).select_related("client", "to")),
    )
    return found if found.waiting or found.declined else None
