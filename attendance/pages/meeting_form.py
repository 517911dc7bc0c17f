"""The form of a meeting that is entered or mended by hand."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from django import forms

from attendance.directory.feeds.bmlt_languages import CODES as LANGUAGE_CODES
from attendance.directory.feeds.type_names import NAMES
from attendance.directory.kinds import AttendanceOption, FellowshipKind
from attendance.directory.models import FELLOWSHIP_NAME_LIMIT, Meeting
from attendance.directory.naming import WEEKS
from clinic.models import WeekDay

# What a form offers to tick; whatever other codes a list has given a meeting stay with it.
OFFERED_CODES = ("O", "C", "W", "M", "LGBTQ", "Y", "BE", "X", "BA", "CF", "DD", "A", "POA")
LANGUAGES = sorted((NAMES[code], code) for code in LANGUAGE_CODES.values() if code in NAMES)
PLAIN = (
    *(
        "name",
        "day",
        "starts_at",
        "ends_at",
        "attendance_option",
        "notes",
        "url",
        "location",
        "location_notes",
    ),
    *("address", "city", "region", "conference_url", "conference_phone", "conference_notes"),
)
POSITION = re.compile(r"\s*(-?\d{1,3}(?:\.\d+)?)\s*[,; ]\s*(-?\d{1,3}(?:\.\d+)?)\s*")
LONG = {"rows": 3}


class PositionField(forms.CharField):
    """Degrees north and east on one line."""

    def clean(self, value: Any) -> tuple[float, float] | None:
        """Both, or None where nothing is typed."""
        text = super().clean(value)
        if not text:
            return None
        found = POSITION.fullmatch(text)
        if found is None:
            raise forms.ValidationError("Write two numbers, such as 53.7997, -1.5492.")
        return float(found[1]), float(found[2])


class MendForm(forms.Form):
    """When, where and how a meeting is held."""

    name = forms.CharField(max_length=255, label="Name")
    day = forms.TypedChoiceField(
        required=False,
        coerce=int,
        empty_value=None,
        label="Day",
        choices=[("", "By appointment"), *((str(day.value), str(day.label)) for day in WeekDay)],
    )
    starts_at = forms.TimeField(
        required=False, label="Starts", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends_at = forms.TimeField(
        required=False,
        label="Ends",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="Empty where it is not known; earlier than the start is on the next day.",
    )
    weeks = forms.TypedMultipleChoiceField(
        required=False,
        coerce=int,
        choices=[(str(week), word) for week, word in WEEKS.items()],
        label="Only in these weeks of a month",
        help_text="None ticked: every week.",
        widget=forms.CheckboxSelectMultiple,
    )
    attendance_option = forms.ChoiceField(choices=AttendanceOption.choices, label="How one takes part")
    location = forms.CharField(
        required=False, max_length=255, label="Place", help_text="Such as Lantern Hall."
    )
    address = forms.CharField(
        required=False,
        max_length=500,
        label="Address",
        help_text="Street, town and post code: what a map finds.",
    )
    city = forms.CharField(required=False, max_length=120, label="Town")
    region = forms.CharField(required=False, max_length=255, label="Area")
    position = PositionField(
        required=False,
        label="Position",
        help_text="Degrees north and east, such as 53.7997, -1.5492. Without it, how far it is stays unknown.",
    )
    location_notes = forms.CharField(
        required=False,
        label="Finding it",
        widget=forms.Textarea(attrs=LONG),
        help_text="Such as: the side door.",
    )
    conference_url = forms.CharField(required=False, max_length=1000, label="Web address to join")
    conference_phone = forms.CharField(required=False, max_length=255, label="Number to join")
    conference_notes = forms.CharField(required=False, label="Joining", widget=forms.Textarea(attrs=LONG))
    types = forms.MultipleChoiceField(
        required=False,
        choices=[(code, NAMES[code]) for code in OFFERED_CODES],
        label="Marked as",
        widget=forms.CheckboxSelectMultiple,
    )
    languages = forms.MultipleChoiceField(
        required=False,
        choices=[(code, name) for name, code in LANGUAGES],
        label="Languages",
        help_text="None ticked: the language of the place.",
        widget=forms.CheckboxSelectMultiple,
    )
    notes = forms.CharField(required=False, label="Notes", widget=forms.Textarea(attrs=LONG))
    url = forms.CharField(required=False, max_length=1000, label="Its own page")
    # What stood there when the page was opened; see mark_of.
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def values(self, meeting: Meeting | None = None) -> dict[str, Any]:
        """What was typed, by the columns of a meeting; codes that the form does not offer stay as they are."""
        said = self.cleaned_data
        north, east = said["position"] or (None, None)
        offered = {*OFFERED_CODES, *(code for _, code in LANGUAGES)}
        chosen = [*said["types"], *said["languages"]]
        held = meeting.types if meeting is not None else []
        # In the order in which the list has them, so that nothing differs where nothing was changed.
        types = [code for code in held if code in chosen or code not in offered]
        return {name: said[name] for name in PLAIN} | {
            "weeks": sorted(said["weeks"]),
            "types": types + [code for code in chosen if code not in types],
            "latitude": north,
            "longitude": east,
        }


class NewMeetingForm(MendForm):
    """The same for a meeting that no list tells of, with whose it is."""

    field_order = ("fellowship", "kind", "name")

    fellowship = forms.CharField(
        max_length=FELLOWSHIP_NAME_LIMIT,
        label="Fellowship",
        help_text="Choose one, or write a new name.",
        widget=forms.TextInput(attrs={"list": "fellowships", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        required=False,
        choices=[("", "As it is known"), *FellowshipKind.choices],
        label="Kind, where the fellowship is new",
    )


def told(meeting: Meeting) -> dict[str, Any]:
    """What a form starts from."""
    known = meeting.latitude is not None
    return {name: getattr(meeting, name) for name in PLAIN} | {
        "weeks": meeting.weeks,
        "types": meeting.types,
        "languages": [code for _, code in LANGUAGES if code in meeting.types],
        "position": f"{meeting.latitude}, {meeting.longitude}" if known else "",
    }


def mark_of(meeting: Meeting) -> str:
    """A mark of what a form starts from: another one where the list or a colleague has changed that since."""
    return hashlib.sha256(repr(sorted(told(meeting).items())).encode()).hexdigest()
