"""Harbour Clinic as a story finds it: set up with the commands of an operator, before the site is started."""

from __future__ import annotations

import json
from typing import Any

from tests.browser.site import Site

PASSWORD = "quiet-harbour-lantern"
ZONE = ("--time-zone", "Europe/London")


class Harbour:
    """Made in London on a site; each story then brings in its own cast."""

    def __init__(self, site: Site, *options: str, name: str = "Harbour Clinic") -> None:
        self.site = site
        site.manage("create_clinic", "harbour", "--name", name, *ZONE, *options)

    def settles(self, *options: str) -> None:
        """Decide something about the clinic, which may need staff to be there."""
        self.site.manage("create_clinic", "harbour", *options)

    def employs(self, name: str, role: str, *options: str) -> None:
        """Give somebody a role, and the password that everybody has."""
        staff = ("create_staff", name, "--clinic", "harbour", "--role", role, "--password-stdin")
        self.site.manage(*staff, *options, stdin=PASSWORD)

    def takes_in(self, table: str, rows: str) -> None:
        """Import a table of clients, or of attendance, from CSV."""
        path = self.site.folder / f"{table}.csv"
        path.write_text(rows, encoding="utf-8")
        self.site.manage("import_csv", table, str(path), "--clinic", "harbour")

    def lists(self, meetings: list[dict[str, Any]], *options: str, fellowship: str = "NA") -> None:
        """Import a list of meetings, all of one fellowship."""
        path = self.site.folder / "meetings.json"
        path.write_text(json.dumps(meetings), encoding="utf-8")
        of = ("--format", "meeting-guide", "--fellowship", fellowship, *ZONE)
        self.site.manage("import_meetings", str(path), *of, *options)
