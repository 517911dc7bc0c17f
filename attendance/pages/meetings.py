"""Enter a meeting by hand, mend one for the clinic, and go back to what its list says."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from attendance.directory import mending
from attendance.directory.fellowships import names_on_offer
from attendance.directory.finding import meeting_by_number
from attendance.directory.kinds import FellowshipKind
from attendance.directory.models import Meeting
from attendance.pages.meeting_form import MendForm, NewMeetingForm, mark_of, told
from clinic import clock
from clinic.access import Permission, Viewer, staff_page
from clinic.errors import Refused
from clinic.models import Clinic
from clinic.pages.fields import field_of
from clinic.pages.wording import in_words

CHANGED_SINCE = (
    "The list or a colleague has changed this meeting since you opened the page. Compare it with the meeting's page; "
    "saved once more, what stands here holds."
)


@staff_page(Permission.MEND_MEETINGS)
def new_meeting(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """A form for a meeting that no list tells of, and on to its page."""
    form = NewMeetingForm(
        request.POST if request.method == "POST" else None, initial={"attendance_option": "in_person"}
    )
    if request.method == "POST" and form.is_valid():
        kind = form.cleaned_data["kind"]
        try:
            meeting, new = mending.add_meeting(
                clinic=viewer.clinic,
                fellowship=form.cleaned_data["fellowship"],
                kind=FellowshipKind(kind) if kind else None,
                values=form.values(),
                by=viewer.actor,
                now=clock.now(),
            )
        except Refused as refusal:
            _blame(form, refusal)
        else:
            sentence = "is in the directory of this clinic." if new else "is in the directory already."
            messages.success(request, f"{meeting} {sentence}")
            return redirect("group", viewer.clinic.slug, meeting.pk)
    return _form_page(
        request,
        form,
        {
            "title": "A meeting by hand",
            "intro": "For one that no published list tells of. Only this clinic sees it.",
            "button": "Add it",
            "fellowships": names_on_offer(viewer.clinic),
        },
    )


@staff_page(Permission.MEND_MEETINGS)
def mend_meeting(request: HttpRequest, viewer: Viewer, meeting: int) -> HttpResponse:
    """A form for what the clinic knows better than the list."""
    held = _meeting(viewer.clinic, meeting)
    mark = mark_of(held)
    form = MendForm(request.POST if request.method == "POST" else None, initial=told(held) | {"seen": mark})
    if request.method == "POST" and form.is_valid() and form.cleaned_data["seen"] != mark:
        form.add_error(None, CHANGED_SINCE)
        form.data = cast(QueryDict, form.data).copy()
        form.data["seen"] = mark
    if request.method == "POST" and form.is_valid():
        try:
            changed = mending.mend_meeting(
                clinic=viewer.clinic, meeting=held, values=form.values(held), by=viewer.actor, now=clock.now()
            )
        except Refused as refusal:
            _blame(form, refusal)
        else:
            messages.success(request, "Saved, for this clinic." if changed else "Nothing was different.")
            return redirect("group", viewer.clinic.slug, held.pk)
    intro = (
        "What you change holds for this clinic, whatever its list says; all else goes on following the list."
    )
    return _form_page(
        request,
        form,
        {
            "title": f"Mend {held}",
            "intro": intro if held.feed is not None else "Only this clinic sees this meeting.",
            "button": "Save",
            "meeting": held,
        },
    )


@staff_page(Permission.MEND_MEETINGS)
def follow_list(request: HttpRequest, viewer: Viewer, meeting: int) -> HttpResponse:
    """Asks first, since what was written by hand is gone afterwards; the button does it."""
    held = _meeting(viewer.clinic, meeting)
    if request.method != "POST" and held.amendment is not None:
        return render(request, "attendance/follow_list.html", {"meeting": held, "section": "groups"})
    if request.method == "POST":
        gone = mending.follow_feed(clinic=viewer.clinic, meeting=held, by=viewer.actor, now=clock.now())
        messages.success(
            request, f"{held} follows its list again." if gone else f"{held} followed its list already."
        )
    return redirect("group", viewer.clinic.slug, held.pk)


def _meeting(clinic: Clinic, number: int) -> Meeting:
    held = meeting_by_number(str(number), clinic)
    if held is None:
        raise Http404("There is no such meeting.")
    return held


def _blame(form: forms.Form, refusal: Refused) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, in_words(refusal.sentence))


def _form_page(request: HttpRequest, form: forms.Form, details: dict[str, Any]) -> HttpResponse:
    field_of(form, "name", forms.CharField).widget.attrs["autocomplete"] = "off"
    return render(
        request,
        "attendance/mend_meeting.html",
        {"form": form, "section": "groups", **details},
        status=422 if form.errors else 200,
    )
