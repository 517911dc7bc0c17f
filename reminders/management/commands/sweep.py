from collections import Counter
from typing import Any

from django.core.management.base import CommandParser

from clinic.management.base import VerbCommand
from clinic.models import Clinic
from reminders.desk import sweeping


class Command(VerbCommand):
    help = "Work out standings and flags that are due, and plan prompts; for one clinic or for all."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read --clinic and --now."""
        parser.add_argument("--clinic", metavar="SLUG", help="only this clinic")
        self.add_now_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep, and print what was found."""
        now = self.moment(options)
        clinics = [self.clinic(options["clinic"])] if options["clinic"] else list(Clinic.objects.all())
        total: Counter[str] = Counter(
            examined=0,
            changed=0,
            flags_opened=0,
            flags_closed=0,
            prompts_planned=0,
            tasks_escalated=0,
        )
        for clinic in clinics:
            total.update(sweeping.sweep(clinic, now))
        self.finish(dict(total))
