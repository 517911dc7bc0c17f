"""The Groups pages: the local directory, searched and narrowed down, and one meeting of it."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from attendance.directory import browsing
from attendance.directory.browsing import Asked
from attendance.directory.fellowships import seen_by
from attendance.directory.finding import meeting_by_number
from attendance.directory.kinds import FellowshipKind
from attendance.directory.models import Fellowship
from attendance.directory.naming import amended
from attendance.pages import downloads as tables
from clinic import clock
from clinic.access import Permission, Viewer, staff_page
from clinic.exports.table import in_portions
from clinic.pages import downloads
from clinic.pages.fields import field_of

PAGE = 50
AHEAD = 4
SAME_ELSEWHEN = 20
HOW = [("", "Any way"), ("in_person", "In person"), ("online", "Online")]


class GroupsForm(forms.Form):
    """What somebody looks for. Whatever cannot be is left out, so that an address never fails."""

    q = forms.CharField(required=False, max_length=100, label="Name, place or day", widget=forms.SearchInput)
    kind = forms.ChoiceField(
        required=False, label="Kind", choices=[("", "Any kind"), *FellowshipKind.choices]
    )
    fellowship = forms.ModelChoiceField(
        required=False, label="Fellowship", queryset=Fellowship.objects.none(), empty_label="Any fellowship"
    )
    day = forms.ChoiceField(required=False, label="Day", choices=[("", "Any day"), *browsing.day_choices()])
    how = forms.ChoiceField(required=False, label="How", choices=HOW)
    wheelchair = forms.BooleanField(required=False, label="Step-free")
    everywhere = forms.BooleanField(required=False, label="Other time zones too")

    def asked(self) -> Asked:
        """What was asked, as far as it can be."""
        self.is_valid()
        values: dict[str, Any] = self.cleaned_data
        fellowship = values.get("fellowship")
        return Asked(
            words=values.get("q", ""),
            kind=FellowshipKind(values["kind"]) if values.get("kind") else None,
            fellowship=fellowship.pk if fellowship is not None else None,
            day=int(values["day"]) if values.get("day") else None,
            how=values.get("how", ""),
            wheelchair=bool(values.get("wheelchair")),
            everywhere=bool(values.get("everywhere")),
        )

    def in_words(self) -> list[tuple[str, str]]:
        """What was asked, label and value."""
        told = []
        for name, value in self.cleaned_data.items():
            field = self.fields[name]
            # Of a fellowship its own name is shown; of the others what the choice is called.
            choices = dict(cast(Any, field).choices) if type(field) is forms.ChoiceField else {}
            shown = "yes" if value is True else str(choices.get(value, value or ""))
            told.append((str(field.label), shown if value else ""))
        return told


@staff_page(Permission.SEE_CLIENTS)
def groups(request: HttpRequest, viewer: Viewer) -> HttpResponseBase:
    """The meetings of the directory, fifty a page, from today on through the week."""
    now = clock.now()
    form = GroupsForm(request.GET)
    field_of(form, "fellowship", forms.ModelChoiceField).queryset = seen_by(viewer.clinic)
    asked = form.asked()
    found = browsing.browse(viewer.clinic, asked, now)
    if downloads.is_asked(request):
        portions = (browsing.listed(meetings, now) for meetings in in_portions(found))
        return downloads.download(request, viewer, tables.of_groups(portions, form.in_words()))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return render(
        request,
        "attendance/groups.html",
        {
            "form": form,
            "rows": browsing.listed(page.object_list, now),
            "page_obj": page,
            "query": query.urlencode(),
            "narrowed": asked != Asked(),
            "unwell": browsing.unwell(viewer.clinic, now),
        },
    )


@staff_page(Permission.SEE_CLIENTS)
def group(request: HttpRequest, viewer: Viewer, meeting: int) -> HttpResponse:
    """One meeting: when and where it is held, how to join it, and how fresh that is. Closed ones too."""
    now = clock.now()
    shown = meeting_by_number(str(meeting), viewer.clinic)
    if shown is None:
        raise Http404
    ahead = browsing.held_next(shown, now, AHEAD)
    return render(
        request,
        "attendance/group.html",
        {
            "section": "groups",
            "row": browsing.Listed(shown, ahead[0].starts if ahead else None),
            "ahead": [held.starts for held in ahead],
            "elsewhen": browsing.listed(browsing.same_elsewhen(shown, viewer.clinic)[:SAME_ELSEWHEN], now),
            "amended": amended(shown),
            "elsewhere": shown.time_zone != viewer.clinic.time_zone,
        },
    )
