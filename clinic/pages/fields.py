"""Form fields that several pages share."""

from datetime import date
from typing import Any, TypeVar

from django import forms

from clinic import checks
from clinic.errors import Refused
from clinic.weeks import day_text

FieldT = TypeVar("FieldT", bound=forms.Field)


def field_of(form: forms.BaseForm, name: str, kind: type[FieldT]) -> FieldT:
    """A field of a form, as the kind of field it was declared to be."""
    field = form.fields[name]
    assert isinstance(field, kind)
    return field


def asked_day(text: object) -> date | None:
    """A day out of an address, written YYYY-MM-DD; None where it says none that could be."""
    try:
        return checks.iso_date(str(text or ""))
    except Refused:
        return None


class DayInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class DayField(forms.DateField):
    """A calendar date, as browsers send it, or in words where somebody types it."""

    widget = DayInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%d %B %Y", "%d %b %Y"])
        kwargs.setdefault("error_messages", {"invalid": "Use a date such as 9 February 2026."})
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        """The date; years of fewer than four digits are a slip of the finger."""
        day = super().to_python(value)
        if day is not None and day < checks.EARLIEST:
            raise forms.ValidationError(f"{day_text(day)} is too long ago.")
        if day is not None and day > checks.LATEST:
            raise forms.ValidationError(f"{day_text(day)} is too far ahead.")
        return day


class ReasonField(forms.CharField):
    """A short sentence why."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 300)
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off"}))
        super().__init__(**kwargs)
