"""What Kay chose, planned or asked with a client is undone right after, and just what went with it is back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from attendance.directory.models import Meeting
from attendance.register import meeting_choices, meeting_plans
from attendance.register.models import ChosenMeeting
from clinic import episodes, interviews
from clinic.models import AuditEntry, Client, ClosedReason, InterviewKind
from reminders.worklist import escalating, tasks
from reminders.worklist.models import TaskKind
from tests import cast
from tests.cast import BY, NOW, TODAY, day
from tests.flows.browsing import Clock, Page, Staff
from tests.flows.test_undo import presses_undo, undos
from tests.tables import everything

pytestmark = pytest.mark.django_db

SAID = {"used_alcohol": "no", "used_drugs": "no", "attendance": "weekly_or_more"}
INTERVIEW = {"kind": "8m", "held_on": "2026-03-01", **SAID}
PLAN = {"meeting": "lantern", "held_on": "2026-03-10"}
Sent = Callable[[Client], dict[str, Any]]


def standing(client: Client) -> dict[str, Any]:
    """What holds of a client's meetings and interviews, whatever rows say so."""
    held = {"voided_at__isnull": True}
    return {
        "chosen": sorted(client.chosen_meetings.filter(**held).values_list("meeting", "chosen_by")),
        "planned": sorted(client.planned_meetings.filter(**held).values_list("meeting", "held_on")),
        "did not suit": sorted(client.unsuited_meetings.filter(**held).values_list("meeting", "reason")),
        "interviews": sorted(
            client.interviews.filter(**held).values_list("kind", "held_on", "used_alcohol", "attendance")
        ),
    }


def planned(client: Client) -> dict[str, Any]:
    return {"planned": client.planned_meetings.get(voided_at__isnull=True).pk}


def chosen(client: Client) -> dict[str, Any]:
    return {"chosen": client.chosen_meetings.get(voided_at__isnull=True).pk}


def unsuited(client: Client) -> dict[str, Any]:
    return {"unsuited": client.unsuited_meetings.get(voided_at__isnull=True).pk}


def interview(client: Client) -> dict[str, Any]:
    return {"interview": client.interviews.get(voided_at__isnull=True).pk, "reason": "A slip."}


LANTERN = {"meeting": "lantern"}
TOO_LOUD = {"meeting": "lantern", "reason": "Too loud."}
# What went before; the act and what is sent; what its undo says, and what pressing that twice does.
STORIES: list[tuple[list[tuple[str, Any]], str, Sent, str, str]] = [
    (
        [],
        "plan",
        lambda client: PLAN,
        "Undone: Lantern Street on Tuesday 10 March 2026 is no longer planned.",
        "That plan was taken back already.",
    ),
    (
        [("plan", PLAN)],
        "void_plan",
        planned,
        "Planned again: Ana Madeup goes to Lantern Street on Tuesday 10 March 2026.",
        "That is planned already: Ana Madeup goes to Lantern Street on Tuesday 10 March 2026.",
    ),
    (
        [],
        "choose",
        lambda client: LANTERN,
        "Undone: Lantern Street is no longer chosen.",
        "That choice was taken back already.",
    ),
    (
        [("did_not_suit", TOO_LOUD)],
        "choose",
        lambda client: LANTERN,
        "Undone: Lantern Street is no longer chosen, and did not suit, as before.",
        "That choice was taken back already.",
    ),
    (
        [("choose", LANTERN)],
        "void_choice",
        chosen,
        "Lantern Street is chosen again.",
        "Lantern Street stood as chosen already.",
    ),
    (
        [],
        "did_not_suit",
        lambda client: TOO_LOUD,
        "Undone: that Lantern Street did not suit is taken back.",
        "That was taken back already.",
    ),
    (
        [("choose", LANTERN), ("plan", PLAN), ("plan", PLAN | {"held_on": "2026-03-17"})],
        "did_not_suit",
        lambda client: TOO_LOUD,
        "Undone: that Lantern Street did not suit is taken back; what was chosen or planned there stands again.",
        "That was taken back already.",
    ),
    (
        [("did_not_suit", TOO_LOUD), ("plan", PLAN)],
        "did_not_suit",
        lambda client: TOO_LOUD,
        "Undone: what was chosen or planned at Lantern Street stands again.",
        "That was undone already.",
    ),
    (
        [("did_not_suit", TOO_LOUD)],
        "suits_after_all",
        unsuited,
        "Noted again: Lantern Street did not suit.",
        "It stood already that Lantern Street did not suit.",
    ),
    (
        [],
        "interview",
        lambda client: INTERVIEW,
        "Undone: the interview on 1 March 2026 no longer counts. It stays on record, struck out.",
        "The interview on 1 March 2026 was struck out already.",
    ),
    (
        [("interview", INTERVIEW)],
        "correct_interview",
        lambda c: INTERVIEW | interview(c) | {"held_on": "2026-02-27", "used_alcohol": "yes"},
        "The interview on 1 March 2026 is on record as it was before.",
        "It was taken back already, or put right anew since.",
    ),
    (
        [("interview", INTERVIEW)],
        "void_interview",
        interview,
        "The interview on 1 March 2026 counts again.",
        "The interview on 1 March 2026 counted already.",
    ),
]


@pytest.mark.parametrize(
    ("before", "act", "sent", "says", "twice"),
    STORIES,
    ids=[f"{story[1]}-after-{len(story[0])}" for story in STORIES],
)
def test_undone_right_after_everything_holds_as_before_and_twice_is_once(
    kay: Staff,
    ana: Client,
    lantern: Meeting,
    before: list[Any],
    act: str,
    sent: Sent,
    says: str,
    twice: str,
) -> None:
    for name, values in before:
        assert kay.does(name, ana, **values).faults == []
    held = standing(ana)
    done = kay.does(act, ana, **sent(ana), next=kay.address("today"))
    assert done.faults == []
    assert standing(ana) != held
    trail = AuditEntry.objects.count()
    undone = presses_undo(kay, done)
    assert (undone.notices, undone.faults) == ([says], [])
    assert undone.went_to == kay.address("today"), "on the page where it was done"
    assert standing(ana) == held
    assert AuditEntry.objects.count() > trail
    after = everything()
    assert presses_undo(kay, done).notices == [twice]
    assert everything() == after


def test_what_was_taken_back_before_stays_taken_back(kay: Staff, ana: Client, lantern: Meeting) -> None:
    """The undo brings back what its own act took back, and nothing that went earlier."""
    kay.does("plan", ana, **PLAN)
    kay.does("void_plan", ana, **planned(ana))
    kay.does("plan", ana, **PLAN | {"held_on": "2026-03-17"})
    kay.does("choose", ana, **LANTERN)
    kay.does("void_choice", ana, **chosen(ana))
    held = standing(ana)
    done = kay.does("did_not_suit", ana, **TOO_LOUD)
    assert done.notices == [
        "Noted: Lantern Street did not suit; what was chosen or planned there is taken back."
    ]
    presses_undo(kay, done)
    assert standing(ana) == held
    assert not ana.chosen_meetings.filter(voided_at__isnull=True).exists()


def test_a_plan_a_week_for_three_months_comes_back_whole(kay: Staff, ana: Client, lantern: Meeting) -> None:
    lantern.refresh_from_db()
    for number in range(13):
        on = day("2026-03-03").toordinal() + 7 * number
        meeting_plans.plan_meeting(client=ana, meeting=lantern, held_on=TODAY.fromordinal(on), by=BY, now=NOW)
    held = standing(ana)
    presses_undo(kay, kay.does("did_not_suit", ana, **TOO_LOUD))
    assert standing(ana) == held
    assert len(held["planned"]) == 13


def test_what_was_there_already_offers_no_undo(kay: Staff, ana: Client, lantern: Meeting) -> None:
    for name, values in (
        ("plan", PLAN),
        ("choose", LANTERN),
        ("did_not_suit", TOO_LOUD),
        ("interview", INTERVIEW),
    ):
        assert undos(kay.does(name, ana, **values)), name
        assert undos(kay.does(name, ana, **values)) == [], name


def test_a_plan_whose_day_is_past_is_not_planned_again(
    kay: Staff, ana: Client, lantern: Meeting, at: Clock
) -> None:
    kay.does("plan", ana, **PLAN)
    done = kay.does("void_plan", ana, **planned(ana))
    at("2026-03-11 09:00")
    before = everything()
    assert presses_undo(kay, done).faults == ["10 March 2026 is past: today is 11 March 2026."]
    assert everything() == before


def test_where_a_part_of_it_cannot_come_back_nothing_does(
    kay: Staff, ana: Client, lantern: Meeting, at: Clock
) -> None:
    kay.does("choose", ana, **LANTERN)
    kay.does("plan", ana, **PLAN)
    done = kay.does("did_not_suit", ana, **TOO_LOUD)
    at("2026-03-11 09:00")
    before = everything()
    assert presses_undo(kay, done).faults == ["10 March 2026 is past: today is 11 March 2026."]
    assert everything() == before


def test_what_somebody_did_meanwhile_is_not_undone_unseen(kay: Staff, ana: Client, lantern: Meeting) -> None:
    kay.does("choose", ana, **LANTERN)
    voided = kay.does("void_choice", ana, **chosen(ana))
    meeting_choices.did_not_suit(client=ana, meeting=lantern, by=BY, now=NOW)
    assert presses_undo(kay, voided).faults == [
        "Lantern Street was said not to suit since: take that back instead."
    ]
    kay.does("interview", ana, **INTERVIEW)
    struck = kay.does("void_interview", ana, **interview(ana))
    interviews.record(
        client=ana, kind=InterviewKind.EIGHT_MONTHS, held_on=day("2026-03-01"),
        answers=interviews.Answers(used_drugs=True), by=BY, now=NOW,
    )  # fmt: skip
    assert presses_undo(kay, struck).faults == [
        "An interview at 8 months on 1 March 2026 was recorded since: put that right instead."
    ]


def test_of_a_client_who_was_closed_nothing_stands_again(kay: Staff, ana: Client, lantern: Meeting) -> None:
    kay.does("choose", ana, **LANTERN)
    voided = kay.does("void_choice", ana, **chosen(ana))
    episodes.close(client=ana, closed_on=TODAY, reason=ClosedReason.MOVED, by=BY, now=NOW)
    before = everything()
    assert presses_undo(kay, voided).faults == ["Ana Madeup was closed on 2 March 2026."]
    assert everything() == before


UNDOS = (
    *("plan", "void_plan", "choose", "void_choice", "did_not_suit", "suits_after_all"),
    *("interview", "correct_interview", "void_interview"),
)


def test_an_undo_reaches_no_other_client_and_no_other_clinic(
    kay: Staff, hal: Staff, ana: Client, ben: Client, hugo: Client, lantern: Meeting
) -> None:
    lantern.refresh_from_db()
    for client in (ben, hugo):
        meeting_choices.choose(client=client, meeting=lantern, by=BY, now=NOW)
        meeting_plans.plan_meeting(client=client, meeting=lantern, by=BY, now=NOW)
        meeting_choices.did_not_suit(
            client=client, meeting=cast.a_meeting(f"far-{client.pk}", day=2), by=BY, now=NOW
        )
        interviews.record(
            client=client, kind=InterviewKind.EIGHT_MONTHS, held_on=TODAY,
            answers=interviews.Answers(used_alcohol=True), by=BY, now=NOW,
        )  # fmt: skip
    before = everything()
    for act in UNDOS:
        for client in (ben, hugo):
            row = theirs(act, client)
            for of in (of_one(act, row), f"{row}", "0", ";", ";;", "x", f"{row};{row};{row};{row}", "9" * 30):
                page = kay.sends(kay.address(f"undo_{act}", ana), of=of)
                assert (page.status, page.faults) == (422, ["There is nothing to undo."]), (act, of)
        assert (
            kay.browser.post(kay.address(f"undo_{act}", hugo), {"of": theirs(act, hugo)}).status_code == 404
        )
    assert everything() == before


def test_what_no_act_wrote_together_is_not_undone_together(kay: Staff, ana: Client, lantern: Meeting) -> None:
    elsewhere = cast.a_meeting("elsewhere", day=2)
    far, *_ = meeting_choices.choose(client=ana, meeting=elsewhere, by=BY, now=NOW)
    meeting_choices.void_choice(chosen=far, by=BY, now=NOW)
    said, *_ = meeting_choices.did_not_suit(client=ana, meeting=lantern, by=BY, now=NOW)
    before = everything()
    for act, of in (("did_not_suit", f"{said.pk};{far.pk};"), ("choose", f"{far.pk};{said.pk}")):
        assert kay.sends(kay.address(f"undo_{act}", ana), of=of).faults == ["There is nothing to undo."]
    assert everything() == before


def theirs(act: str, client: Client) -> int:
    """A row of another client's that the undo of this act would take, were it the client's own."""
    if "interview" in act:
        return client.interviews.get().pk
    if "plan" in act:
        return client.planned_meetings.get().pk
    return (
        client.chosen_meetings.get().pk
        if "choice" in act or act == "choose"
        else client.unsuited_meetings.get().pk
    )


def of_one(act: str, row: int) -> str:
    """How an act of several rows names one."""
    return f"{row}" + {"choose": ";", "did_not_suit": ";;"}.get(act, "")


def test_a_reader_cannot_undo(kay: Staff, mo: Staff, ana: Client, lantern: Meeting) -> None:
    kay.does("choose", ana, **LANTERN)
    row = ChosenMeeting.objects.get().pk
    assert mo.sends(mo.address("undo_choose", ana), of=f"{row};").status == 403
    assert ChosenMeeting.objects.get().voided_at is None


def test_what_mo_saw_to_waits_with_the_managers_again(
    kay: Staff, mo: Staff, ana: Client, hugo: Client, at: Clock
) -> None:
    needs = [tasks.Need(one, TaskKind.RING_ME, "Asked to be rung.") for one in (ana, hugo)]
    tasks.raise_tasks(needs, at("2026-02-24 10:00"))
    for client in (ana, hugo):
        escalating.escalate(client.clinic, at("2026-03-02 12:00"))
    task = ana.keyworker_tasks.get()
    done = mo.does("see_to", ana, task=task.pk, outcome="Rang; all is well.", next=mo.address("waiting"))
    assert rows(done) == []
    undone = presses_undo(mo, done)
    assert undone.notices == ["Undone: it waits on the list again."]
    assert rows(undone) == ["Ana Madeup"]
    before = everything()
    assert presses_undo(mo, done).notices == ["It waits on the list already."]
    of = f"{hugo.keyworker_tasks.get().pk} 2026-03-02T12:00:00+00:00"
    assert mo.sends(mo.address("undo_see_to", ana), of=of).faults == ["There is no such task on record."]
    assert kay.sends(kay.address("undo_see_to", ana), of=of).status == 403
    assert everything() == before


def rows(page: Page) -> list[str]:
    """Whose tasks stand on the list of what has waited too long."""
    return page.texts("h2", class_="person-name")
