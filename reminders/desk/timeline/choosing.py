"""Which part of a timeline is asked for: some kinds, words, a period; and the form that reads it out of an address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from clinic.pages.fields import DayField
from clinic.searching import folded
from clinic.weeks import DAY, WEEK, day_text, week_of
from reminders.desk.timeline.items import Item, Kind

STRUCK_OUT = "struck"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; nothing asks for everything. first and last: local days, both included."""

    kinds: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    first: date = date.min
    last: date = date.max

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return self == Wanted()

    def week(self, week_starts_on: int) -> date | None:
        """The first day of the one week that is asked for; None where it is another period, or none."""
        if self.last == date.max or week_of(self.last, week_starts_on) != self.first:
            return None
        return self.first if self.last == self.first + WEEK - DAY else None

    def takes(self, item: Item) -> bool:
        """Whether a thing is of what is asked for."""
        if self.kinds and item.kind not in self.kinds and not (STRUCK_OUT in self.kinds and item.voided):
            return False
        if not item.within(self.first, self.last):
            return False
        if not self.words:
            return True
        said = folded(" ".join((item.what, item.who, item.note, item.voided, item.before)))
        return all(word in said for word in self.words)


def chosen(items: Iterable[Item], wanted: Wanted) -> list[Item]:
    """Those of the items that are asked for, in their order."""
    return [item for item in items if wanted.takes(item)]


class TimelineForm(forms.Form):
    """What is asked for, as an address says it. What cannot be read is said, and asks for nothing."""

    kind = forms.MultipleChoiceField(
        required=False,
        choices=[*Kind.choices, (STRUCK_OUT, "Struck out")],
        widget=forms.CheckboxSelectMultiple,
        label="Show only",
    )
    text = forms.CharField(
        required=False,
        max_length=100,
        label="With the words",
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    since = DayField(required=False, label="From")
    until = DayField(required=False, label="To")

    def clean(self) -> dict[str, Any]:
        """A period that ends before it begins is a slip."""
        values = super().clean() or {}
        since, until = values.get("since"), values.get("until")
        if since is not None and until is not None and until < since:
            self.add_error("until", f"{day_text(until)} is before {day_text(since)}.")
        return values

    def wanted(self) -> Wanted:
        """What is asked for."""
        self.full_clean()
        values = self.cleaned_data
        return Wanted(
            frozenset(values.get("kind") or ()),
            tuple(folded(values.get("text") or "").split()),
            values.get("since") or date.min,
            values.get("until") or date.max,
        )
