"""What a caseload has besides its days: meetings with names, and a keyworker who can sign in."""

from __future__ import annotations

from datetime import time

from attendance.directory.kinds import AttendanceOption
from attendance.directory.models import Fellowship, Meeting
from clinic.models import Clinic, Membership, Role, User

# Each day has as many meetings, and who goes on that day goes to one of them.
MEETINGS_A_DAY = 4
NAMES = ("Lantern Street", "Sunday Best", "Rising Sun", "Under the Oak")
PASSWORD = "bench-" + "x" * 12


def name_meetings(clinic: Clinic) -> list[Meeting]:
    """Let every attendance be of a meeting of its weekday; a client goes to the same one each week."""
    fellowship, _ = Fellowship.objects.get_or_create(name="Alcoholics Anonymous", abbreviation="AA")
    meetings = [
        Meeting.objects.create(
            slug=f"{clinic.slug}-{day}-{number}",
            name=f"{NAMES[number]} {day + 1}",
            fellowship=fellowship,
            day=day,
            starts_at=time(18, 30),
            ends_at=time(20, 0),
            time_zone=clinic.time_zone,
            attendance_option=AttendanceOption.IN_PERSON,
            city="Leeds",
            location="St Oswald's Hall",
            address="1 Mill Lane, Leeds",
        )
        for day in range(7)
        for number in range(MEETINGS_A_DAY)
    ]
    clients = list(clinic.clients.values_list("pk", flat=True))
    for meeting in meetings:
        assert meeting.day is not None
        goers = clients[meetings.index(meeting) % MEETINGS_A_DAY :: MEETINGS_A_DAY]
        clinic.attendances.filter(client__in=goers, attended_on__iso_week_day=meeting.day + 1).update(
            meeting=meeting, fellowship=fellowship
        )
    return meetings


def keyworker(clinic: Clinic, name: str, password: str | None = None) -> User:
    """Somebody with a caseload; with a password they can sign in by the page."""
    user = User(username=f"{clinic.slug}-{name}")
    user.set_password(password)
    user.save()
    Membership.objects.create(clinic=clinic, user=user, role=Role.KEYWORKER)
    return user
