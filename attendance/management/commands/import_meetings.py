"""Bring the meetings of one feed up to date."""

from typing import Any

from django.core.management.base import CommandParser

from attendance.directory.kinds import FeedFormat
from attendance.directory.upkeep import addresses
from attendance.directory.upkeep.fetching import Fetched, read_whole
from attendance.directory.upkeep.importing import ImportSummary, TooManyLeaving, import_feed
from attendance.directory.upkeep.rereading import read_list
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.management.base import VerbCommand


class Command(VerbCommand):
    help = "Reads a published list of meetings into the directory. Meetings that left the list are closed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", help="a file, or an http or https address")
        parser.add_argument("--format", required=True, choices=FeedFormat.values)
        parser.add_argument(
            "--formats",
            metavar="SOURCE",
            help="what a bmlt server answers to GetFormats: a file or an address",
        )
        parser.add_argument(
            "--feed", metavar="NAME", help="the feed to match meetings within (default: SOURCE)"
        )
        parser.add_argument("--fellowship", required=True, metavar="NAME")
        parser.add_argument("--time-zone", required=True, metavar="ZONE", help="for meetings that state none")
        parser.add_argument(
            "--dry-run", action="store_true", help="count what would change, and change nothing"
        )
        parser.add_argument(
            "--accept-closing",
            action="store_true",
            help="close the meetings that left, even if they are most of the feed",
        )
        self.add_now_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["formats"] and options["format"] != FeedFormat.BMLT:
            raise Refused(
                "--formats goes with --format bmlt: other feeds refer to no list of formats.", "formats"
            )
        source, formats_source = options["source"], options["formats"] or ""
        formats = read_whole(formats_source) if formats_source else Fetched(b"")
        fetched = read_whole(source)
        validators = {source: fetched.validators, formats_source: formats.validators}
        stated = {
            # The name is read by everybody, a password in the address by nobody.
            "feed_name": addresses.open_to_all(source) if options["feed"] is None else options["feed"],
            "fellowship_name": options["fellowship"],
            "format": FeedFormat(options["format"]),
            "time_zone": options["time_zone"],
        }
        summary = self._import(
            parsed=read_list(fetched.content, formats.content, **stated),
            **stated,
            by=Actor.command("import_meetings"),
            now=self.moment(options),
            source=source,
            formats_source=formats_source,
            validators={addresses.normal(at): told for at, told in validators.items() if told},
            dry_run=options["dry_run"],
            accept_closing=options["accept_closing"],
        )
        self.finish(summary.as_json(), summary.rejected)

    @staticmethod
    def _import(**stated: Any) -> ImportSummary:
        """Take it in; where most of it would close, the refusal names the option that says that somebody has looked."""
        try:
            return import_feed(**stated)
        except TooManyLeaving as refusal:
            raise Refused(f"{refusal.sentence} With --accept-closing they are.") from refusal
