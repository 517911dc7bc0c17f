"""What all commands share: an injected moment, one JSON object at the end, and sentences for faults."""

import argparse
import json
import sys
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error as DatabaseFault
from django.db import connection

from clinic import checks, clock
from clinic.errors import Refused
from clinic.models import Clinic

NO_TABLES = "The database has no tables yet: run `python manage.py migrate` first."


def day(text: str) -> date:
    """A date written YYYY-MM-DD, for argparse."""
    try:
        return checks.iso_date(text)
    except Refused as refusal:
        raise argparse.ArgumentTypeError(refusal.sentence) from refusal


def instant(text: str) -> datetime:
    """An aware instant from ISO 8601, for argparse."""
    try:
        return clock.instant(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _has_tables() -> bool:
    """Whether the database was ever set up; one that cannot even be asked says itself what it lacks."""
    try:
        return Clinic._meta.db_table in connection.introspection.table_names()
    except DatabaseFault:
        return True


class VerbCommand(BaseCommand):
    """A command around a verb.

    It exits 0 when all went in, 1 when some input was rejected, 2 when nothing could be done.
    """

    requires_migrations_checks = False

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Django's parser, without abbreviated options: adding one never changes what an old script means."""
        kwargs.setdefault("allow_abbrev", False)
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        # So that a wrong option raises, and is told in one line, where argparse would print the usage too.
        parser.called_from_command_line = None
        return parser

    def run_from_argv(self, argv: list[str]) -> None:
        """Run from the command line; a wrong option is one line on stderr and exit 2."""
        try:
            super().run_from_argv(argv)
        except CommandError as error:
            if "--traceback" in argv:
                raise
            self.stderr.write(str(error))
            sys.exit(2)

    def add_now_argument(self, parser: CommandParser) -> None:
        """Add --now; without it the present is the clock's."""
        parser.add_argument("--now", type=instant, help="the present, as ISO 8601 with an offset or Z")

    def moment(self, options: dict[str, Any]) -> datetime:
        """The present as given, else the clock's."""
        given: datetime | None = options.get("now")
        return given if given is not None else clock.now()

    def today(self, clinic: Clinic, options: dict[str, Any]) -> date:
        """The clinic's calendar date at the present."""
        return clock.local_date(self.moment(options), clinic.time_zone)

    def clinic(self, slug: str) -> Clinic:
        """The clinic of that slug; raises Refused where there is none."""
        found = Clinic.objects.filter(slug=slug).first()
        if found is None:
            raise Refused(f"There is no clinic {slug!r}.")
        return found

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run, and turn what a verb refused into one line on stderr and exit 2."""
        try:
            return super().execute(*args, **options)
        except Refused as refusal:
            raise CommandError(refusal.sentence, returncode=2) from refusal
        except CommandError as error:
            error.returncode = 2
            raise
        except OSError as error:
            told = f"{error.filename}: {error.strerror}" if error.filename and error.strerror else str(error)
            raise CommandError(told, returncode=2) from error
        except DatabaseFault as error:
            told = " ".join(str(error).split()) if _has_tables() else NO_TABLES
            raise CommandError(told, returncode=2) from error
        except UnicodeError as error:
            raise CommandError(" ".join(str(error).split()), returncode=2) from error

    def finish(self, summary: dict[str, Any], rejected: int = 0) -> None:
        """Print the summary as the last line; exit 1 where some input was rejected."""
        self.stdout.write(json.dumps(summary, default=str))
        if rejected:
            self.stdout.flush()
            sys.exit(1)
