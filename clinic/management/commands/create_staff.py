"""Gives somebody a role in a clinic, making the user where new."""

import sys
from typing import Any

from django.core.management.base import CommandParser

from clinic.actors import Actor
from clinic.errors import Refused
from clinic.management.base import VerbCommand
from clinic.models import Role
from clinic.setup import add_staff


class Command(VerbCommand):
    help = "Give somebody a role in a clinic; again with another clinic or role adds that one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--clinic", required=True, metavar="SLUG")
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--first-name", default="", metavar="NAME", help="messages are signed with it")
        parser.add_argument("--last-name", default="", metavar="NAME")
        parser.add_argument(
            "--email", default="", metavar="ADDRESS", help="where an administrator is told of lists that fail"
        )
        parser.add_argument(
            "--password-stdin", action="store_true", help="read a password, one line, from standard input"
        )
        self.add_now_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        user, changed = add_staff(
            username=options["username"],
            clinic=self.clinic(options["clinic"]),
            role=Role(options["role"]),
            first_name=options["first_name"],
            last_name=options["last_name"],
            email=options["email"],
            password=_line_of_stdin() if options["password_stdin"] else None,
            by=Actor.command("create_staff"),
            now=self.moment(options),
        )
        self.finish(
            {
                "username": user.get_username(),
                "clinic": options["clinic"],
                "role": options["role"],
                "changed": changed,
            }
        )


def _line_of_stdin() -> str:
    try:
        line = sys.stdin.readline().rstrip("\r\n")
        # Some locales let any byte through, as half a character that is none.
        line.encode()
    except UnicodeError as error:
        raise Refused("The password on standard input is not written in UTF-8.", "password") from error
    if not line:
        raise Refused("No password came on standard input.", "password")
    return line
