"""A form field for a meeting: typed with suggestions, understood with or without them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS_ABBR

from attendance.directory import finding
from attendance.directory.models import Meeting
from clinic.errors import Refused

REFERENCE = re.compile(r"\[([^\[\]]+)\]\s*$")


def when_text(meeting: Meeting) -> str:
    """The day and local time of a meeting, such as Tue 19:00."""
    if meeting.day is None:
        return "by appointment"
    day = str(WEEKDAYS_ABBR[meeting.day])
    return f"{day} {meeting.starts_at:%H:%M}" if meeting.starts_at is not None else day


def option_text(meeting: Meeting) -> str:
    """What a suggestion says: name, time, place, and in brackets what names it alone."""
    place = meeting.location or meeting.city
    return " · ".join(
        part for part in (meeting.name, when_text(meeting), place, f"[{meeting.reference}]") if part
    )


def options(meetings: Iterable[Meeting]) -> list[str]:
    """The suggestions for some meetings."""
    return [option_text(meeting) for meeting in meetings]


class MeetingField(forms.CharField):
    """A meeting, chosen from suggestions, or named by its slug or by words that only one meeting holds."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 500)
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Meeting | None:
        """The meeting, or None where nothing is typed; a sentence where it is not clear which."""
        text = super().clean(value)
        return meeting_of(text) if text else None


def meeting_of(text: str) -> Meeting:
    """The meeting that somebody's text names; raises ValidationError with what to do instead."""
    bracketed = REFERENCE.search(text)
    try:
        found = finding.meeting_by_slug(bracketed.group(1) if bracketed else text)
    except Refused as refusal:
        raise forms.ValidationError(refusal.sentence) from refusal
    if found is not None:
        return found
    several = [] if bracketed else finding.search(text, 3)
    if len(several) == 1:
        return several[0]
    if not several:
        raise forms.ValidationError(
            f"There is no meeting “{text}” in the directory: choose one from the list."
        )
    named = "; ".join(option_text(one) for one in several)
    raise forms.ValidationError(f"“{text}” may mean several meetings: {named}. Choose one from the list.")
