"""Makes a clinic, or changes the named settings of one."""

import argparse
import re
from datetime import time
from typing import Any

from django.core.management.base import CommandParser

from clinic.actors import Actor
from clinic.errors import Refused
from clinic.management.base import VerbCommand
from clinic.models import Clinic, User
from clinic.setup import set_up_clinic
from clinic.ways import missing

# Options that are settings of the same name.
SETTINGS = (
    *("name", "time_zone", "week_starts_on", "meetings_per_week", "settling_in_days", "lapsed_after_weeks"),
    *("track_for_months", "count_self_reports", "country", "crisis_numbers"),
    *("quiet_from", "quiet_until", "hours_between_prompts", "prompts_a_week", "organisation"),
)
# Options that are 'on' or 'off', and the setting each is.
SWITCHES = {"nudge": "nudge_on", "check_in": "check_in_on", "sundays": "send_on_sundays"}
WRITTEN_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)


def time_of_day(text: str) -> time:
    """A time written HH:MM, for argparse."""
    if WRITTEN_TIME.fullmatch(text) is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time of day such as 20:00")
    return time.fromisoformat(text)


class Command(VerbCommand):
    help = "Make a clinic, or change the named settings of an existing one; settings not named stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the clinic's short name, in addresses and commands")
        parser.add_argument("--name")
        parser.add_argument("--time-zone", metavar="ZONE", help="an IANA name such as Europe/London")
        parser.add_argument(
            "--organisation",
            metavar="NAME",
            help="who runs it: clients may be transferred to its other clinics",
        )
        parser.add_argument("--week-starts-on", type=int, choices=range(7), help="0 is Monday, 6 Sunday")
        parser.add_argument("--meetings-per-week", type=int, metavar="N")
        parser.add_argument("--settling-in-days", type=int, metavar="N")
        parser.add_argument("--lapsed-after-weeks", type=int, metavar="N")
        parser.add_argument("--track-for-months", type=int, metavar="N")
        counted = parser.add_mutually_exclusive_group()
        self_reports: dict[str, Any] = {"dest": "count_self_reports", "default": None}
        counted.add_argument(
            "--no-self-reports",
            action="store_false",
            **self_reports,
            help="count no attendance that only the client reported",
        )
        counted.add_argument("--self-reports", action="store_true", **self_reports, help="count them again")
        parser.add_argument("--country", type=str.upper, metavar="ISO2", help="how national numbers are read")
        parser.add_argument("--crisis-numbers", metavar="TEXT", help="shown on every page a client sees")
        parser.add_argument("--safeguarding-lead", metavar="USERNAME")
        parser.add_argument("--sending", choices=["on", "off"], help="on only with crisis numbers")
        parser.add_argument("--nudge", choices=["on", "off"], help="write two days before an empty week ends")
        parser.add_argument("--check-in", choices=["on", "off"], help="ask on the last evening of one")
        parser.add_argument(
            "--quiet-from", type=time_of_day, metavar="HH:MM", help="nothing is sent from then"
        )
        parser.add_argument("--quiet-until", type=time_of_day, metavar="HH:MM", help="until then, next day")
        parser.add_argument("--sundays", choices=["on", "off"], help="whether anything is sent on them")
        parser.add_argument("--hours-between-prompts", type=int, metavar="N", help="to one client, at least")
        parser.add_argument("--prompts-a-week", type=int, metavar="N", help="to one client, at most")
        self.add_now_argument(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        slug: str = options["slug"]
        settings = {name: options[name] for name in SETTINGS if options[name] is not None}
        for option, name in SWITCHES.items():
            if options[option] is not None:
                settings[name] = options[option] == "on"
        if options["safeguarding_lead"] is not None:
            settings["safeguarding_lead"] = _user(options["safeguarding_lead"])
        before = _values(slug)
        _, created = set_up_clinic(
            slug=slug,
            settings=settings,
            sending=None if options["sending"] is None else options["sending"] == "on",
            by=Actor.command("create_clinic"),
            now=self.moment(options),
        )
        if options["sending"] == "on":
            for sentence in missing():
                self.stderr.write(sentence, style_func=str)
        after = _values(slug)
        changed = [name for name in after if before[name] != after[name]]
        self.finish({"clinic": slug, "created": created, "changed": changed})


def _values(slug: str) -> dict[str, Any]:
    """The clinic's settings as they stand, or as the product ships them."""
    clinic = Clinic.objects.filter(slug=slug).first() or Clinic(slug=slug)
    fields = Clinic._meta.concrete_fields
    return {field.name: field.value_from_object(clinic) for field in fields if field.name != "id"}


def _user(username: str) -> User:
    found = User.objects.filter(username=username).first()
    if found is None:
        raise Refused(f"There is no member of staff {username!r}: make them with create_staff first.")
    return found
