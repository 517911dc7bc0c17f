"""A slip to have signed where one went: for clients who need proof."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from attendance.register.slips import slip_of
from clinic import clock
from clinic.access import Permission, Viewer, staff_page
from clinic.models import Client

WEEKS = [("1", "1 week"), ("2", "2 weeks"), ("4", "4 weeks"), ("8", "8 weeks")]
EMPTY = [("0", "None"), ("4", "4"), ("8", "8"), ("12", "12")]
CALLED = [
    ("short", "First name and initial"),
    ("full", "Full name"),
    ("reference", "Reference"),
    ("nobody", "Nobody"),
]


class SlipForm(forms.Form):
    """What the slip holds. Whatever cannot be is as at first, so that an address never fails."""

    weeks = forms.ChoiceField(label="For", choices=WEEKS, required=False)
    empty = forms.ChoiceField(label="Empty lines", choices=EMPTY, required=False)
    called = forms.ChoiceField(label="It names", choices=CALLED, required=False)
    clinic = forms.BooleanField(label="Name the clinic", required=False)

    AT_FIRST: dict[str, Any] = {"weeks": "4", "empty": "4", "called": "short", "clinic": False}

    def asked(self) -> dict[str, Any]:
        """What was asked, as far as it can be."""
        if not self.is_bound:
            return dict(self.AT_FIRST)
        self.is_valid()
        told = self.cleaned_data
        return {
            name: told[name] if told.get(name, "") != "" else first for name, first in self.AT_FIRST.items()
        }


@staff_page(Permission.SEE_CLIENTS)
def slip(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """The slip, ready to print: what they mean to go to by date, and room for whatever comes up."""
    client = viewer.client(pk)
    form = SlipForm(request.GET if "weeks" in request.GET else None, initial=SlipForm.AT_FIRST)
    asked = form.asked()
    return render(
        request,
        "attendance/slip.html",
        {
            "client": client,
            "form": form,
            "name": _name(client, asked["called"]),
            "names_clinic": asked["clinic"],
            "lines": slip_of(client, clock.now(), int(asked["weeks"])),
            "empty": range(int(asked["empty"])),
            "section": "clients",
        },
    )


def _name(client: Client, called: str) -> str:
    """What the slip calls the client; a client without a name goes by the reference, and only where asked to."""
    if called == "full":
        return f"{client.first_name} {client.last_name}".strip()
    if called == "reference":
        return client.reference
    if called == "short":
        initial = f"{client.last_name[:1]}." if client.last_name else ""
        return f"{client.first_name} {initial}".strip()
    return ""
