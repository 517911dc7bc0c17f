"""Form fields that several pages share."""

from datetime import date
from typing import Any

from django import forms


class DayInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class DayField(forms.DateField):
    """A calendar date, as YYYY-MM-DD."""

    widget = DayInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", ["%Y-%m-%d"])
        kwargs.setdefault("error_messages", {"invalid": "Use a date such as 2026-02-09."})
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        """The date; years of fewer than four digits are a slip of the finger."""
        day = super().to_python(value)
        if day is not None and day.year < 1900:
            raise forms.ValidationError(f"{day} is too long ago.")
        return day


class ReasonField(forms.CharField):
    """A short sentence why."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 300)
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off"}))
        super().__init__(**kwargs)
