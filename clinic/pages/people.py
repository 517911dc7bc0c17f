"""The fields about a person, shared by intake and by mending details."""

from typing import Any

from django import forms

from clinic import preferences
from clinic.handing_over import keyworkers
from clinic.intake import LONGEST, Person
from clinic.models import Client, Clinic, User
from clinic.pages.fields import DayField, field_of


class KeyworkerField(forms.ModelChoiceField):
    """One of the clinic's keyworkers, by name."""

    def label_from_instance(self, obj: Any) -> str:
        """The keyworker's name."""
        return str(obj)


class PreferencesForm(forms.Form):
    """What would suit somebody."""

    suits = forms.MultipleChoiceField(
        required=False,
        choices=tuple(preferences.OFFERED.items()),
        label="What would suit them",
        widget=forms.CheckboxSelectMultiple,
    )
    area = forms.CharField(
        required=False,
        max_length=80,
        label="Area",
        help_text="Where they would go: a town, a part of one, or a post code.",
    )
    within = forms.ChoiceField(required=False, label="How far from there", choices=[("", "Any distance")])
    preferences = forms.CharField(
        required=False,
        max_length=300,
        label="Anything else",
        help_text="Words with ; between, such as newcomer; Polish; NA.",
    )

    def offer_distances(self, country: str, present: str = "") -> None:
        """Let a distance be chosen as people of a country reckon it, or the one that is on record."""
        distances = dict.fromkeys([*preferences.distances(country), *([present] if present else [])])
        field = field_of(self, "within", forms.ChoiceField)
        field.choices = [("", "Any distance"), *((one, one) for one in distances)]


class PersonForm(PreferencesForm):
    """Who a client is; every field may stay empty."""

    field_order = (
        *("first_name", "last_name", "date_of_birth", "mobile", "email", "language", "keyworker"),
        *("suits", "area", "within", "preferences", "plain_wording"),
    )

    first_name = forms.CharField(required=False, max_length=LONGEST["first_name"], label="First name")
    last_name = forms.CharField(required=False, max_length=LONGEST["last_name"], label="Last name")
    date_of_birth = DayField(required=False, label="Date of birth")
    mobile = forms.CharField(
        required=False, max_length=30, label="Mobile", widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    email = forms.EmailField(required=False, label="E-mail")
    language = forms.CharField(
        required=False, max_length=LONGEST["language"], label="Language", help_text="Such as en or es."
    )
    keyworker = KeyworkerField(queryset=User.objects.none(), required=False, label="Keyworker")
    plain_wording = forms.BooleanField(
        required=False,
        label="Plain wording",
        help_text="Messages may say “meeting”. Leave empty where others may see the client's phone.",
    )

    def offer(self, clinic: Clinic, client: Client | None = None) -> None:
        """Let one of the clinic's keyworkers be chosen; and a distance as people there reckon it, or the one known."""
        within = preferences.told_apart(client.preferences).within if client is not None else ""
        self.offer_distances(clinic.country, within)
        field_of(self, "keyworker", forms.ModelChoiceField).queryset = keyworkers(clinic)


def words_of(values: dict[str, Any]) -> list[str]:
    """The preferences that a form of these fields says."""
    return preferences.words(
        values["preferences"], ticked=values["suits"], area=values["area"], within=values["within"]
    )


def told_of(words: list[str]) -> dict[str, Any]:
    """What such a form starts from where these preferences are on record."""
    held = preferences.told_apart(words)
    return {
        "suits": held.ticked,
        "area": held.area,
        "within": held.within,
        "preferences": "; ".join(held.others),
    }


def person_of(values: dict[str, Any]) -> Person:
    """What a form of these fields says of a person; an emptied text is emptied, an empty date not known."""
    return Person(
        first_name=values["first_name"].strip(),
        last_name=values["last_name"].strip(),
        date_of_birth=values["date_of_birth"],
        mobile=values["mobile"].strip(),
        email=values["email"].strip(),
        keyworker=values.get("keyworker"),
        language=values["language"].strip() or "en",
        preferences=words_of(values),
        plain_wording=values["plain_wording"],
    )
