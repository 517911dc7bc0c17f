from typing import Any

from django.core.management.base import CommandParser

from clinic.errors import Refused
from clinic.management.base import VerbCommand
from reminders import channels
from reminders.prompts import outbox


class Command(VerbCommand):
    help = "Send the prompts that are due."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read --now and --limit."""
        self.add_now_argument(parser)
        parser.add_argument("--limit", type=int, help="at most so many")

    def handle(self, *args: Any, **options: Any) -> None:
        """Send, and print what became of how many."""
        limit = options["limit"]
        if limit is not None and limit < 1:
            raise Refused(f"--limit is {limit}: at least 1.")
        self.finish(outbox.send_all(channels.configured(), lambda: self.moment(options), limit))
