"""Prints the standing of every client of a clinic."""

import csv
from typing import Any

from django.core.management.base import CommandParser

from attendance.reports.standings import judged_on
from clinic.management.base import VerbCommand, day


class Command(VerbCommand):
    help = "Print every client's standing as CSV, by reference, on a day: today unless named."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--clinic", required=True, metavar="SLUG")
        parser.add_argument("--on", type=day, metavar="DATE", help="a date of the clinic, YYYY-MM-DD")
        self.add_now_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        clinic = self.clinic(options["clinic"])
        writer = csv.writer(self.stdout, lineterminator="\n")
        writer.writerow(["reference", "standing", "missed_weeks", "flagged", "reason"])
        for line in judged_on(clinic, options["on"] or self.today(clinic, options)):
            flagged = "yes" if line.flagged else "no"
            writer.writerow([line.reference, line.standing, line.missed_weeks, flagged, line.reason])
