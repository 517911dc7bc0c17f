"""The form that asks what the columns of a file are, and what cannot be told from the file itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField

from attendance.spreadsheets.uploading import columns_of, look_of, reading_of, said
from clinic.errors import Refused
from clinic.imports.reading import ColumnLook, Reading, orders_under, words_under
from clinic.imports.written import DayOrder
from clinic.models import Spreadsheet

LEFT_OUT = ("", "Leave it out")
ORDERS = [
    (DayOrder.DAY_FIRST.value, "Day first: 07/01/2026 is 7 January"),
    (DayOrder.MONTH_FIRST.value, "Month first: 01/07/2026 is 7 January"),
]
MEANINGS = [("yes", "Yes"), ("no", "No"), ("unknown", "Not known")]


@dataclass(frozen=True, slots=True)
class Matched:
    """A column of the file beside the field that says what it is."""

    look: ColumnLook
    field: BoundField


class MatchForm(forms.Form):
    """Which column of ours each of the file's is; how its days are written, and its yes and no.

    A question about days or words is asked for the columns as they are matched at the moment: as they were sent, else
    as they were guessed or remembered.
    """

    def __init__(self, *args: Any, held: Spreadsheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.look, self.columns = look_of(held), columns_of(held)
        self.known = reading_of(held)
        choices = [LEFT_OUT, *((name, self._called(name)) for name in self.columns.names)]
        for position, column in enumerate(self.look.columns):
            self.fields[f"column_{position}"] = forms.ChoiceField(
                required=False,
                label=column.heading or f"Column {position + 1}, which has no name",
                choices=choices,
                initial=self.known.columns[position],
            )
        self._ask(self._chosen())

    def _called(self, name: str) -> str:
        needed = " (every row needs it)" if name in self.columns.needed else ""
        return f"{said(name).capitalize()}{needed}"

    def _chosen(self) -> list[str]:
        names = [f"column_{position}" for position in range(len(self.look.columns))]
        if not self.is_bound:
            return self.known.columns
        return [value if (value := self.data.get(name, "")) in self.columns.names else "" for name in names]

    def _ask(self, chosen: list[str]) -> None:
        """Have a field for each question that is open."""
        possible = orders_under(self.look, chosen, self.columns)
        if possible is not None:
            plain = next(iter(possible)) if len(possible) == 1 else ""
            self.fields["order"] = forms.ChoiceField(
                required=False,
                label="How are the days written?",
                widget=forms.RadioSelect,
                choices=ORDERS,
                initial=self.known.order or plain,
                help_text=_about_days(possible),
            )
        for name in self.columns.words:
            if name in self.columns.needed and name not in chosen:
                self.fields[f"same_{name}"] = forms.ChoiceField(
                    required=False,
                    label=f"{said(name).capitalize()} of every row",
                    choices=[
                        ("", "Choose"),
                        *((word, said(word).capitalize()) for word in self.columns.words[name]),
                    ],
                    initial=self.known.same.get(name, ""),
                    help_text="The file has no column for it, and every row needs it.",
                )
        for position, word in enumerate(words_under(self.look, chosen, self.columns)):
            known = self.known.words.get(word)
            self.fields[f"word_{position}"] = forms.ChoiceField(
                required=False,
                label=f"What does “{word}” mean?",
                choices=[("", "Choose"), *MEANINGS],
                initial="" if known is None else known or "unknown",
            )

    @property
    def matched(self) -> Iterator[Matched]:
        """The columns of the file with their fields."""
        for position, look in enumerate(self.look.columns):
            yield Matched(look, self[f"column_{position}"])

    @property
    def questions(self) -> Iterator[BoundField]:
        """The fields that ask what cannot be told from the file."""
        return (self[name] for name in self.fields if not name.startswith("column_"))

    def reading(self) -> Reading:
        """What was said."""
        words = words_under(self.look, self._chosen(), self.columns)
        meant = {word: self.cleaned_data.get(f"word_{position}", "") for position, word in enumerate(words)}
        return Reading(
            columns=self._chosen(),
            order=self.cleaned_data.get("order", ""),
            words={word: "" if said == "unknown" else said for word, said in meant.items() if said},
            same={
                name: value
                for name in self.columns.words
                if (value := self.cleaned_data.get(f"same_{name}", ""))
            },
        )

    def refuse(self, refusal: Refused) -> None:
        """Say it beside the input at fault."""
        self.add_error(refusal.field if refusal.field in self.fields else None, refusal.sentence)


def _about_days(possible: set[str]) -> str:
    if not possible:
        return (
            "Some days of the file can only be read one way and some only the other: those will be rejected."
        )
    if len(possible) == 1:
        return "The file itself shows it: some of its days could not be read the other way."
    return "Every day of the file could be read either way, so nobody but you can know."
