"""Prints the weeks of one client."""

import csv
from typing import Any

from django.core.management.base import CommandParser

from attendance.standing.reading import facts_of
from attendance.standing.rule import weeks
from clinic.lookup import client_by_reference
from clinic.management.base import VerbCommand, day


class Command(VerbCommand):
    help = "Print a client's weeks as CSV, from the week of intake to that of a day: today unless named."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--clinic", required=True, metavar="SLUG")
        parser.add_argument("--client", required=True, metavar="REFERENCE")
        parser.add_argument("--on", type=day, metavar="DATE", help="a date of the clinic, YYYY-MM-DD")
        self.add_now_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        clinic = self.clinic(options["clinic"])
        client = client_by_reference(clinic, options["client"])
        on = options["on"] or self.today(clinic, options)
        facts = facts_of([client.pk], on)[client.pk]
        writer = csv.writer(self.stdout, lineterminator="\n")
        writer.writerow(["week", "outcome", "meetings"])
        for week in weeks(clinic.weekly_policy, facts, on):
            writer.writerow([week.starts_on, week.outcome, week.meetings])
