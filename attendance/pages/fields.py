"""A form field for a meeting: typed with suggestions, understood with or without them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse

from attendance.directory import finding
from attendance.directory.models import Meeting
from attendance.directory.naming import option_text, options
from attendance.register import usual
from clinic.errors import Refused
from clinic.models import Clinic
from clinic.pages.act import ActForm

# Longer than any suggestion: a name and a place of 255 characters each, the time, a feed of 200 and a slug of 64.
LONGEST = 1000


class MeetingField(forms.CharField):
    """A meeting, chosen from suggestions, or named by its slug or by words that only one meeting holds.

    clinic: whose own meetings may be named as well, and as whom the others are seen; see for_clinic.
    """

    clinic: Clinic | None = None

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", LONGEST)
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Meeting | None:
        """The meeting, or None where nothing is typed; a sentence where it is not clear which."""
        text = super().clean(value)
        return meeting_of(text, self.clinic) if text else None


def suggest_meetings(form: ActForm, *, offered_only: bool = False) -> list[Meeting]:
    """Let the field 'meeting' of a form offer meetings as one types, the client's own at first; those, latest first.

    offered_only: without those that are not held at present, for what is still to come.
    """
    client = form.context.client
    for_clinic(form, client.clinic)
    known = usual.meetings_of([client.pk], client.clinic)[client.pk]
    if offered_only:
        known = [meeting for meeting in known if meeting.is_offered]
    offered = f"meetings-{client.pk}"
    form.suggestions[offered] = options(known)
    form.fields["meeting"].widget.attrs |= {
        "list": offered,
        "hx-get": reverse("meeting_options", args=[form.context.viewer.clinic.slug]),
        "hx-trigger": "input changed delay:250ms",
        "hx-target": f"#{offered}",
        "hx-swap": "innerHTML",
    }
    return known


def for_clinic(form: forms.BaseForm, clinic: Clinic) -> None:
    """Let the fields of a form that take a meeting know whose meetings they may take."""
    for field in form.fields.values():
        if isinstance(field, MeetingField):
            field.clinic = clinic


def meeting_of(text: str, clinic: Clinic | None = None) -> Meeting:
    """The meeting that somebody's text names; raises ValidationError with what to do instead."""
    suggested = _suggested(text, clinic)
    if suggested is not None:
        return suggested
    try:
        found = finding.meeting_by_slug(text, clinic)
    except Refused as refusal:
        raise forms.ValidationError(refusal.sentence) from refusal
    if found is not None:
        return found
    several = finding.search(text, 3, clinic)
    if len(several) == 1:
        return several[0]
    if not several:
        raise forms.ValidationError(
            f"There is no meeting “{text}” in the directory: choose one from the list."
        )
    named = "; ".join(option_text(one) for one in several)
    raise forms.ValidationError(f"“{text}” may mean several meetings: {named}. Choose one from the list.")


def _suggested(text: str, clinic: Clinic | None) -> Meeting | None:
    """The meeting that the brackets at the end of a suggestion name; None where they name none, or there are none.

    A name, a place or a feed may hold brackets itself, so that each that opens is tried as the one that counts.
    """
    text = text.rstrip()
    if not text.endswith("]"):
        return None
    opened = [at for at, letter in enumerate(text) if letter == "["]
    named = finding.meetings_by_slugs((text[at + 1 : -1] for at in opened), clinic)
    found = [meeting for meeting in named.values() if isinstance(meeting, Meeting)]
    # The first is the longest; only a suggestion that was not touched since is surely the one it says.
    return next((one for one in found if option_text(one) == text), found[0] if found else None)
