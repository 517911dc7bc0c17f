"""A clinic that writes to its clients, and the messages that come of it: the only place where links exist."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from django.apps import apps

from attendance.directory.fellowships import fellowship_named
from attendance.directory.kinds import AttendanceOption
from attendance.directory.models import Meeting
from clinic import setup
from clinic.intake import Person, take_in
from clinic.models import Client, Clinic
from reminders.channels.file import FileChannel
from reminders.contacts.models import Introduction, LocalContact
from reminders.desk.sweeping import sweep
from reminders.prompts import outbox
from tests import cast
from tests.cast import BY
from tests.reminders import telling

FIRST = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
CAME = datetime(2026, 1, 7, 12, 0, tzinfo=UTC)
CRISIS = "Helpline 01632 960999\nIn danger: 999"
SAM, JOE, ALEX = "+447700900111", "+447700900222", "+447700900333"
LINK = re.compile(r"http://testserver(/l/\S+/)")

# Sam came on Wednesday 7 January 2026; the first week that counts starts on Monday 26 January.
FIRST_STEPS = datetime(2026, 1, 10, 11, 0, tzinfo=UTC)
CHECK_IN = datetime(2026, 2, 1, 18, 30, tzinfo=UTC)
ENCOURAGE = datetime(2026, 2, 2, 10, 0, tzinfo=UTC)
REACH_OUT = datetime(2026, 2, 9, 10, 0, tzinfo=UTC)
ANOTHER_WAY = datetime(2026, 2, 16, 10, 0, tzinfo=UTC)


def a_sending_clinic(slug: str = "riverside") -> Clinic:
    """A clinic with crisis numbers and a safeguarding lead, which has been sending from the first."""
    given = {"name": slug.capitalize(), "time_zone": "Europe/London", "crisis_numbers": CRISIS}
    clinic, _ = setup.set_up_clinic(slug=slug, settings=given, by=BY, now=FIRST, sending=True)
    clinic.safeguarding_lead = cast.a_keyworker(clinic, f"lead-{slug}")
    clinic.save()
    return clinic


def a_texted_client(
    clinic: Clinic, reference: str = "SAM-0417", first_name: str = "Sam", mobile: str = SAM
) -> Client:
    """A client who came on 7 January and agreed to texts."""
    client = take_in(
        clinic=clinic,
        reference=reference,
        intake_on=date(2026, 1, 7),
        person=Person(first_name=first_name, last_name="Madeup", mobile=mobile),
        by=BY,
        now=CAME,
    )
    telling.agrees(client, now=CAME)
    return client


def a_contact(clinic: Clinic, first_name: str = "Joe", mobile: str = JOE) -> LocalContact:
    """A local contact of Narcotics Anonymous."""
    return cast.a_contact(clinic, first_name, now=CAME, mobile=mobile)


def introduced(client: Client, contact: LocalContact) -> Introduction:
    """The client agreed that the contact may ring."""
    return telling.introduced(client, contact, now=CAME)


def a_meeting(
    name: str = "Early Risers",
    day: int = 2,
    at: str = "19:00",
    fellowship: str = "Narcotics Anonymous",
    **told: object,
) -> Meeting:
    """A weekly meeting in Leeds, by default on Wednesdays; told by the names of the model's fields."""
    given = {
        "time_zone": "Europe/London",
        "attendance_option": AttendanceOption.IN_PERSON,
        "location": "Mill Lane Hall",
        "address": "4 Mill Lane, Leeds",
        "latitude": 53.8,
        "longitude": -1.5,
    }
    return Meeting.objects.create(
        fellowship=fellowship_named(fellowship),
        slug=name.lower().replace(" ", "-")[:60],
        name=name,
        day=day,
        starts_at=time.fromisoformat(at),
        **{**given, **told},
    )


def everything() -> dict[str, list[dict[str, object]]]:
    """Every row of every table, to see whether something changed."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values()) for model in apps.get_models()
    }


@dataclass
class Post:
    """What goes out: sweeps and sends at a moment, and reads the messages as their receivers do."""

    path: Path

    def goes(self, clinic: Clinic, now: datetime) -> None:
        """Sweep the clinic and send what is due."""
        sweep(clinic, now)
        channel = FileChannel(self.path)
        outbox.send_due({"sms": channel, "email": channel}, now)

    def messages(self, to: str) -> list[str]:
        """The bodies sent to a number, in order."""
        if not self.path.exists():
            return []
        lines = [json.loads(line) for line in self.path.read_text(encoding="utf-8").splitlines()]
        return [line["body"] for line in lines if line["to"] == to]

    def link(self, to: str) -> str:
        """The path of the link in the latest message to a number."""
        found = LINK.search(self.messages(to)[-1])
        assert found is not None
        return found[1]
