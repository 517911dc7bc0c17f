"""What a client's pages show, read in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from attendance.directory.models import Meeting
from attendance.directory.naming import when_text
from attendance.register import calendars, meeting_choices, meeting_plans
from attendance.register.models import Attendance, CheckIn, PlannedMeeting, Source
from clinic import clock
from clinic.actors import ActorKind
from clinic.models import Client, Purpose
from clinic.weeks import DAY, WEEK
from reminders.contacts.models import Introduction
from reminders.links import question
from reminders.links.opening import under_way
from reminders.links.question import day_text, near_text, week_text
from reminders.links.suggesting import Offer, Why, suggest
from reminders.prompts.ladder import Step
from reminders.prompts.models import SignedLink
from reminders.worklist.models import TaskKind

WEEKS_SHOWN = 4
MOST_TOLD = 10


@dataclass(frozen=True, slots=True)
class Time:
    """A meeting's next holding, in words of its own time zone."""

    name: str
    when: str
    why: str
    fellowship: str
    place: str
    online: str
    phone: str


@dataclass(frozen=True, slots=True)
class Told:
    """Something the client has told us by a link; field and pk say how to take it back, where that may be."""

    sentence: str
    field: str = ""
    pk: int | None = None


@dataclass(frozen=True, slots=True)
class ClientPage:
    """A client's page.

    contact: the first name of who can go along, or empty. week: the one asked about. asks_first: the
    message asked about the week. planned, chosen: the dates on which they mean to go, and the meetings
    they go to from now on, in words. calendar: what there is for their own calendar. expects_call: it said
    that the contact will ring. rung_on: the day on which the client asked to be rung, while somebody has
    still to do it.
    """

    first_name: str
    week: str
    asks_first: bool
    expects_call: bool
    another_way: bool
    planned: list[str]
    chosen: list[str]
    calendar: calendars.Offer
    times: list[Time]
    contact: str
    told: list[Told]
    rung_on: str
    stopped: bool


@dataclass(frozen=True, slots=True)
class WentPage:
    """What to choose from when a client went: days by value and words, meetings by id and words."""

    days: list[tuple[str, str, str]]
    meetings: list[tuple[int, str]]


def week_of_link(link: SignedLink) -> date:
    """The first day of the week that 'I did not go' is about."""
    clinic = link.clinic
    prompt = link.prompt
    return question.week_asked(
        Step(prompt.step), prompt.run, link.made_at, clinic.time_zone, clinic.week_starts_on
    )


def introduction_of(client: Client) -> Introduction | None:
    """The introduction a client has under way, if its contact may be named."""
    live = client.introductions.filter(ended_at__isnull=True)
    held = live.select_related("contact", "consent").first()
    return held if held is not None and under_way(held, held.contact) else None


def client_page(link: SignedLink, now: datetime) -> ClientPage:
    """All that a client's page shows at an aware moment."""
    client = link.client
    today = clock.local_date(now, link.clinic.time_zone)
    introduction = introduction_of(client)
    contact = introduction.contact if introduction is not None else None
    name = contact.first_name if contact is not None else ""
    another_way = link.prompt.step == Step.ANOTHER_WAY
    suggestions = suggest(client, contact, now, another_way)
    rung = client.keyworker_tasks.filter(kind=TaskKind.RING_ME, about="", done_at__isnull=True).first()
    return ClientPage(
        first_name=client.first_name,
        week=week_text(week_of_link(link)),
        asks_first=link.prompt.step == Step.CHECK_IN,
        expects_call=link.prompt.step == Step.EXPECT_A_CALL and contact is not None,
        another_way=another_way,
        planned=[_planned(one, starts, today) for one, starts in meeting_plans.ahead(client, now)],
        chosen=[
            f"{one.meeting.name}, {when_text(one.meeting)}"
            for one in meeting_choices.chosen_as_seen(client)
            if one.meeting.is_offered
        ],
        calendar=calendars.offer(client, now),
        times=[_time(offer, name, now, link.clinic.time_zone) for offer in suggestions.times],
        contact=name,
        told=_told(client, today),
        rung_on=day_text(clock.local_date(rung.raised_at, link.clinic.time_zone)) if rung is not None else "",
        stopped=not client.consents.filter(purpose=Purpose.PROMPTS, revoked_at__isnull=True).exists(),
    )


def went_page(link: SignedLink, now: datetime) -> WentPage:
    """What to choose from when a client went, at an aware moment."""
    client = link.client
    today = clock.local_date(now, link.clinic.time_zone)
    introduction = introduction_of(client)
    suggestions = suggest(client, introduction.contact if introduction is not None else None, now)
    first_intake_on = client.episodes.order_by("intake_on").values_list("intake_on", flat=True)[0]
    days = question.days_to_choose(today, first_intake_on)
    return WentPage(
        days=[
            (day.isoformat(), "Today" if day == today else f"{day:%a}", f"{day.day} {day:%b}") for day in days
        ],
        meetings=[(meeting.pk, _label(meeting)) for meeting in suggestions.known],
    )


def told_attendances(client: Client, today: date) -> list[Attendance]:
    """The meetings of the last two weeks that the client told us of by a link, the latest first."""
    return list(
        client.attendances.filter(
            voided_at__isnull=True,
            attended_on__gte=today - question.DAYS_BACK * DAY,
            reports__source=Source.CLIENT,
            reports__reported_by=ActorKind.CLIENT.value,
        )
        .select_related("meeting")
        .order_by("-attended_on", "-pk")
    )


def told_check_ins(client: Client, today: date) -> list[CheckIn]:
    """The weeks, of the last few, that the client told us by a link they did not go in, the latest first."""
    return list(
        client.checkins.filter(
            voided_at__isnull=True,
            week__gte=today - WEEKS_SHOWN * WEEK,
            source=Source.CLIENT,
            recorded_by=ActorKind.CLIENT.value,
        ).order_by("-week")
    )


def _told(client: Client, today: date) -> list[Told]:
    found = []
    for attendance in told_attendances(client, today):
        where = f", {attendance.meeting.name}" if attendance.meeting is not None else ""
        sentence = f"You went on {day_text(attendance.attended_on)}{where}."
        # What somebody else has reported as well is no longer the client's alone to take back.
        found.append(Told(sentence, "attendance", attendance.pk) if attendance.self_only else Told(sentence))
    for check_in in told_check_ins(client, today):
        found.append(Told(f"You did not go in {week_text(check_in.week)}.", "check_in", check_in.pk))
    return found[:MOST_TOLD]


def _planned(planned: PlannedMeeting, starts: datetime | None, today: date) -> str:
    at = f", {starts:%H:%M}" if starts is not None else ""
    return f"{planned.meeting.name}, {near_text(planned.held_on, today)}{at}"


def _time(offer: Offer, contact: str, now: datetime, time_zone: str) -> Time:
    meeting, starts = offer.meeting, offer.held.starts
    why = {
        Why.BEEN: "You have been here.",
        Why.CHOSEN: "You chose this one.",
        Why.CONTACT_GOES: f"{contact} goes here.",
    }
    when = f"{near_text(starts.date(), now.astimezone(starts.tzinfo).date())}, {starts:%H:%M}"
    if meeting.time_zone != time_zone:
        when = f"{when} ({meeting.time_zone.rpartition('/')[2].replace('_', ' ')} time)"
    place = [part for part in (meeting.location, meeting.address or meeting.city) if part]
    web = meeting.conference_url if meeting.conference_url.startswith(("https://", "http://")) else ""
    return Time(
        name=meeting.name,
        when=when,
        why=why.get(offer.why, ""),
        fellowship=meeting.fellowship.name,
        place=", ".join(place),
        online=web,
        phone=meeting.conference_phone,
    )


def _label(meeting: Meeting) -> str:
    if meeting.day is None or meeting.starts_at is None:
        return meeting.name
    return f"{meeting.name}, {meeting.get_day_display()} {meeting.starts_at:%H:%M}"
