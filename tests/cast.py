"""Made-up clinics and people, brought in through the verbs as real ones are."""

from datetime import UTC, date, datetime
from typing import Any

from django.db.models import QuerySet

from attendance.directory.fellowships import WELL_KNOWN, fellowship_named
from attendance.directory.kinds import AttendanceOption
from attendance.directory.models import Fellowship, Meeting
from clinic import setup
from clinic.actors import Actor
from clinic.intake import Intake, Person, take_in
from clinic.models import Client, Clinic, Role, User
from reminders.contacts import introducing
from reminders.contacts.models import LocalContact

# A Monday: the current week starts on it.
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
BY = Actor.command("tests")

day = date.fromisoformat


def a_clinic(slug: str, **settings: Any) -> Clinic:
    """A clinic in London, by its slug; settings by their names as well."""
    given = {"name": slug.capitalize(), "time_zone": "Europe/London", **settings}
    made, _ = setup.set_up_clinic(slug=slug, settings=given, by=BY, now=NOW)
    return made


def a_keyworker(clinic: Clinic, username: str, role: Role = Role.KEYWORKER) -> User:
    """Somebody with a role in the clinic."""
    user, _ = setup.add_staff(username=username, clinic=clinic, role=role, by=BY, now=NOW)
    return user


def an_administrator(clinic: Clinic, username: str, email: str = "") -> User:
    """Somebody who looks after the clinic's settings and lists, with an e-mail address or without."""
    user, _ = setup.add_staff(
        username=username, clinic=clinic, role=Role.ADMINISTRATOR, email=email, by=BY, now=NOW
    )
    return user


def a_client(
    clinic: Clinic, reference: str, intake_on: str = "2026-01-07", intake: Intake | None = None, **person: Any
) -> Client:
    """A client of the clinic; what is known of the person by name."""
    return take_in(
        clinic=clinic,
        reference=reference,
        intake_on=day(intake_on),
        person=Person(**person),
        intake=intake,
        by=BY,
        now=NOW,
    )


def fellowships_of_their_own() -> QuerySet[Fellowship]:
    """Those that somebody has named; the well-known ones are there from the start."""
    return Fellowship.objects.exclude(name__in=[name for name, _, _ in WELL_KNOWN])


def a_meeting(slug: str, fellowship: str = "Alcoholics Anonymous", **told: Any) -> Meeting:
    """A meeting entered by hand, by appointment unless told otherwise; its fellowship is made where it is new."""
    given = {"name": slug.capitalize(), "attendance_option": AttendanceOption.IN_PERSON, **told}
    return Meeting.objects.create(
        slug=slug, fellowship=fellowship_named(fellowship), time_zone="Europe/London", **given
    )


def a_contact(clinic: Clinic, first_name: str, now: datetime = NOW, **told: Any) -> LocalContact:
    """A group member of Narcotics Anonymous who rings clients of the clinic and goes along."""
    given = {"mobile": "+447700900333", **told}
    return introducing.add_contact(
        clinic=clinic,
        first_name=first_name,
        fellowship=fellowship_named("Narcotics Anonymous"),
        agreed_on=date(2026, 1, 5),
        by=BY,
        now=now,
        **given,
    )
