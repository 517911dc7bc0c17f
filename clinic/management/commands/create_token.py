"""Makes a token with which another system speaks for a clinic."""

from typing import Any

from django.core.management.base import CommandParser

from clinic.actors import Actor
from clinic.management.base import VerbCommand
from clinic.setup import make_token


class Command(VerbCommand):
    help = "Make a token for the API and print it, this once: only its digest is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="which system it is for")
        parser.add_argument("--clinic", required=True, metavar="SLUG")
        parser.add_argument("--read-only", action="store_true")
        self.add_now_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        token = make_token(
            name=options["name"],
            clinic=self.clinic(options["clinic"]),
            read_only=options["read_only"],
            by=Actor.command("create_token"),
            now=self.moment(options),
        )
        self.finish(
            {
                "name": options["name"],
                "clinic": options["clinic"],
                "read_only": options["read_only"],
                "token": token,
            }
        )
