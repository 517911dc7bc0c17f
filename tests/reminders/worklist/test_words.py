"""Words with clients and tries in vain: what they finish, what is said of them, and taking them back."""

from __future__ import annotations

import pytest

from attendance.register import recording
from attendance.register.models import Source
from clinic import episodes
from clinic.errors import Refused
from clinic.models import AuditEntry, Client, ClosedReason
from reminders.worklist import tasks as worklist
from reminders.worklist import words
from reminders.worklist.models import KeyworkerTask, TaskKind
from reminders.worklist.said import Said
from reminders.worklist.tasks import Need
from tests.reminders.telling import BY, RUN, after, at, sweep

pytestmark = pytest.mark.django_db

ELEVEN = after(1, "11:00")


@pytest.fixture
def waiting(harbour, ana: Client) -> list[str]:
    """A week was missed, and two tasks wait for a word about it, one for something else."""
    sweep(harbour, after(1))
    needs = [
        Need(ana, TaskKind.LAPSED, "Talk to them.", run=RUN),
        Need(ana, TaskKind.RING_ME, "Asked to be rung."),
        Need(ana, TaskKind.DECLINED, "A contact could not."),
    ]
    worklist.raise_tasks(needs, after(1))
    return open_tasks(ana)


def open_tasks(client: Client) -> list[str]:
    return sorted(client.keyworker_tasks.filter(done_at__isnull=True).values_list("kind", flat=True))


def spoke(client: Client, said: Said = Said.MEANS_TO_GO, more: str = "") -> KeyworkerTask:
    return words.spoke(client=client, said=said, words=more, by=BY, now=ELEVEN)[0]


def verbs() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))


def test_a_word_finishes_what_waits_for_one_and_keeps_what_came_of_it(
    ana: Client, waiting: list[str]
) -> None:
    word = spoke(ana, more=" On Tuesday. ")
    assert (word.kind, word.said, word.outcome) == ("spoke", "means_to_go", "Means to go: On Tuesday.")
    assert set(waiting) - set(open_tasks(ana)) == {"lapsed", "ring_me"}
    assert {task.outcome for task in word.answered.all()} == {"Means to go: On Tuesday."}


def test_a_try_in_vain_is_no_word_and_finishes_nothing(ana: Client, waiting: list[str]) -> None:
    word = spoke(ana, Said.NOT_REACHED, "Left word with her sister.")
    assert (word.kind, word.said) == ("tried", "not_reached")
    assert open_tasks(ana) == waiting
    assert verbs()[-1] == "client.tried"


def test_something_else_needs_words_and_they_are_not_too_long(ana: Client) -> None:
    for said, more, fault in [
        (Said.OTHER, "  ", r"Say in a few words what came of it\."),
        (Said.WENT, "x" * 241, r"Words has 241 characters: 240 is the most\."),
    ]:
        with pytest.raises(Refused, match=fault):
            spoke(ana, said, more)
    assert not ana.keyworker_tasks.exists()
    for said in Said:
        assert spoke(ana, said, "x" * 240).outcome.endswith("x")


def test_the_same_within_minutes_is_one_word(ana: Client) -> None:
    first, new = words.spoke(client=ana, said=Said.WENT, by=BY, now=ELEVEN)
    again, once_more = words.spoke(client=ana, said=Said.WENT, by=BY, now=after(1, "11:09"))
    assert (new, once_more, again) == (True, False, first)
    _, later = words.spoke(client=ana, said=Said.WENT, by=BY, now=after(1, "11:10"))
    assert later
    words.take_back(word=ana.keyworker_tasks.order_by("-pk")[0], by=BY, now=after(1, "11:11"))
    assert words.spoke(client=ana, said=Said.WENT, by=BY, now=after(1, "11:12"))[1], (
        "what was taken back is not so"
    )


def test_a_word_taken_back_opens_what_it_had_finished_and_nothing_else(
    ana: Client, waiting: list[str]
) -> None:
    done_before = ana.keyworker_tasks.get(kind=TaskKind.RING_ME)
    worklist.finish(task=done_before, outcome="Rang.", by=BY, now=after(1, "10:30"))
    word = spoke(ana)
    assert words.take_back(word=word, by=BY, now=after(1, "11:05")) is True
    assert set(waiting) - set(open_tasks(ana)) == {"ring_me"}
    word.refresh_from_db()
    assert (word.taken_back_at, word.taken_back_by) == (after(1, "11:05"), BY.label)
    assert not word.answered.exists()
    assert verbs()[-2:] == ["client.word_taken_back", "task.reopened"]
    before = verbs()
    assert words.take_back(word=word, by=BY, now=after(1, "11:06")) is False
    assert verbs() == before


def test_what_has_lost_its_reason_since_stays_done(ana: Client, waiting: list[str]) -> None:
    word = spoke(ana)
    went = {"client": ana, "source": Source.CLIENT, "by": BY, "now": after(1, "12:00")}
    recording.record(attended_on=after(1).date(), **went)
    words.take_back(word=word, by=BY, now=after(1, "12:30"))
    assert open_tasks(ana) == ["declined", "ring_me"]


def test_for_a_closed_client_nothing_is_opened_again(ana: Client, waiting: list[str]) -> None:
    word = spoke(ana)
    task = ana.keyworker_tasks.get(kind=TaskKind.DECLINED)
    worklist.finish(task=task, outcome="Found another.", by=BY, now=ELEVEN)
    closing = {"reason": ClosedReason.MOVED, "by": BY, "now": after(1, "12:00")}
    episodes.close(client=ana, closed_on=after(1).date(), **closing)
    for again in (
        lambda: words.take_back(word=word, by=BY, now=after(1, "13:00")),
        lambda: words.reopen(task=task, by=BY, now=after(1, "13:00")),
    ):
        with pytest.raises(Refused, match="was closed on 2 February 2026: track them again first"):
            again()
    assert open_tasks(ana) == []


def test_a_finished_task_is_opened_again_once(ana: Client, waiting: list[str]) -> None:
    task = ana.keyworker_tasks.get(kind=TaskKind.DECLINED)
    worklist.finish(task=task, outcome="Found another.", by=BY, now=ELEVEN)
    assert words.reopen(task=task, by=BY, now=after(1, "11:05")) is True
    assert open_tasks(ana) == waiting
    assert verbs()[-1] == "task.reopened"
    assert words.reopen(task=task, by=BY, now=after(1, "11:06")) is False


def test_a_task_whose_reason_has_gone_or_that_a_word_finished_is_not_opened_by_itself(
    ana: Client, waiting: list[str]
) -> None:
    lapsed, ring = (ana.keyworker_tasks.get(kind=kind) for kind in (TaskKind.LAPSED, TaskKind.RING_ME))
    worklist.finish(task=lapsed, outcome="Rang.", by=BY, now=ELEVEN)
    spoke(ana)
    went = {"client": ana, "source": Source.CLIENT, "by": BY, "now": after(1, "12:00")}
    recording.record(attended_on=after(1).date(), **went)
    with pytest.raises(Refused, match="The reason for it has gone since"):
        words.reopen(task=lapsed, by=BY, now=after(1, "13:00"))
    with pytest.raises(Refused, match="That was not finished by itself"):
        words.reopen(task=ring, by=BY, now=after(1, "13:00"))


def test_where_one_is_enough_and_another_waits_it_stays_done(ana: Client) -> None:
    worklist.raise_tasks([Need(ana, TaskKind.BY_HAND, "No number.", "once")], after(1))
    first = ana.keyworker_tasks.get()
    worklist.finish(task=first, outcome="Wrote.", by=BY, now=ELEVEN)
    worklist.raise_tasks([Need(ana, TaskKind.BY_HAND, "No number.", "twice")], after(1, "12:00"))
    with pytest.raises(Refused, match="Another of the kind waits already"):
        words.reopen(task=first, by=BY, now=after(1, "13:00"))


def test_what_was_written_down_in_free_words_before_there_was_a_list_can_be_taken_back(ana: Client) -> None:
    old = KeyworkerTask.objects.create(
        clinic=ana.clinic,
        client=ana,
        kind=TaskKind.SPOKE,
        about="1",
        reason="Spoke to them.",
        raised_at=at("2026-01-20 10:00"),
        done_at=at("2026-01-20 10:00"),
        done_by="kay",
        outcome="Will go on Tuesday.",
    )
    assert words.take_back(word=old, by=BY, now=ELEVEN) is True
