"""Local contacts: who they are, and whom they are introduced to."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from attendance.directory.models import Fellowship
from clinic import clock
from clinic.access import Permission, Viewer, staff_page
from clinic.errors import Refused
from clinic.pages.fields import DayField
from reminders.contacts import introducing


class ContactForm(forms.Form):
    """A new contact."""

    first_name = forms.CharField(max_length=80, label="First name")
    fellowship = forms.ModelChoiceField(queryset=Fellowship.objects.all(), label="Fellowship")
    mobile = forms.CharField(
        required=False, max_length=30, label="Mobile", widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    email = forms.EmailField(required=False, label="E-mail")
    area = forms.CharField(required=False, max_length=120, label="Area")
    can_ring = forms.CharField(
        required=False, max_length=120, label="Can ring", help_text="Such as weekday evenings."
    )
    agreed_on = DayField(label="Agreed to serve on")


@staff_page(Permission.SEE_CLIENTS)
def contacts(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """The clinic's contacts, and for those who introduce clients a form for another."""
    if request.method == "POST" and not viewer.may(Permission.INTRODUCE):
        raise PermissionDenied(f"Your role in {viewer.clinic} does not let you add contacts.")
    now = clock.now()
    initial = {"agreed_on": clock.local_date(now, viewer.clinic.time_zone)}
    form = ContactForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            contact = introducing.add_contact(
                clinic=viewer.clinic, by=viewer.actor, now=now, **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, f"{contact} is on the list of contacts.")
            return redirect("contacts", viewer.clinic.slug)
    under_way = Count("introductions", filter=Q(introductions__ended_at__isnull=True))
    listed = viewer.clinic.local_contacts.select_related("fellowship").annotate(under_way=under_way)
    return render(
        request,
        "reminders/contacts.html",
        {"form": form, "contacts": listed.order_by("-active", "first_name")},
        status=422 if form.errors else 200,
    )
