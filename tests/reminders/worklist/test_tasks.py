"""Tasks for a keyworker: raised once about a thing, dealt with in words, and settled when their cause has gone."""

from datetime import date, timedelta

import pytest

from clinic.errors import Refused
from clinic.models import AuditEntry
from reminders.worklist import aside, by_itself
from reminders.worklist import tasks as worklist
from reminders.worklist.models import KeyworkerTask, NotNow, TaskKind
from reminders.worklist.tasks import Need
from tests.reminders.telling import BY, RUN, after, tasks

ELEVEN = after(1, "11:00")


@pytest.fixture
def lapsed(ana) -> KeyworkerTask:
    """Ana has lapsed."""
    worklist.raise_tasks(
        [Need(ana, TaskKind.LAPSED, "4 weeks missed: talk to them.", str(RUN), RUN)], after(1)
    )
    return ana.keyworker_tasks.get()


def test_a_task_is_raised_once_about_a_thing(ana, lapsed):
    again = Need(ana, TaskKind.LAPSED, "5 weeks missed: talk to them.", str(RUN), RUN)
    worklist.raise_tasks([again, again], after(2))
    assert [task.reason for task in ana.keyworker_tasks.all()] == ["4 weeks missed: talk to them."]
    other_run = RUN + timedelta(weeks=8)
    worklist.raise_tasks([Need(ana, TaskKind.LAPSED, "Again.", str(other_run), other_run)], after(8))
    assert tasks(ana) == ["lapsed", "lapsed"]


@pytest.mark.parametrize("kind", [TaskKind.NOT_REACHED, TaskKind.BY_HAND, TaskKind.CONFIRM_CONSENT])
def test_while_one_of_a_run_is_open_another_for_the_same_cause_says_nothing(ana, kind):
    worklist.raise_tasks([Need(ana, kind, "First.", "encourage", RUN)], after(1))
    worklist.raise_tasks([Need(ana, kind, "Second.", "reach out", RUN)], after(2))
    (first,) = ana.keyworker_tasks.all()
    worklist.finish(task=first, outcome="Rang her.", by=BY, now=after(2))
    worklist.raise_tasks([Need(ana, kind, "Third.", "another way", RUN)], after(3))
    assert [task.reason for task in ana.keyworker_tasks.filter(done_at=None)] == ["Third."]


def test_two_prompts_of_which_nobody_knows_are_two_questions(ana):
    for number in (1, 2):
        worklist.raise_tasks([Need(ana, TaskKind.UNCERTAIN, "Ask.", f"prompt {number}", RUN)], after(1))
    assert tasks(ana) == ["uncertain", "uncertain"]


def test_no_needs_raise_nothing(db):
    worklist.raise_tasks([], after(1))
    assert not KeyworkerTask.objects.exists()


def test_a_task_is_dealt_with_in_words_once(ana, lapsed):
    with pytest.raises(Refused, match="what came of it"):
        worklist.finish(task=lapsed, outcome="  ", by=BY, now=ELEVEN)
    assert worklist.finish(task=lapsed, outcome=" Rang her. ", by=BY, now=ELEVEN) is True
    assert worklist.finish(task=lapsed, outcome="Wrote to her.", by=BY, now=ELEVEN) is False
    lapsed.refresh_from_db()
    assert (lapsed.done_at, lapsed.done_by, lapsed.outcome) == (ELEVEN, "tests", "Rang her.")
    assert AuditEntry.objects.filter(client_id=ana.pk, verb="task.finished").count() == 1


def test_a_question_about_a_message_is_ticked_off_by_its_answer_alone(ana):
    worklist.raise_tasks([Need(ana, TaskKind.UNCERTAIN, "Ask whether it came.")], after(1))
    with pytest.raises(Refused, match="Say whether the message came"):
        worklist.finish(task=ana.keyworker_tasks.get(), outcome="Done.", by=BY, now=ELEVEN)
    assert tasks(ana) == ["uncertain"]


def test_of_some_kinds_one_open_is_enough_and_another_is_not_opened_anew(ana):
    """Ana could not be reached twice in one run; the first was dealt with before the second was raised."""
    first, second = (Need(ana, TaskKind.NOT_REACHED, text, text, RUN) for text in ("No number.", "Refused."))
    worklist.raise_tasks([first, second], after(1))
    assert [task.reason for task in ana.keyworker_tasks.all()] == ["No number."]
    worklist.finish(task=ana.keyworker_tasks.get(), outcome="Rang her.", by=BY, now=ELEVEN)
    worklist.raise_tasks([second], after(2))
    worklist.raise_again(first, after(2))
    assert [(task.reason, task.done_at) for task in ana.keyworker_tasks.all()] == [
        ("No number.", ELEVEN),
        ("Refused.", None),
    ]


def test_what_people_ask_for_themselves_is_raised_again_every_time(ana):
    ring = Need(ana, TaskKind.RING_ME, "Please ring me.", "the week of 26 January")
    worklist.raise_again(ring, after(1))
    worklist.raise_again(ring, after(1, "09:00"))
    (task,) = ana.keyworker_tasks.all()
    worklist.finish(task=task, outcome="Rang her.", by=BY, now=ELEVEN)
    worklist.raise_again(ring, after(1, "15:00"))
    task.refresh_from_db()
    assert (task.done_at, task.done_by, task.outcome, task.raised_at) == (None, "", "", after(1, "15:00"))


def test_attendance_settles_what_it_has_made_pointless_and_nothing_else(ana, ben):
    asked = set(TaskKind) - {TaskKind.SPOKE, TaskKind.TRIED}
    for kind in asked:
        worklist.raise_tasks([Need(client, kind, "Why.", "", RUN) for client in (ana, ben)], after(1))
    by_itself.end_runs([(ana.pk, RUN)], "They went to a meeting.", ELEVEN)
    assert set(tasks(ana)) == {"ring_me", "uncertain", "not_reached", "declined", "confirm_consent"}
    assert len(tasks(ben)) == len(asked)


def test_the_end_of_one_run_leaves_what_another_asked_for(ana, lapsed):
    other = RUN - timedelta(weeks=4)
    by_itself.end_runs([(ana.pk, other)], "They went.", ELEVEN)
    assert tasks(ana) == ["lapsed"]
    by_itself.end_runs([(ana.pk, RUN)], "Tracking ended.", ELEVEN)
    (task,) = ana.keyworker_tasks.all()
    assert (task.done_by, task.outcome, task.by_itself) == ("the record", "Tracking ended.", True)


def test_a_correction_takes_up_what_the_end_of_that_run_had_settled(ana, ben, lapsed):
    """Not what somebody dealt with, nor what belongs to another run or another client."""
    other = RUN + timedelta(weeks=4)
    worklist.raise_tasks(
        [
            Need(ana, TaskKind.NO_ANSWER, "Dealt with.", str(RUN), RUN),
            Need(ana, TaskKind.LAPSED, "Another run.", str(other), other),
            Need(ben, TaskKind.LAPSED, "Ben's.", str(RUN), RUN),
        ],
        after(1),
    )
    worklist.finish(task=ana.keyworker_tasks.get(kind="no_answer"), outcome="Rang her.", by=BY, now=ELEVEN)
    by_itself.end_runs([(ana.pk, RUN), (ana.pk, other), (ben.pk, RUN)], "They went.", ELEVEN)
    by_itself.take_up_again([(ana.pk, RUN), (ben.pk, other)])
    assert [str(task) for task in KeyworkerTask.objects.filter(done_at=None)] == [
        "4 weeks missed: talk to them."
    ]


def test_only_what_is_about_the_run_comes_back_with_it(ana):
    """The provider said that a message went out after all: a run that goes on does not ask about it again."""
    about = worklist.about_prompt(7)
    worklist.raise_tasks([Need(ana, TaskKind.UNCERTAIN, "Ask whether it came.", about, RUN)], after(1))
    by_itself.prompt_went_out(ana.pk, 7, ELEVEN)
    by_itself.take_up_again([(ana.pk, RUN)])
    assert tasks(ana) == []


def test_closing_settles_everything(ana):
    for kind in set(TaskKind) - {TaskKind.SPOKE, TaskKind.TRIED}:
        worklist.raise_tasks([Need(ana, kind, "Why.", "", RUN)], after(1))
    by_itself.closed(ana, ELEVEN)
    assert tasks(ana) == []


class TestNotNow:
    """A client put aside on Today until a date, for a reason."""

    def test_it_is_written_down_and_can_be_moved(self, ana):
        aside.put_aside(client=ana, until=date(2026, 2, 9), reason="On a course", by=BY, now=ELEVEN)
        aside.put_aside(client=ana, until=date(2026, 2, 16), reason="Course is longer", by=BY, now=ELEVEN)
        assert [(one.until, one.reason) for one in NotNow.objects.all()] == [
            (date(2026, 2, 16), "Course is longer")
        ]

    @pytest.mark.parametrize(
        ("until", "reason", "sentence"),
        [
            (date(2026, 2, 9), " ", "Say why"),
            (date(2026, 2, 9), "x" * 301, "Reason has 301 characters: 300 is the most"),
            (date(2026, 2, 2), "On a course", "not ahead"),
            (date(2026, 2, 1), "On a course", "not ahead"),
            (date(2026, 3, 3), "On a course", "3 March 2026 is more than 28 days ahead"),
            (date(9999, 12, 31), "On a course", "more than 28 days ahead"),
        ],
    )
    def test_it_needs_a_reason_that_fits_and_a_date_ahead(self, ana, until, reason, sentence):
        with pytest.raises(Refused, match=sentence):
            aside.put_aside(client=ana, until=until, reason=reason, by=BY, now=ELEVEN)
        assert not NotNow.objects.exists()

    def test_the_longest_reason_is_kept_whole(self, ana):
        aside.put_aside(client=ana, until=date(2026, 2, 9), reason=f" {'x' * 300} ", by=BY, now=ELEVEN)
        assert NotNow.objects.get().reason == "x" * 300

    def test_it_can_be_ended_before_its_day(self, ana):
        assert aside.bring_back(client=ana, by=BY, now=ELEVEN) is False
        aside.put_aside(client=ana, until=date(2026, 2, 9), reason="On a course", by=BY, now=ELEVEN)
        assert aside.bring_back(client=ana, by=BY, now=ELEVEN) is True
        assert aside.bring_back(client=ana, by=BY, now=ELEVEN) is False
        held = NotNow.objects.get()
        assert (held.until, held.reason) == (date(2026, 2, 2), "On a course")
        assert AuditEntry.objects.filter(verb="client.brought_back").count() == 1
        again = aside.put_aside(client=ana, until=date(2026, 2, 9), reason="On a course", by=BY, now=ELEVEN)
        assert again.until == date(2026, 2, 9)


def test_another_contact_answers_that_the_first_could_not_help(ana):
    kinds = [TaskKind.INTRODUCE, TaskKind.DECLINED, TaskKind.LAPSED]
    worklist.raise_tasks([Need(ana, kind, "Why.", "", RUN) for kind in kinds], after(1))
    by_itself.introduced(ana, by=BY, now=ELEVEN)
    assert tasks(ana) == ["lapsed"]


def test_a_word_with_a_client_answers_what_waits_for_one_and_nothing_else():
    answered = {kind for kind in TaskKind if KeyworkerTask(kind=kind).answered_by_speaking}
    assert answered == {"ring_me", "lapsed", "no_answer", "not_reached", "by_hand"}
    assert not KeyworkerTask(kind="not_reached", about=f"{RUN} reach_out").answered_by_speaking
    assert KeyworkerTask(kind="by_hand", about=f"{RUN} reach_out").answered_by_speaking
