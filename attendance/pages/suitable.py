"""The meetings that suit a client, to look at together; and a sheet of them to take along."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from attendance.register.sheets import sheet_of
from attendance.register.suitable import suitable
from clinic import amending, clock, episodes
from clinic.access import Permission, Viewer, staff_page
from clinic.intake import Person
from clinic.models import Client
from clinic.pages.people import PreferencesForm, told_of, words_of

TRIED = ("suits", "area", "within", "preferences")


@staff_page(Permission.SEE_CLIENTS)
def client_meetings(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """What suits the client, by their preferences or by others that are only tried; those can be kept."""
    client = viewer.client(pk)
    trying = request.method == "POST" or "try" in request.GET
    said = (request.POST if request.method == "POST" else request.GET) if trying else None
    on_record = told_of(client.preferences)
    form = PreferencesForm(said, initial=on_record)
    form.offer_distances(viewer.clinic.country, on_record["within"])
    # What cannot be is left out, so that an address never fails.
    words = words_of(_as_far_as_it_can_be(form)) if trying else client.preferences
    if request.method == "POST":
        return _posted(request, viewer, client, form, words)
    return render(
        request,
        "attendance/client_meetings.html",
        {
            "client": client,
            "form": form,
            "found": suitable(client, clock.now(), words=words),
            "trying": trying and words != client.preferences,
            "section": "clients",
        },
    )


@staff_page(Permission.SEE_CLIENTS)
def meetings_sheet(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """A sheet to print and take along: what they have chosen and what suits them, through the week. It names nobody."""
    client = viewer.client(pk)
    return render(
        request,
        "attendance/meetings_sheet.html",
        {"client": client, "sheet": sheet_of(client, clock.now()), "section": "clients"},
    )


def _as_far_as_it_can_be(form: PreferencesForm) -> dict[str, Any]:
    form.is_valid()
    return {name: form.cleaned_data.get(name, [] if name == "suits" else "") for name in TRIED}


def _posted(
    request: HttpRequest, viewer: Viewer, client: Client, form: PreferencesForm, words: list[str]
) -> HttpResponse:
    """On to the page that shows what there is; with the other button the preferences are kept as well."""
    here = reverse("client_meetings", args=[viewer.clinic.slug, client.pk])
    if "keep" not in request.POST or not form.is_valid():
        asked = {name: request.POST.getlist(name) for name in TRIED if request.POST.getlist(name) != [""]}
        return redirect(f"{here}?{urlencode({'try': 1, **asked}, doseq=True)}")
    if not viewer.may(Permission.WRITE_CLIENTS):
        raise PermissionDenied(f"Your role in {viewer.clinic} does not let you change preferences.")
    amended = amending.amend(
        client=client,
        episode=episodes.latest_episode(client),
        person=Person(preferences=words),
        by=viewer.actor,
        now=clock.now(),
    )
    messages.success(request, "The preferences are kept." if amended else "Nothing was different.")
    return redirect(here)
