"""Makes the demonstration: a made-up clinic with nine months of history, and a small second one."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from clinic.errors import Refused
from clinic.management.base import VerbCommand
from reminders.demo import building
from reminders.demo.cast import HARBOUR, HOUSES, PASSWORD, STAFF


class Command(VerbCommand):
    help = "Make the made-up clinics 'harbour' and 'meadow', unless they are there; prints the sign-ins."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read --seed and --now."""
        parser.add_argument("--seed", type=int, default=1, metavar="N", help="another number, other chances")
        self.add_now_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Build or leave alone, and say how to sign in; refused outside DEBUG, for the password is published."""
        if not settings.DEBUG:
            raise Refused(
                "The demonstration's sign-ins are known to everybody: it is made only where DEBUG is 1."
            )
        summary: dict[str, Any] = {"clinic": HARBOUR.slug, "made": False}
        if building.stands():
            self._tell("The demonstration is there already: its data stay as they are.")
        else:
            built = building.build(
                seed=options["seed"],
                now=self.moment(options),
                message_file=settings.MESSAGE_FILE,
                tell=self._tell,
            )
            summary |= {
                "made": True,
                "clients": built.clients,
                "attendances": built.attendances,
                "messages": built.messages,
                "links": built.links,
            }
        self._say_how_to_sign_in()
        summary |= {
            "address": settings.BASE_URL,
            "sign_ins": [{"username": colleague.username, "password": PASSWORD} for colleague in STAFF],
        }
        self.finish(summary)

    def _tell(self, line: str) -> None:
        """A line of progress, away from what scripts read."""
        self.stderr.write(line, style_func=str)

    def _say_how_to_sign_in(self) -> None:
        names = {house.slug: house.name for house in HOUSES}
        self.stdout.write(f"\nSign in at {settings.BASE_URL} with the password {PASSWORD}\n")
        for colleague in STAFF:
            roles = ", ".join(f"{role.label.lower()} of {names[slug]}" for slug, role in colleague.roles)
            self.stdout.write(
                f"  {colleague.username:<8} {colleague.first_name} {colleague.last_name}, {roles}"
            )
        self.stdout.write("")
