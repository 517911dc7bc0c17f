"""Today as read: who of a caseload needs somebody at a moment, and what stands beside each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest

from attendance.register import pausing
from attendance.register.models import Pause
from clinic import episodes, interviews
from clinic.models import Client, Clinic, ClosedReason, InterviewKind, User
from clinic.weeks import WEEK
from reminders.contacts.models import Introduction
from reminders.desk.ranking import Place
from reminders.desk.today import SENT_SHOWN, Row, Today, page_of, waiting
from reminders.worklist import aside, tasks
from reminders.worklist.models import TaskKind
from reminders.worklist.tasks import Need
from tests.reminders import telling
from tests.reminders.telling import BY, RUN, Post, after, at, sweep, went

pytestmark = pytest.mark.django_db


def look(clinic: Clinic, now: datetime, keyworker: User | None = None) -> Today:
    """Today at a moment, of everybody or of one keyworker's clients."""
    clients = clinic.clients.all()
    caseload = clients if keyworker is None else clients.filter(keyworker=keyworker)
    return page_of(clinic, waiting(clinic, caseload, now), now)


def names(page: Today) -> list[str]:
    return [row.client.first_name for section in page.sections for row in section.rows]


def row_of(page: Today, client: Client) -> Row:
    return next(row for section in page.sections for row in section.rows if row.client == client)


def test_nobody_waits_at_first_and_an_introduction_is_due_within_days(
    harbour: Clinic, ana: Client, ben: Client
) -> None:
    sweep(harbour, at("2026-01-08 09:00"))
    page = look(harbour, at("2026-01-08 09:00"))
    assert (page.sections, page.number, page.put_aside) == ([], 0, 0)
    went(ben, "2026-01-09")
    sweep(harbour, at("2026-01-20 09:00"))
    (section,) = look(harbour, at("2026-01-20 09:00")).sections
    assert section.heading == "No first meeting yet"
    assert [(row.client, [task.kind for task in row.tasks]) for row in section.rows] == [
        (ana, [TaskKind.INTRODUCE])
    ]


def test_a_missed_week_brings_a_client_up_and_a_meeting_takes_them_off(
    harbour: Clinic, ana: Client, ben: Client, kay: User
) -> None:
    went(ben, "2026-01-27")
    sweep(harbour, after(1))
    assert names(look(harbour, after(1))) == ["Ana"]
    went(ana, "2026-02-02", after(1, "20:00"))
    assert names(look(harbour, after(1, "20:01"))) == []
    sweep(harbour, after(2))
    assert names(look(harbour, after(2))) == ["Ben"]
    assert names(look(harbour, after(2), kay)) == []


def test_a_row_holds_the_weeks_the_tasks_and_who_rings(
    harbour: Clinic, ana: Client, ana_and_joe: Introduction, post: Post
) -> None:
    sweep(harbour, after(1))
    post.sends(after(1, "10:00"))
    row = row_of(look(harbour, after(1, "11:00")), ana)
    assert [(week.outcome, week.meetings) for week in row.weeks[-2:]] == [("unknown", 0), ("open", 0)]
    assert len(row.weeks) == 5
    assert row.introduction == ana_and_joe
    assert [prompt.get_step_display() for prompt in row.sent][:1] == ["Encourage"]
    assert not row.urgent


def test_only_twelve_weeks_and_the_latest_messages_are_shown(
    harbour: Clinic, ana: Client, post: Post
) -> None:
    now = after(1)
    for missed in range(1, 9):
        now = after(missed)
        sweep(harbour, now)
        post.sends(after(missed, "10:00"))
    row = row_of(look(harbour, after(8, "11:00")), ana)
    assert len(row.weeks) == 12
    assert len(post.channel.sent) > SENT_SHOWN
    sent = [prompt.sent_at for prompt in row.sent]
    assert len(sent) == SENT_SHOWN
    assert sent == sorted(sent, key=str, reverse=True)
    much_later = at("2026-07-01 12:00")
    sweep(harbour, much_later)
    assert row_of(look(harbour, much_later), ana).sent == []


def test_a_task_alone_brings_up_somebody_who_goes_every_week(harbour: Clinic, ana: Client) -> None:
    went(ana, "2026-01-27")
    sweep(harbour, after(1))
    tasks.raise_tasks([Need(ana, TaskKind.CONFIRM_CONSENT, "Its date is missing.")], after(1))
    row = row_of(look(harbour, after(1)), ana)
    assert (row.place, [task.reason for task in row.tasks]) == (Place.OTHER, ["Its date is missing."])
    tasks.finish(task=row.tasks[0], outcome="Found the form.", by=BY, now=after(1))
    assert look(harbour, after(1)).number == 0


def test_a_flag_held_by_a_pause_is_off_and_back_with_its_run(
    harbour: Clinic, ana: Client, pauses: Callable[..., Pause]
) -> None:
    went(ana, "2026-01-13")
    sweep(harbour, after(1))
    pause = pauses(ana, "2026-02-02", "2026-02-03", after(1, "10:00"))
    assert names(look(harbour, after(1, "11:00"))) == []
    # A pause holds the flag; what somebody asked for waits all the same.
    tasks.raise_tasks([Need(ana, TaskKind.RING_ME, "Asked to be rung.")], after(1, "12:00"))
    assert names(look(harbour, after(1, "12:00"))) == ["Ana"]
    pausing.void_pause(pause=pause, by=BY, now=after(1, "13:00"))
    assert names(look(harbour, after(1, "13:00"))) == ["Ana"]
    assert ana.flags.get(closed_at__isnull=True).run == RUN


def test_what_waits_for_a_paused_client_waits_until_the_pause_ends(
    harbour: Clinic, ana: Client, ben: Client, pauses: Callable[..., Pause]
) -> None:
    went(ana, "2026-01-13")
    went(ben, "2026-01-27")
    sweep(harbour, after(1))
    kinds = [TaskKind.LAPSED, TaskKind.UNCERTAIN, TaskKind.CONFIRM_CONSENT]
    tasks.raise_tasks([Need(ana, kind, "Why.") for kind in kinds], after(1))
    pauses(ana, "2026-02-02", "2026-02-03", after(1, "10:00"))
    page = look(harbour, after(1, "11:00"))
    assert (names(page), page.paused, page.put_aside) == ([], 1, 0)
    tasks.raise_tasks([Need(ana, TaskKind.RING_ME, "Asked to be rung.")], after(1, "12:00"))
    rung = look(harbour, after(1, "12:00"))
    assert (names(rung), rung.paused) == (["Ana"], 0)
    tasks.finish(
        task=ana.keyworker_tasks.get(kind=TaskKind.RING_ME), outcome="Rang.", by=BY, now=after(1, "13:00")
    )
    sweep(harbour, at("2026-02-04 00:05"))
    back = look(harbour, at("2026-02-04 00:05"))
    assert (names(back), back.paused) == (["Ana"], 0)
    assert {task.kind for task in row_of(back, ana).tasks} >= set(kinds)


def test_somebody_paused_and_put_aside_is_counted_once(
    harbour: Clinic, ana: Client, pauses: Callable[..., Pause]
) -> None:
    tasks.raise_tasks([Need(ana, TaskKind.LAPSED, "Why.")], after(1))
    pauses(ana, "2026-02-02", "2026-02-03", after(1, "10:00"))
    aside.put_aside(
        client=ana, until=at("2026-02-05 00:00").date(), reason="Away.", by=BY, now=after(1, "10:00")
    )
    page = look(harbour, after(1, "11:00"))
    assert (page.number, page.put_aside, page.paused) == (0, 1, 0)


def test_put_aside_until_a_day_counts_and_ring_me_overrides_it(
    harbour: Clinic, ana: Client, ben: Client, kay: User
) -> None:
    sweep(harbour, after(1))
    until = at("2026-02-05 00:00").date()
    aside.put_aside(client=ana, until=until, reason="On a retreat.", by=BY, now=after(1))
    page = look(harbour, after(1))
    assert (names(page), page.put_aside, page.number) == (["Ben"], 1, 1)
    assert look(harbour, after(1), kay).put_aside == 1
    assert names(look(harbour, at("2026-02-05 00:00"))) == ["Ana", "Ben"]
    tasks.raise_tasks([Need(ana, TaskKind.RING_ME, "Asked to be rung.")], after(1, "12:00"))
    rung = look(harbour, after(1, "12:00"))
    assert (names(rung), rung.put_aside) == (["Ana", "Ben"], 0)
    assert row_of(rung, ana).urgent


def test_a_closed_client_is_nobodys_work(harbour: Clinic, ana: Client, ana_and_joe: Introduction) -> None:
    sweep(harbour, after(1))
    tasks.raise_tasks([Need(ana, TaskKind.RING_ME, "Asked to be rung.")], after(1))
    episodes.close(
        client=ana,
        closed_on=at("2026-02-02 00:00").date(),
        reason=ClosedReason.MOVED,
        by=BY,
        now=after(1, "12:00"),
    )
    assert look(harbour, after(1, "12:00")).number == 0


def test_another_clinics_clients_are_not_there(harbour: Clinic, ana: Client) -> None:
    hillside = telling.a_clinic("hillside")
    telling.a_client(hillside, "Hugo")
    sweep(harbour, after(1))
    sweep(hillside, after(1))
    assert names(look(harbour, after(1))) == ["Ana"]
    assert names(look(hillside, after(1))) == ["Hugo"]


def test_the_lapsed_stand_longest_first_and_the_slipping_newest_first(harbour: Clinic) -> None:
    last_went = {
        "Ada": "2026-02-10",
        "Bo": "2026-01-27",
        "Cy": "2026-02-17",
        "Di": "2026-02-03",
        "Ed": "2026-02-24",
    }
    for name, day in last_went.items():
        went(telling.a_client(harbour, name), day)
    now = after(8)
    sweep(harbour, now)
    assert [
        (section.heading, [row.client.first_name for row in section.rows])
        for section in look(harbour, now).sections
    ] == [
        ("Lapsed, or silent after reaching out", ["Bo", "Di", "Ada", "Cy"]),
        ("Slipping", ["Ed"]),
    ]


def test_whoever_is_due_for_an_interview_comes_last_until_it_is_recorded(
    harbour: Clinic, ana: Client, ben: Client
) -> None:
    """Taken in on 7 January, both have their eight months on 7 September; only Ben goes every week till then."""
    now = at("2026-08-10 09:00")
    for number in range(29):
        went(ben, str(date(2026, 1, 20) + number * WEEK), at("2026-08-09 09:00"))
    went(ben, "2026-08-09", at("2026-08-09 20:00"))
    sweep(harbour, now)
    page = look(harbour, now)
    assert [section.heading for section in page.sections][-1] == "Interview due"
    row = row_of(page, ben)
    assert (row.place, page.sections[-1].rows) == (Place.INTERVIEW, [row])
    assert row.interview is not None
    assert (str(row.interview.due_on), str(row.interview.closes_on)) == ("2026-09-07", "2026-10-07")
    # Somebody who slips is due for one as well: it stands beside the rest.
    slipping = row_of(page, ana)
    assert slipping.place is not Place.INTERVIEW
    assert slipping.interview is not None
    interviews.record(
        client=ben,
        kind=InterviewKind.EIGHT_MONTHS,
        held_on=date(2026, 8, 10),
        answers=interviews.Answers(),
        by=BY,
        now=now,
    )
    assert names(look(harbour, now)) == ["Ana"]


def test_whoever_waits_for_nothing_but_an_interview_can_be_put_aside_and_waits_while_paused(
    harbour: Clinic, ana: Client, ben: Client, pauses: Callable[..., Pause]
) -> None:
    now = at("2026-08-10 09:00")
    pauses(ana, "2026-08-03", "2026-08-30", now)
    aside.put_aside(client=ben, until=date(2026, 8, 20), reason="Away.", by=BY, now=now)
    page = look(harbour, now)
    assert (names(page), page.put_aside, page.paused) == ([], 1, 1)
