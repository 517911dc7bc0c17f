"""The first morning of a clinic: its policy, its staff, its programmes, the meetings near by, its contacts."""

from __future__ import annotations

from datetime import datetime, time
from random import Random

from attendance.directory import mending, overlay
from attendance.directory.feeds import parser_of
from attendance.directory.fellowships import fellowship_named
from attendance.directory.kinds import AttendanceOption, FeedFormat
from attendance.directory.models import Meeting
from attendance.directory.upkeep.importing import import_feed
from clinic import clock, intake
from clinic.actors import Actor
from clinic.models import Clinic, Role, User, WeekDay
from clinic.setup import add_staff, set_up_clinic
from clinic.weeks import DAY, add_months
from reminders.contacts import introducing
from reminders.contacts.models import LocalContact
from reminders.demo import lists
from reminders.demo.cast import PASSWORD, STAFF, Colleague, House
from reminders.demo.clockwork import Clockwork
from reminders.demo.life import Calendar, workday_from
from reminders.demo.post import Carrier
from reminders.demo.stage import Stage
from reminders.prompts import hours

MONTHS = 9
BY = Actor.command("make_demo")


def open_doors(house: House, clockwork: Clockwork, carrier: Carrier, seed: int) -> Stage:
    """Set a clinic up as of nine months before the present, with sending turned on from the first day."""
    zone = str(house.settings["time_zone"])
    today = clock.local_date(clockwork.present, zone)
    begins = workday_from(add_months(today, -MONTHS))
    morning = hours.local_moment(begins, time(8), zone)
    clinic, _ = set_up_clinic(slug=house.slug, settings=house.settings, by=BY, now=morning)
    staff = [(_employ(one, clinic, morning), one) for one in STAFF if house.slug in dict(one.roles)]
    lead = next(user for user, one in staff if one.username == house.safeguarding_lead)
    clinic, _ = set_up_clinic(
        slug=house.slug, settings={"safeguarding_lead": lead}, sending=True, by=BY, now=morning
    )
    meetings = read_lists(zone, 1, morning)
    _know_better(clinic, meetings, next(user for user, _ in staff), morning)
    return Stage(
        house=house,
        clinic=clinic,
        calendar=Calendar(begins, today, clinic.weekly_policy),
        clockwork=clockwork,
        carrier=carrier,
        rng=Random(f"{seed} {house.slug}"),  # noqa: S311  (a story, no secret)
        keyworkers=[user for user, one in staff if dict(one.roles)[house.slug] is Role.KEYWORKER],
        programmes=[
            intake.programme_named(clinic, programme.name, programme.twelve_step_based)
            for programme in house.programmes
        ],
        meetings=meetings,
        contacts=_contacts(house, clinic, meetings, morning),
    )


def _employ(colleague: Colleague, clinic: Clinic, now: datetime) -> User:
    """Give a colleague their role, with the demonstration's password the first time."""
    new = not User.objects.filter(username=colleague.username).exists()
    user, _ = add_staff(
        username=colleague.username,
        clinic=clinic,
        role=dict(colleague.roles)[clinic.slug],
        password=PASSWORD if new else None,
        first_name=colleague.first_name,
        last_name=colleague.last_name,
        email=colleague.email,
        by=BY,
        now=now,
    )
    return user


def read_lists(time_zone: str, edition: int, now: datetime) -> dict[str, Meeting]:
    """Take the lists of a time zone into the directory as published then; the meetings by slug."""
    names = []
    for (name, fellowship, zone), content in lists.feeds(edition).items():
        if zone == time_zone:
            names.append(name)
            import_feed(
                parsed=parser_of(FeedFormat.MEETING_GUIDE)(content),
                feed_name=name,
                fellowship_name=fellowship,
                format=FeedFormat.MEETING_GUIDE,
                time_zone=zone,
                by=BY,
                now=now,
            )
    return {meeting.slug: meeting for meeting in Meeting.objects.shared().filter(feed__name__in=names)}


def _know_better(clinic: Clinic, meetings: dict[str, Meeting], user: User, now: datetime) -> None:
    """What the staff know and no list tells: a side door, and a meeting that is in none of them."""
    by = Actor.staff(user)
    known = min(meetings.values(), key=lambda meeting: meeting.slug)
    values = {name: getattr(known, name) for name in overlay.EDITABLE}
    notes = "Use the side door: the front is locked by half past."
    mending.mend_meeting(
        clinic=clinic, meeting=known, values=values | {"location_notes": notes}, by=by, now=now
    )
    mending.add_meeting(
        clinic=clinic,
        fellowship="Recovery Dharma",
        values={
            "name": "Sunday Sitting",
            "day": WeekDay.SUNDAY,
            "starts_at": time(17),
            "ends_at": time(18, 15),
            "attendance_option": AttendanceOption.IN_PERSON,
            "types": ["O", "MED"],
            "location": f"The room above {known.location}",
            "address": known.address,
            "city": known.city,
            "region": known.region,
            "latitude": known.latitude,
            "longitude": known.longitude,
        },
        by=by,
        now=now,
    )


def _contacts(
    house: House, clinic: Clinic, meetings: dict[str, Meeting], now: datetime
) -> list[LocalContact]:
    found = []
    for known in house.contacts:
        contact = introducing.add_contact(
            clinic=clinic,
            first_name=known.first_name,
            fellowship=fellowship_named(known.fellowship),
            mobile=known.mobile,
            area=known.area,
            can_ring=known.can_ring,
            agreed_on=clock.local_date(now, clinic.time_zone) - 3 * DAY,
            meetings=[meetings[slug] for slug in known.meetings],
            by=BY,
            now=now,
        )
        found.append(contact)
    return found
