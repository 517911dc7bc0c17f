"""The form that asks for a list: where it is from, and what it is a list of."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from attendance.directory.fellowships import names_on_offer
from attendance.directory.kinds import FeedFormat
from attendance.directory.models import FEED_NAME_LIMIT, FELLOWSHIP_NAME_LIMIT, Feed
from attendance.directory.upkeep import addresses, previewing
from attendance.directory.upkeep.previewing import About, Given
from clinic import uploads
from clinic.access import Viewer
from clinic.errors import Refused
from clinic.zones import time_zones

# What the verbs call an input, where the form calls it otherwise.
FIELDS = {"feed": "name", "formats": "formats_file"}
A_FILE = {"hx-preserve": "true"}


class ListForm(forms.Form):
    """Which list, and what it is a list of. feed: the one that is read again, from elsewhere or otherwise."""

    file = forms.FileField(
        required=False,
        allow_empty_file=True,
        label="A file",
        help_text="JSON, CSV or a workbook (xlsx), up to 50 MB.",
        widget=forms.FileInput(attrs=A_FILE),
    )
    url = forms.CharField(
        required=False,
        label="Or an address on the web",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        help_text="It is read again every night.",
    )
    fellowship = forms.CharField(
        max_length=FELLOWSHIP_NAME_LIMIT,
        widget=forms.TextInput(attrs={"list": "fellowships", "autocomplete": "off"}),
        help_text="Whose meetings these are.",
    )
    time_zone = forms.CharField(
        max_length=64,
        widget=forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off"}),
        help_text="For meetings that state none.",
    )
    name = forms.CharField(
        required=False,
        max_length=FEED_NAME_LIMIT,
        label="Name of the list",
        help_text="Short: it is shown with every meeting. Left empty, it is named after its file or its host.",
    )
    format = forms.ChoiceField(
        required=False, choices=[("", "Find out by itself"), *FeedFormat.choices], label="Format"
    )
    formats_file = forms.FileField(
        required=False, label="Its formats, a file", widget=forms.FileInput(attrs=A_FILE)
    )
    formats_url = forms.CharField(
        required=False,
        label="Or their address",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        help_text="That of the list, with GetFormats in the place of GetSearchResults.",
    )

    def __init__(
        self, *args: Any, viewer: Viewer, feed: Feed | None, too_large: frozenset[str], **kwargs: Any
    ) -> None:
        self.feed, self.too_large = feed, too_large
        self.fellowships, self.time_zones = names_on_offer(viewer.clinic), sorted(time_zones())
        super().__init__(*args, **kwargs)
        self.initial["time_zone"] = viewer.clinic.time_zone
        if feed is not None:
            self.initial.update(
                fellowship=feed.fellowship.name, time_zone=feed.time_zone, name=feed.name, format=feed.format
            )
            self.fields["name"].disabled = True
            self.fields["name"].help_text = ""
            if addresses.is_address(feed.source):
                self.fields[
                    "url"
                ].help_text = f"Left empty, it is read from {addresses.shown(feed.source)} as before."
            if addresses.is_address(feed.formats_source):
                self.fields[
                    "formats_url"
                ].help_text = f"Left empty, it is {addresses.shown(feed.formats_source)} as before."

    def clean(self) -> dict[str, Any]:
        """One source, and one for the formats at most."""
        values: dict[str, Any] = self.cleaned_data
        for name in self.too_large & self.fields.keys():
            self.add_error(name, uploads.TOO_LARGE)
        for file, url in (("file", "url"), ("formats_file", "formats_url")):
            if values.get(file) is not None and values.get(url):
                self.add_error(url, "Give a file or an address, not both.")
        known = self.feed is not None and addresses.is_address(self.feed.source)
        if not (known or values.get("file") is not None or values.get("url") or "file" in self.too_large):
            self.add_error("file", "Choose a file, or give an address.")
        return values

    def given(self) -> Given:
        """The list. Raises Refused where its address does not answer."""
        return self._read("file", "url", self.feed.source if self.feed is not None else "")

    def formats(self) -> Given | None:
        """What a BMLT server says of its formats, where that was given or is known. Raises Refused."""
        known = self.feed.formats_source if self.feed is not None else ""
        known = (
            known if addresses.is_address(known) and self.cleaned_data["format"] == FeedFormat.BMLT else ""
        )
        if self.cleaned_data["formats_file"] is None and not (self.cleaned_data["formats_url"] or known):
            return None
        return self._read("formats_file", "formats_url", known)

    def _read(self, file: str, url: str, known: str) -> Given:
        sent: UploadedFile | None = self.cleaned_data[file]
        if sent is not None:
            return previewing.uploaded(sent.read(), sent.name or "")
        return previewing.fetched(self.cleaned_data[url] or known, url)

    def about(self) -> About:
        """What is said of it."""
        chosen = self.cleaned_data["format"]
        return About(
            fellowship=self.cleaned_data["fellowship"],
            time_zone=self.cleaned_data["time_zone"].strip(),
            name=self.cleaned_data["name"],
            format=FeedFormat(chosen) if chosen else None,
        )

    def refuse(self, refusal: Refused) -> None:
        """Say it beside the input at fault; where none is named, the list itself is."""
        name = FIELDS.get(refusal.field, refusal.field)
        source = "url" if self.cleaned_data.get("file") is None else "file"
        self.add_error(name if name in self.fields else source, refusal.sentence)
