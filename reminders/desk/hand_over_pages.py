"""Handing over a whole caseload or part of it, what became of it, and saying that one has seen it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from clinic import clock, handing_over
from clinic.access import Permission, Viewer, staff_page
from clinic.errors import Refused
from clinic.models import Client, HandOver, User
from clinic.pages.act import safe_next
from clinic.pages.fields import DayField, ReasonField, field_of
from clinic.pages.people import KeyworkerField
from clinic.pages.wording import in_words
from reminders.desk import handing_over as reading

ALL, TICKED = "all", "ticked"
CHANGED = (
    "These were {} clients when the page was made, and are {} now. Look at them again, and press once more."
)


class CaseloadForm(forms.Form):
    """Which clients of a caseload go to whom, and for which days."""

    to = KeyworkerField(queryset=User.objects.none(), label="To")
    starts_on = DayField(label="From")
    until = DayField(
        required=False,
        label="Until",
        help_text="For a leave: its last day. The day after, they go back. Empty: they stay.",
    )
    note = ReasonField(
        required=False,
        label="Note",
        max_length=handing_over.LONGEST_NOTE,
        help_text="For whoever takes over, such as why, and what to look out for.",
    )
    which = forms.ChoiceField(
        choices=[(ALL, "All of them"), (TICKED, "Those ticked below")],
        label="Which",
        widget=forms.RadioSelect,
    )
    number = forms.IntegerField(widget=forms.HiddenInput)
    clients = forms.ModelMultipleChoiceField(
        queryset=Client.objects.none(),
        required=False,
        error_messages={
            "invalid_choice": "Somebody was quicker: one of those ticked is theirs no longer. Look again."
        },
    )

    def offer(self, viewer: Viewer, caseload: reading.Caseload, clients: list[Client]) -> None:
        """The keyworkers who are here, but for the one whose clients they are; and these clients."""
        here = handing_over.keyworkers(viewer.clinic)
        held = caseload.keyworker
        field_of(self, "to", KeyworkerField).queryset = here.exclude(pk=held.pk) if held is not None else here
        field = field_of(self, "clients", forms.ModelMultipleChoiceField)
        field.queryset = viewer.clients().filter(pk__in=[client.pk for client in clients])
        if held is None or caseload.left:
            # Nobody to give them back to.
            del self.fields["until"]

    def clean(self) -> dict[str, Any]:
        """Ticked means at least one."""
        values = super().clean() or {}
        if values.get("which") == TICKED and not values.get("clients") and "clients" not in self.errors:
            self.add_error("which", "Tick at least one client below, or choose all of them.")
        return values


@staff_page(Permission.HAND_OVER)
def hand_overs(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Whose clients to hand over; then which of them, to whom, and from when, with what goes along."""
    key = request.GET.get("from", "" if viewer.may_hand_over_any else str(viewer.user.pk))
    caseload = reading.caseload_named(viewer, key) if key else None
    if caseload is None:
        if key and viewer.may_hand_over_any:
            raise Http404("There is no such caseload here.")
        caseloads = reading.caseloads(viewer.clinic) if viewer.may_hand_over_any else []
        listed = {"caseloads": caseloads, "latest": reading.latest(viewer), "section": "clients"}
        return render(request, "reminders/hand_overs.html", listed)
    now = clock.now()
    clients = list(reading.of_keyworker(viewer.clinic, caseload.keyworker))
    today = clock.local_date(now, viewer.clinic.time_zone)
    initial = {"starts_on": today, "which": ALL, "number": len(clients)}
    form = CaseloadForm(request.POST if request.method == "POST" else None, initial=initial)
    form.offer(viewer, caseload, clients)
    if request.method == "POST" and form.is_valid():
        try:
            given = _hand_over(viewer, caseload, clients, form.cleaned_data)
        except Refused as refusal:
            form.add_error(
                refusal.field if refusal.field in form.fields else None, in_words(refusal.sentence)
            )
        else:
            return redirect("one_hand_over", viewer.clinic.slug, given.pk)
    ticked = {str(pk) for pk in (form["clients"].value() or [])}
    details: dict[str, Any] = {
        "caseload": caseload,
        "form": form,
        "following": reading.following(clients, now, viewer.clinic.time_zone),
        "ticked": ticked,
        "latest": reading.latest(viewer),
        "section": "clients",
    }
    status = 422 if form.errors else 200
    return render(request, "reminders/hand_over_caseload.html", details, status=status)


def _hand_over(
    viewer: Viewer, caseload: reading.Caseload, clients: list[Client], values: dict[str, Any]
) -> HandOver:
    chosen = clients if values["which"] == ALL else list(values["clients"])
    if values["which"] == ALL and values["number"] != len(clients):
        raise Refused(CHANGED.format(values["number"], len(clients)))
    return handing_over.hand_over(
        clinic=viewer.clinic,
        clients=chosen,
        held_by=caseload.keyworker,
        to=values["to"],
        note=values["note"],
        starts_on=values["starts_on"],
        until=values.get("until"),
        by=viewer.actor,
        now=clock.now(),
    )


@staff_page(Permission.HAND_OVER)
def one_hand_over(request: HttpRequest, viewer: Viewer, hand_over: int) -> HttpResponse:
    """What became of a hand-over, and whom it was about; the button takes it back."""
    given = _hand_over_of(viewer, hand_over)
    now = clock.now()
    may_take_back = _may_take_back(viewer, given) and handing_over.may_be_taken_back(given, now)
    if request.method == "POST":
        if not _may_take_back(viewer, given):
            messages.error(
                request, "Only who made it, whose clients they were, or a manager can take it back."
            )
        else:
            _take_back(request, viewer, given)
        return redirect("one_hand_over", viewer.clinic.slug, given.pk)
    details = {
        "given": given,
        "handed": given.handed.select_related("client__keyworker").order_by("client__first_name", "pk"),
        "back": viewer.clinic.hand_overs.filter(brings_back=given).first(),
        "may_take_back": may_take_back,
        "section": "clients",
    }
    return render(request, "reminders/hand_over.html", details)


def _take_back(request: HttpRequest, viewer: Viewer, given: HandOver) -> None:
    to_come = given.is_to_come
    try:
        number = handing_over.take_back(hand_over=given, by=viewer.actor, now=clock.now())
    except Refused as refusal:
        messages.error(request, in_words(refusal.sentence))
        return
    whose = f"{given.held_by}'s" if given.held_by is not None else "nobody's"
    back = f"{number} {'client is' if number == 1 else 'clients are'} {whose} again."
    messages.success(request, "Taken back: nothing happens." if to_come else f"Taken back: {back}")


def _hand_over_of(viewer: Viewer, number: int) -> HandOver:
    given = viewer.clinic.hand_overs.select_related("held_by", "to", "clinic").filter(pk=number).first()
    if given is None:
        raise Http404("There is no such hand-over here.")
    return given


def _may_take_back(viewer: Viewer, given: HandOver) -> bool:
    mine = given.held_by_id == viewer.user.pk or given.made_by == viewer.user.get_username()
    return mine or viewer.may_hand_over_any


@staff_page(Permission.HAND_OVER)
def hand_over_seen(request: HttpRequest, viewer: Viewer, hand_over: int) -> HttpResponse:
    """The button of whoever takes over: seen."""
    given = _hand_over_of(viewer, hand_over)
    here = reverse("one_hand_over", args=[viewer.clinic.slug, given.pk])
    if request.method == "POST":
        try:
            seen = handing_over.see(hand_over=given, by=viewer.actor, now=clock.now())
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, "Noted: you have taken over." if seen else "You had seen it already.")
        return redirect(safe_next(request, here))
    return redirect(here)
