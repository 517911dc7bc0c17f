"""What a press on the Register says: which of a row's buttons, and what stood in its cell when its page was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from attendance.directory import finding
from attendance.directory.models import Meeting
from attendance.pages.fields import MeetingField
from clinic.models import Clinic
from clinic.numbers import row_number
from clinic.pages.fields import DayField


@dataclass(frozen=True, slots=True)
class Went:
    """What a + says: the day, the meeting that stands in its cell, and the last entry that its page shows there."""

    on: date
    shown: Meeting | None
    seen: int


class WentField(forms.CharField):
    """A day, and after blanks the number of the meeting that stands in its cell, and of the last entry seen there."""

    clinic: Clinic | None = None

    def clean(self, value: Any) -> Went | None:
        """What the + says; None where none was pressed."""
        text: str = super().clean(value)
        if not text:
            return None
        day, number, seen, *_ = [*text.split(), "", "", ""]
        on = DayField().clean(day)
        assert on is not None
        assert self.clinic is not None
        shown = finding.recordable(number, self.clinic) if number != "0" else None
        return Went(on, shown, row_number(seen) or 0)


class CellForm(forms.Form):
    """What a press in a client's row asks for: one of the buttons, with the meeting of the row.

    by: the user whose page it was pressed on; undone: what is taken back is the last press, a slip of the hand.
    """

    week = DayField()
    by = forms.IntegerField(required=False)
    meeting = MeetingField()
    went_on = WentField(required=False)
    take_back = forms.IntegerField(required=False)
    put_back = forms.IntegerField(required=False)
    did_not_go = forms.BooleanField(required=False)
    ask_again = forms.BooleanField(required=False)
    undone = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """What is typed for a meeting matters only to a press that records one."""
        values = super().clean() or {}
        if values.get("went_on") is None and "went_on" not in self.errors:
            self.errors.pop("meeting", None)
        return values
