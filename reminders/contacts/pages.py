"""Local contacts: who they are, where they go, and whom they are introduced to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from attendance.directory.fellowships import fellowship_of, names_on_offer
from attendance.directory.models import Meeting
from attendance.directory.naming import when_text
from attendance.directory.overlay import lay_over
from attendance.pages.fields import MeetingField, for_clinic
from clinic import clock
from clinic.access import Permission, Viewer, staff_page
from clinic.errors import Refused
from clinic.models import Clinic
from clinic.pages import downloads
from clinic.pages.fields import DayField, field_of
from clinic.pages.wording import in_words
from reminders.contacts import downloads as tables
from reminders.contacts import introducing
from reminders.contacts.models import LocalContact

MEETINGS = "contact-meetings"


class GoesForm(forms.Form):
    """A meeting that a contact goes to, with suggestions as one types."""

    meeting = MeetingField(required=True, label="A meeting they go to")

    def __init__(self, *args: Any, clinic: Clinic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for_clinic(self, clinic)
        self.fields["meeting"].widget.attrs |= {
            "list": MEETINGS,
            "hx-get": reverse("meeting_options", args=[clinic.slug]),
            "hx-trigger": "input changed delay:250ms",
            "hx-target": f"#{MEETINGS}",
            "hx-swap": "innerHTML",
        }


class ContactForm(GoesForm):
    """A new contact."""

    field_order = ("first_name", "fellowship", "mobile", "email", "area", "can_ring", "meeting", "agreed_on")

    first_name = forms.CharField(max_length=80, label="First name")
    fellowship = forms.ChoiceField(label="Fellowship")
    mobile = forms.CharField(
        required=False, max_length=30, label="Mobile", widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    email = forms.EmailField(required=False, label="E-mail")
    area = forms.CharField(required=False, max_length=120, label="Area")
    can_ring = forms.CharField(
        required=False, max_length=120, label="Can ring", help_text="Such as weekday evenings."
    )
    meeting = MeetingField(
        label="A meeting they go to",
        help_text="Their clients are offered it. Others can be added once the contact is on the list.",
    )
    agreed_on = DayField(label="Agreed to serve on")

    def offer_fellowships(self, clinic: Clinic) -> None:
        """Those the clinic sees."""
        field = field_of(self, "fellowship", forms.ChoiceField)
        field.choices = [("", "Choose one"), *((name, name) for name in names_on_offer(clinic))]


class NoLongerForm(forms.Form):
    """A meeting that a contact goes to no longer."""

    no_longer = forms.ModelChoiceField(queryset=Meeting.objects.none())


@staff_page(Permission.SEE_CLIENTS)
def contacts(request: HttpRequest, viewer: Viewer) -> HttpResponseBase:
    """The clinic's contacts, and for those who introduce clients a form for another."""
    under_way = Count("introductions", filter=Q(introductions__ended_at__isnull=True))
    listed = viewer.clinic.local_contacts.select_related("fellowship").annotate(under_way=under_way)
    listed = listed.order_by("-active", "first_name", "pk")
    if downloads.is_asked(request):
        return downloads.download(request, viewer, tables.of_contacts(listed))
    _may_change(request, viewer, "add contacts")
    now = clock.now()
    initial = {"agreed_on": clock.local_date(now, viewer.clinic.time_zone)}
    posted = request.POST if request.method == "POST" else None
    form = ContactForm(posted, initial=initial, clinic=viewer.clinic)
    form.offer_fellowships(viewer.clinic)
    if posted is not None and form.is_valid():
        try:
            contact = add(viewer, form.cleaned_data, now)
        except Refused as refusal:
            form.add_error(
                refusal.field if refusal.field in form.fields else None, in_words(refusal.sentence)
            )
        else:
            messages.success(request, f"{contact} is on the list of contacts.")
            return redirect("contacts", viewer.clinic.slug)
    return render(
        request,
        "reminders/contacts.html",
        {"form": form, "contacts": listed, "offered": MEETINGS},
        status=422 if form.errors else 200,
    )


@transaction.atomic
def add(viewer: Viewer, values: dict[str, Any], now: datetime) -> LocalContact:
    """The contact, and their fellowship where nobody has named it before: both or neither."""
    meeting = values["meeting"]
    return introducing.add_contact(
        **{name: value for name, value in values.items() if name not in ("fellowship", "meeting")},
        clinic=viewer.clinic,
        fellowship=fellowship_of(viewer.clinic, values["fellowship"]),
        meetings=[meeting] if meeting is not None else [],
        by=viewer.actor,
        now=now,
    )


@staff_page(Permission.SEE_CLIENTS)
def one_contact(request: HttpRequest, viewer: Viewer, contact: int) -> HttpResponse:
    """One contact, with the meetings they go to: one is added, another taken off."""
    held = viewer.clinic.local_contacts.select_related("fellowship").filter(pk=contact).first()
    if held is None:
        raise Http404("There is no such contact here.")
    _may_change(request, viewer, "change where contacts go")
    adding = request.POST if request.method == "POST" and "no_longer" not in request.POST else None
    form = GoesForm(adding, clinic=viewer.clinic)
    if request.method == "POST" and (adding is None or form.is_valid()):
        sentence = (
            _add_meeting(viewer, held, form) if adding is not None else _take_off(request, viewer, held)
        )
        messages.success(request, sentence)
        return redirect("contact", viewer.clinic.slug, held.pk)
    goes = [(meeting, when_text(meeting)) for meeting in lay_over(viewer.clinic, held.meetings.all())]
    return render(
        request,
        "reminders/contact.html",
        {"contact": held, "goes": goes, "form": form, "offered": MEETINGS, "section": "contacts"},
        status=422 if form.errors else 200,
    )


def _add_meeting(viewer: Viewer, contact: LocalContact, form: GoesForm) -> str:
    meeting = form.cleaned_data["meeting"]
    new = introducing.goes_to(contact=contact, meeting=meeting, by=viewer.actor, now=clock.now())
    return f"{contact} goes to {meeting}." if new else f"It was known that {contact} goes to {meeting}."


def _take_off(request: HttpRequest, viewer: Viewer, contact: LocalContact) -> str:
    form = NoLongerForm(request.POST)
    field = field_of(form, "no_longer", forms.ModelChoiceField)
    field.queryset = contact.meetings.all()
    if not form.is_valid():
        return f"That meeting is none of {contact}'s, or was taken off already."
    meeting = form.cleaned_data["no_longer"]
    gone = introducing.goes_no_longer(contact=contact, meeting=meeting, by=viewer.actor, now=clock.now())
    return f"{contact} goes to {meeting} no longer." if gone else f"{meeting} was taken off already."


def _may_change(request: HttpRequest, viewer: Viewer, what: str) -> None:
    if request.method == "POST" and not viewer.may(Permission.INTRODUCE):
        raise PermissionDenied(f"Your role in {viewer.clinic} does not let you {what}.")
