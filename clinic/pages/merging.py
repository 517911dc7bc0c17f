"""Who may have been entered twice; two records side by side; putting them together, and parting them again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from clinic import clock
from clinic.access import Permission, Viewer, staff_page
from clinic.errors import Refused
from clinic.lookup import clients_by_reference
from clinic.merging import merge as merging
from clinic.merging import two_people
from clinic.merging.finding import likely_doubles, record_of
from clinic.merging.suspicion import reasons
from clinic.models import Client, Merge
from clinic.pages.wording import in_words
from clinic.weeks import day_text

MERGES_SHOWN = 20
# What tables hold, as people say it: those whose rows somebody would look for.
CALLED = {
    "attendance.Attendance": ("meeting attended", "meetings attended"),
    "attendance.Pause": ("pause", "pauses"),
    "attendance.CheckIn": ("answer about a week", "answers about weeks"),
    "attendance.PlannedMeeting": ("planned meeting", "planned meetings"),
    "attendance.ChosenMeeting": ("chosen meeting", "chosen meetings"),
    "attendance.UnsuitedMeeting": ("meeting that did not suit", "meetings that did not suit"),
    "attendance.Flag": ("flag", "flags"),
    "clinic.Episode": ("course of treatment", "courses of treatment"),
    "clinic.Consent": ("consent", "consents"),
    "reminders.Prompt": ("message", "messages"),
    "reminders.Introduction": ("introduction", "introductions"),
    "reminders.KeyworkerTask": ("task or talk", "tasks and talks"),
    "reminders.NotNow": ("“not now”", "“not now”"),
}


class TwoForm(forms.Form):
    """Two clients by their references."""

    one = forms.CharField(max_length=40, label="One reference")
    other = forms.CharField(max_length=40, label="The other")


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is known of both."""

    what: str
    one: str
    other: str

    @property
    def differs(self) -> bool:
        """Whether both say something, and not the same."""
        return bool(self.one and self.other) and self.one != self.other


@staff_page(Permission.MERGE)
def doubles(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Likely doubles with what speaks for each, any two by reference, and what was put together lately."""
    form = TwoForm(
        request.GET if "other" in request.GET else None, initial={"one": request.GET.get("one", "")}
    )
    if form.is_bound and form.is_valid():
        asked = (form.cleaned_data["one"].strip(), form.cleaned_data["other"].strip())
        found = clients_by_reference(viewer.clinic, asked)
        for name, reference in zip(("one", "other"), asked, strict=True):
            if reference not in found:
                form.add_error(name, f"There is no client “{reference}” here.")
        if not form.errors:
            one, other = (found[reference] for reference in asked)
            if one.pk != other.pk:
                return redirect("merge", viewer.clinic.slug, one.pk, other.pk)
            form.add_error("other", "These are the references of one client.")
    details = {
        "doubles": likely_doubles(viewer.clinic),
        "form": form,
        "merges": viewer.clinic.merges.select_related("kept", "merged")[:MERGES_SHOWN],
        "section": "clients",
    }
    return render(request, "clinic/doubles.html", details, status=422 if form.errors else 200)


@staff_page(Permission.MERGE)
def merge(request: HttpRequest, viewer: Viewer, pk: int, other: int) -> HttpResponse:
    """Two records side by side, and what putting them together would come to; the button does it."""
    pair = (viewer.client(pk), viewer.client(other))
    if pair[0].pk == pair[1].pk:
        raise Http404("These are not two records.")
    if request.method == "POST":
        return _decided(request, viewer, pair)
    return _compared(request, viewer, pair)


def _decided(request: HttpRequest, viewer: Viewer, pair: tuple[Client, Client]) -> HttpResponse:
    one, other = pair
    now = clock.now()
    if request.POST.get("do") == "two":
        two_people.say_two(one=one, other=other, by=viewer.actor, now=now)
        messages.success(
            request, f"Noted: {one} ({one.reference}) and {other} ({other.reference}) are two people."
        )
        return redirect("doubles", viewer.clinic.slug)
    if request.POST.get("do") == "one":
        two_people.take_back(one=one, other=other, by=viewer.actor, now=now)
        messages.success(request, "Taken back: they are asked about again.")
        return redirect("merge", viewer.clinic.slug, one.pk, other.pk)
    stays = request.POST.get("keep", "")
    if stays not in {str(one.pk), str(other.pk)}:
        messages.error(request, "Choose which of the two records stays.")
        return _compared(request, viewer, pair, status=422)
    kept, merged = (one, other) if stays == str(one.pk) else (other, one)
    try:
        made = merging.merge(kept=kept, merged=merged, by=viewer.actor, now=now)
    except Refused as refusal:
        messages.error(request, in_words(refusal.sentence))
        return _compared(request, viewer, pair, status=422)
    messages.success(
        request, f"{merged.reference} is put together with {kept.reference}. It can be undone here."
    )
    return redirect("merged", viewer.clinic.slug, made.pk)


def _compared(
    request: HttpRequest, viewer: Viewer, pair: tuple[Client, Client], status: int = 200
) -> HttpResponse:
    one, other = pair
    now = clock.now()
    options = [
        {
            "kept": kept,
            "merged": gone,
            "preview": (told := merging.preview(kept=kept, merged=gone, by=viewer.actor, now=now)),
            "moved": in_numbers(told.moved),
            "stays": in_numbers(told.stays),
            "refused": in_words(told.refused),
        }
        for kept, gone in ((one, other), (other, one))
    ]
    details = {
        "one": one,
        "other": other,
        "lines": _lines(viewer, one, other),
        "reasons": reasons(record_of(one), record_of(other)),
        "options": options,
        "possible": not all(option["refused"] for option in options),
        "said_two": two_people.said_two(viewer.clinic, one, other),
        "section": "clients",
    }
    return render(request, "clinic/merge.html", details, status=status)


def _lines(viewer: Viewer, one: Client, other: Client) -> list[Line]:
    intakes = {
        client.pk: ", ".join(day_text(day) for day in client.episodes.values_list("intake_on", flat=True))
        for client in (one, other)
    }

    def told(client: Client) -> dict[str, str]:
        return {
            "Reference": client.reference,
            "Name": f"{client.first_name} {client.last_name}".strip(),
            "Born": day_text(client.date_of_birth) if client.date_of_birth else "",
            "Mobile": client.mobile,
            "E-mail": client.email,
            "Language": client.language,
            "Preferences": ", ".join(client.preferences),
            "Keyworker": str(client.keyworker or ""),
            "Intake": intakes[client.pk],
            "Closed": day_text(client.closed_on) if client.closed_on else "",
            "Entered": day_text(clock.local_date(client.created_at, viewer.clinic.time_zone)),
        }

    theirs = told(other)
    return [Line(what, said, theirs[what]) for what, said in told(one).items()]


def in_numbers(rows: Counter[str]) -> list[str]:
    """How many of what, in words; what nobody would look for is not told."""
    return [
        f"{rows[table]} {few if rows[table] == 1 else many}"
        for table, (few, many) in CALLED.items()
        if rows[table]
    ]


@staff_page(Permission.MERGE)
def merged(request: HttpRequest, viewer: Viewer, merge: int) -> HttpResponse:
    """What was put together, and what of it came along; the button parts the two again."""
    found = viewer.clinic.merges.select_related("kept", "merged", "clinic").filter(pk=merge).first()
    if found is None:
        raise Http404("There is no such merge here.")
    if request.method == "POST":
        _undo(request, viewer, found)
        return redirect("merged", viewer.clinic.slug, found.pk)
    return render(request, "clinic/merged.html", {"merge": found, "came": _came(found), "section": "clients"})


def _undo(request: HttpRequest, viewer: Viewer, found: Merge) -> None:
    try:
        left = merging.undo(merge=found, by=viewer.actor, now=clock.now())
    except Refused as refusal:
        messages.error(request, in_words(refusal.sentence))
        return
    kept = f" {left} had been altered since, and kept that." if left else ""
    messages.success(request, f"{found.kept.reference} and {found.merged.reference} are apart again.{kept}")


def _came(found: Merge) -> list[str]:
    rows: Counter[str] = Counter()
    told: list[tuple[str, dict[str, Any] | None]] = list(found.rows.values_list("table", "before"))
    for table, before in told:
        if before is not None and before.get("client_id") == found.merged_id:
            rows[table] += 1
    return in_numbers(rows)
