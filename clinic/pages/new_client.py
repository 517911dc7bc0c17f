"""Intake in one page."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from clinic import clock, consents, intake, locking
from clinic.access import Permission, Viewer, staff_page
from clinic.errors import Refused
from clinic.merging.finding import like
from clinic.models import Channel, Client, Purpose
from clinic.models.client import MEASURES
from clinic.pages.fields import DayField
from clinic.pages.people import PersonForm, person_of
from clinic.pages.wording import in_words

UNKNOWN = ("", "Not known")
YES_NO = [("", "Not known"), ("yes", "Yes"), ("no", "No")]
PRESSED_TWICE = timedelta(minutes=10)
SAME_PERSON = ("first_name", "last_name", "date_of_birth", "mobile", "email", "keyworker")
AS_BOOLEAN = {"yes": True, "no": False, "": None}


def scale(measure: str, label: str, help_text: str) -> forms.TypedChoiceField:
    """One of the numbers a measure goes through, with 'not known' first; help_text says {} for both ends."""
    lowest, highest = MEASURES[measure]
    numbers = [(str(number), str(number)) for number in range(lowest, highest + 1)]
    return forms.TypedChoiceField(
        choices=[UNKNOWN, *numbers],
        coerce=int,
        empty_value=None,
        required=False,
        label=label,
        help_text=help_text.format(lowest, highest),
    )


class NewClientForm(PersonForm):
    """Identity, contact and consents, programme, and what is measured at intake. Nothing is ticked beforehand."""

    reference = forms.CharField(
        required=False,
        max_length=intake.LONGEST_REFERENCE,
        label="Reference",
        help_text="Left empty, the next number is given.",
    )
    intake_on = DayField(label="Intake on")
    programme = forms.CharField(
        required=False,
        max_length=intake.LONGEST_PROGRAMME,
        label="Programme",
        widget=forms.TextInput(attrs={"list": "programmes"}),
    )
    twelve_step_based = forms.ChoiceField(choices=YES_NO, required=False, label="Is treatment 12-step based?")
    severity = scale(
        "severity", "Severity of dependence", "Sum of the Severity of Dependence Scale, {} to {}."
    )
    motivation = scale(
        "motivation",
        "Readiness to change",
        "{} not ready to {} ready. A low score never takes anybody off the list.",
    )
    controlled_use_impossible = scale(
        "controlled_use_impossible", "“For me, controlled use is impossible”", "{} disagree to {} agree."
    )
    isolated = forms.ChoiceField(
        choices=YES_NO, required=False, label="Without support from family, friends or others?",
        help_text="Somebody isolated has only the group, and comes first on Today.",
    )  # fmt: skip
    consent_sms = forms.BooleanField(
        required=False, label="Agreed to texts", help_text=consents.PROMPT_WORDING[Channel.SMS]
    )
    consent_email = forms.BooleanField(
        required=False, label="Agreed to e-mails", help_text=consents.PROMPT_WORDING[Channel.EMAIL]
    )
    consent_how = forms.CharField(
        required=False,
        max_length=consents.LONGEST_HOW,
        label="How was consent given?",
        help_text="Such as: signed form, in the session.",
    )

    def clean(self) -> dict[str, Any]:
        """A consent needs its how, and a number or address to go to."""
        values = super().clean() or {}
        if (values.get("consent_sms") or values.get("consent_email")) and not values.get("consent_how"):
            self.add_error("consent_how", "Say how consent was given; without it nothing can be sent.")
        if values.get("consent_sms") and not values.get("mobile"):
            self.add_error("mobile", "Texts need a mobile number.")
        if values.get("consent_email") and not values.get("email"):
            self.add_error("email", "E-mails need an address.")
        return values


@staff_page(Permission.WRITE_CLIENTS)
def new_client(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The intake page: a form, and on to the client's page."""
    now = clock.now()
    today = clock.local_date(now, viewer.clinic.time_zone)
    initial = {"intake_on": today, "keyworker": viewer.user.pk, "language": "en"}
    form = NewClientForm(request.POST if request.method == "POST" else None, initial=initial)
    form.offer(viewer.clinic)
    if request.method == "POST" and form.is_valid():
        try:
            client, new = take_in(viewer, form.cleaned_data, today, now)
        except Refused as refusal:
            form.add_error(
                refusal.field if refusal.field in form.fields else None, in_words(refusal.sentence)
            )
        else:
            messages.success(
                request,
                f"{client} is taken in. Now choose a first meeting together, and introduce a local contact."
                if new
                else f"{client} was taken in a moment ago, with the same details.",
            )
            if new and (doubles := like(client)):
                one = doubles[0].one
                messages.warning(
                    request,
                    f"{client} looks like {one} ({one.reference}): {', '.join(doubles[0].reasons)}. "
                    "If they are one person, put the two together: Clients, Entered twice.",
                )
            # A first meeting is chosen now, while they are here (evidence E8): the way there is a page of its own.
            onward = "client_meetings" if request.POST.get("then") == "plan" else "client"
            return redirect(onward, viewer.clinic.slug, client.pk)
    programmes = list(viewer.clinic.programmes.values_list("name", flat=True))
    return render(
        request,
        "clinic/new_client.html",
        {"form": form, "programmes": programmes},
        status=422 if form.errors else 200,
    )


@transaction.atomic
def take_in(viewer: Viewer, values: dict[str, Any], today: date, now: datetime) -> tuple[Client, bool]:
    """The client, with what was measured and consented to, all of it or nothing; and whether they are new."""
    locking.clinic(viewer.clinic.pk)
    held = _just_taken_in(viewer, values, now)
    if held is not None:
        return held, False
    name = values["programme"].strip()
    based = AS_BOOLEAN[values["twelve_step_based"]]
    client = intake.take_in(
        clinic=viewer.clinic,
        reference=values["reference"],
        intake_on=values["intake_on"],
        person=person_of(values),
        intake=intake.Intake(
            programme=intake.programme_named(viewer.clinic, name, based) if name else None,
            twelve_step_based=based,
            severity=values["severity"],
            motivation=values["motivation"],
            controlled_use_impossible=values["controlled_use_impossible"],
            isolated=AS_BOOLEAN[values["isolated"]],
        ),
        by=viewer.actor,
        now=now,
    )
    for field, channel in (("consent_sms", Channel.SMS), ("consent_email", Channel.EMAIL)):
        if values[field]:
            consents.give(
                client=client,
                purpose=Purpose.PROMPTS,
                channel=channel,
                given_on=today,
                how=values["consent_how"],
                by=viewer.actor,
                now=now,
            )
    return client, True


def _just_taken_in(viewer: Viewer, values: dict[str, Any], now: datetime) -> Client | None:
    """Whom the same form took in a moment ago: the button was pressed twice. With a reference, that says so."""
    person = intake.check(clinic=viewer.clinic, person=person_of(values), intake=intake.Intake(), now=now)
    if values["reference"].strip() or not (person.first_name or person.last_name or person.mobile):
        return None
    same = {name: getattr(person, name) for name in SAME_PERSON}
    lately = viewer.clients().filter(created_at__gt=now - PRESSED_TWICE, created_at__lte=now)
    return lately.filter(episodes__intake_on=values["intake_on"], **same).first()
