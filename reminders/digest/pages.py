"""My settings: what members of staff choose for themselves, in each of their clinics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from clinic import clock
from clinic.access import Permission, Viewer, staff_page
from clinic.errors import Refused
from clinic.limits import Limit
from clinic.models import Channel as By
from clinic.models import Clinic, WeekDay
from clinic.ways import ways
from reminders import channels
from reminders.digest import choosing, composing, mornings
from reminders.digest.models import Digest

# Each is an e-mail to an address that somebody only says is theirs.
CONFIRMATIONS = Limit("address", most=5, seconds=3600)
TOO_MANY = "That was asked for a few times already. Try again in an hour."


class DigestForm(forms.Form):
    """Which mornings, and from which hour on."""

    days = forms.TypedMultipleChoiceField(
        choices=WeekDay.choices,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="On these mornings",
        help_text="None ticked: no e-mail.",
    )
    hour = forms.TypedChoiceField(
        choices=[(hour, f"{hour:02}:00") for hour in range(mornings.EARLIEST_HOUR, mornings.LATEST_HOUR + 1)],
        coerce=int,
        label="At this hour",
    )


class AddressForm(forms.Form):
    """Where to write to."""

    email = forms.EmailField(
        max_length=choosing.LONGEST_ADDRESS,
        label="E-mail address",
        help_text="We write to it first, and use it once you have opened the link in that e-mail.",
    )


@dataclass(frozen=True, slots=True)
class Card:
    """The mornings of one clinic: form is None where the person's role there has no list."""

    clinic: Clinic
    form: DigestForm | None
    chosen: str
    last: Digest | None


@staff_page(Permission.ENTER)
def my_settings(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The person's address, and their mornings in each clinic of theirs. Each form is for itself."""
    now = clock.now()
    if request.method == "POST":
        if "clinic" in request.POST:
            return _choose(request, viewer, now)
        if "forget" in request.POST:
            choosing.forget_address(user=viewer.user, clinic=viewer.clinic, by=viewer.actor, now=now)
            messages.success(request, "Your address is forgotten, and nothing is sent to you.")
            return redirect("my_settings", viewer.clinic.slug)
        return _give_address(request, viewer, now)
    return _page(request, viewer)


def _page(
    request: HttpRequest,
    viewer: Viewer,
    address: AddressForm | None = None,
    chosen: tuple[int, DigestForm] | None = None,
) -> HttpResponse:
    wrong = address or (chosen and chosen[1])
    details = {
        "section": "my_settings",
        "address": address or AddressForm(),
        "cards": [_card(viewer, clinic, chosen) for clinic in viewer.clinics],
        "sends": By.EMAIL in ways(),
        "wrong": wrong,
    }
    return render(request, "reminders/my_settings.html", details, status=422 if wrong else 200)


def _card(viewer: Viewer, clinic: Clinic, chosen: tuple[int, DigestForm] | None) -> Card:
    if not composing.has_a_list(composing.permissions_of(viewer.user, clinic)):
        return Card(clinic, None, "", None)
    held = clinic.digest_choices.filter(user=viewer.user).first()
    if chosen is not None and chosen[0] == clinic.pk:
        form = chosen[1]
    else:
        initial = {"days": held.days if held else [], "hour": held.hour if held else mornings.USUAL_HOUR}
        form = _form(clinic, initial=initial)
    last = clinic.digests.filter(user=viewer.user).first()
    return Card(clinic, form, str(held) if held and held.days else "", last)


def _form(clinic: Clinic, data: QueryDict | None = None, initial: dict[str, Any] | None = None) -> DigestForm:
    form = DigestForm(data, initial=initial, auto_id=f"id_{clinic.pk}_%s")
    form.fields[
        "hour"
    ].help_text = f"By the clock of {clinic.time_zone}. What is late is sent by noon, or not at all."
    return form


def _choose(request: HttpRequest, viewer: Viewer, now: datetime) -> HttpResponse:
    """Keep the mornings of one of the person's clinics."""
    named = [clinic for clinic in viewer.clinics if str(clinic.pk) == request.POST["clinic"]]
    if not named:
        raise Http404("There is no such clinic for you.")
    form = _form(named[0], request.POST)
    if form.is_valid():
        try:
            choice = choosing.choose(
                user=viewer.user,
                clinic=named[0],
                days=form.cleaned_data["days"],
                hour=form.cleaned_data["hour"],
                by=viewer.actor,
                now=now,
            )
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
        else:
            said = (
                f"You are written to about {named[0]}: {choice}."
                if choice.days
                else (f"No morning e-mail about {named[0]} is sent to you.")
            )
            messages.success(request, said)
            return redirect("my_settings", viewer.clinic.slug)
    return _page(request, viewer, chosen=(named[0].pk, form))


def _give_address(request: HttpRequest, viewer: Viewer, now: datetime) -> HttpResponse:
    """Write to an address, so that whoever reads its mailbox can confirm it."""
    form = AddressForm(request.POST)
    if form.is_valid():
        try:
            confirming = choosing.confirm_first(user=viewer.user, address=form.cleaned_data["email"])
            if CONFIRMATIONS.count(str(viewer.user.pk)) > CONFIRMATIONS.most:
                raise Refused(TOO_MANY, "email")
            path = reverse("confirm_address", args=[viewer.clinic.slug, confirming.key])
            channel = channels.configured().get(By.EMAIL)
            choosing.ask_the_mailbox(confirming, choosing.link_to(path), channel, now)
        except Refused as refusal:
            form.add_error(refusal.field or None, refusal.sentence)
        else:
            messages.success(
                request,
                f"We have written to {confirming.address}. Open the link in that e-mail to confirm it.",
            )
            return redirect("my_settings", viewer.clinic.slug)
    return _page(request, viewer, address=form)


@staff_page(Permission.ENTER)
def confirm_address(request: HttpRequest, viewer: Viewer, key: str) -> HttpResponse:
    """Opened from the mailbox. Looking changes nothing; the button confirms."""
    try:
        if request.method != "POST":
            address = choosing.address_in(key, viewer.user)
            return render(
                request, "reminders/confirm_address.html", {"address": address, "section": "my_settings"}
            )
        address = choosing.confirm(
            key=key, user=viewer.user, clinic=viewer.clinic, by=viewer.actor, now=clock.now()
        )
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"{address} is your address now.")
    return redirect("my_settings", viewer.clinic.slug)
