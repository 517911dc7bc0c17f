"""Follow-up interviews: written down once, put right with a reason, struck out and kept; and whose are due."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic import amending, episodes, interviews
from clinic.errors import Refused
from clinic.intake import Intake
from clinic.interviews import Answers
from clinic.models import AuditEntry, Client, ClosedReason, Interview, InterviewKind, Phase
from tests import cast
from tests.cast import BY, NOW, TODAY, day
from tests.tables import everything

pytestmark = pytest.mark.django_db

EIGHT, TWENTY_FOUR = InterviewKind
SAID = Answers(used_alcohol=False, used_drugs=None, attendance="weekly_or_more", controlled_use_impossible=5)


def hold(client: Client, on: str = "2026-02-10", kind: InterviewKind = EIGHT, answers: Answers = SAID) -> Any:
    return interviews.record(client=client, kind=kind, held_on=day(on), answers=answers, by=BY, now=NOW)


def put_right(interview: Interview, on: str = "2026-02-10", answers: Answers = SAID) -> Interview:
    return interviews.correct(
        interview=interview,
        kind=InterviewKind(interview.kind),
        held_on=day(on),
        answers=answers,
        reason="Misheard.",
        by=BY,
        now=NOW,
    )


def strike_out(interview: Interview, reason: str = "It was Ben.") -> bool:
    return interviews.void(interview=interview, reason=reason, by=BY, now=NOW)


def test_what_was_said_is_on_record_and_twice_is_once(sam: Client) -> None:
    written, new = hold(sam)
    assert new
    assert interviews.answers_of(written) == SAID
    assert (written.recorded_by, written.recorded_at, written.clinic) == ("tests", NOW, sam.clinic)
    assert hold(sam) == (written, False)
    assert hold(sam, kind=TWENTY_FOUR)[1]
    assert hold(sam, "2026-02-11")[1]
    assert Interview.objects.count() == 3


def test_the_same_with_other_answers_is_asked_about(sam: Client) -> None:
    hold(sam)
    with pytest.raises(
        Refused, match="An interview at 8 months on 2026-02-10 is on record with other answers"
    ):
        hold(sam, answers=Answers(used_alcohol=True))
    assert interviews.answers_of(Interview.objects.get()) == SAID


@pytest.mark.parametrize(
    ("told", "sentence", "field"),
    [
        ({"on": "2026-03-03"}, "2026-03-03 is in the future: today is 2026-03-02.", "held_on"),
        ({"on": "2026-01-06"}, "2026-01-06 is before intake on 2026-01-07.", "held_on"),
        ({"on": "1899-12-31"}, "1899-12-31 is too long ago.", "held_on"),
        (
            {"answers": Answers(controlled_use_impossible=6)},
            "Controlled use impossible is 6: it goes from 1 to 5.",
            "controlled_use_impossible",
        ),
    ],
)
def test_what_cannot_have_been_is_refused(
    sam: Client, told: dict[str, Any], sentence: str, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        hold(sam, **told)
    assert (refused.value.sentence, refused.value.field) == (sentence, field)
    assert not Interview.objects.exists()


def test_on_the_day_of_intake_and_today_it_may_have_been(sam: Client) -> None:
    assert hold(sam, "2026-01-07")[1]
    assert hold(sam, "2026-03-02")[1]


def test_a_correction_keeps_what_stood(sam: Client) -> None:
    wrong, _ = hold(sam)
    right = put_right(wrong, "2026-02-11", Answers(used_drugs=True))
    wrong.refresh_from_db()
    assert (wrong.voided_by, wrong.void_reason, right.corrects) == ("tests", "Misheard.", wrong)
    assert interviews.answers_of(wrong) == SAID
    assert interviews.answers_of(right) == Answers(used_drugs=True)


def test_a_correction_that_cannot_be_leaves_all_as_it_was(sam: Client) -> None:
    wrong, _ = hold(sam)
    hold(sam, "2026-02-20")
    for on, why in [
        ("2026-02-20", "strike one of the two out"),
        ("2026-03-03", "future"),
        ("2026-01-01", "before"),
    ]:
        with pytest.raises(Refused, match=why):
            put_right(wrong, on)
    wrong.refresh_from_db()
    assert wrong.voided_at is None
    assert Interview.objects.count() == 2
    strike_out(wrong)
    with pytest.raises(Refused, match="struck out already"):
        put_right(wrong)


def test_struck_out_it_stays_on_record_and_another_may_be_written(sam: Client) -> None:
    held, _ = hold(sam)
    with pytest.raises(Refused, match="Say why"):
        strike_out(held, "  ")
    with pytest.raises(Refused, match="300 is the most"):
        strike_out(held, "x" * 301)
    assert strike_out(held)
    assert not strike_out(held)
    assert hold(sam)[1]
    assert Interview.objects.filter(voided_at__isnull=False).count() == 1


def test_struck_out_by_a_slip_it_stands_again_as_it_was_written(sam: Client) -> None:
    held, _ = hold(sam)
    assert not interviews.restore(interview=held, by=BY, now=NOW)
    strike_out(held)
    assert interviews.restore(interview=held, by=BY, now=NOW)
    assert not interviews.restore(interview=held, by=BY, now=NOW)
    again = Interview.objects.get()
    assert (again.voided_at, again.voided_by, again.void_reason) == (None, "", "")
    assert interviews.answers_of(again) == SAID
    trail = AuditEntry.objects.filter(subject="interview").order_by("pk").values_list("verb", flat=True)
    assert list(trail) == ["interview.recorded", "interview.voided", "interview.restored"]


def test_what_was_written_since_keeps_a_struck_out_interview_out(sam: Client) -> None:
    corrected, _ = hold(sam)
    put_right(corrected, "2026-02-11")
    same_again, _ = hold(sam, kind=TWENTY_FOUR)
    strike_out(same_again)
    hold(sam, kind=TWENTY_FOUR, answers=Answers(used_drugs=True))
    early, _ = hold(sam, "2026-01-08")
    strike_out(early)
    amending.amend(
        client=sam, episode=sam.episodes.get(), intake_on=day("2026-01-09"), why="Wrong.", by=BY, now=NOW
    )
    before = everything()
    for interview, why in (
        (corrected, "It was corrected since: put the corrected interview right instead"),
        (same_again, "An interview at 24 months on 2026-02-10 was recorded since"),
        (early, "2026-01-08 is before intake on 2026-01-09"),
    ):
        with pytest.raises(Refused, match=why):
            interviews.restore(interview=interview, by=BY, now=NOW)
    assert everything() == before


def test_a_first_intake_never_moves_past_an_interview(sam: Client) -> None:
    held, _ = hold(sam)

    def move() -> None:
        amending.amend(client=sam, episode=sam.episodes.get(), intake_on=day("2026-02-11"), by=BY, now=NOW)

    with pytest.raises(Refused, match="2026-02-11 is after an interview held on 2026-02-10"):
        move()
    strike_out(held)
    move()
    assert sam.episodes.get().intake_on == day("2026-02-11")


def test_what_was_said_reads_as_a_sentence(sam: Client) -> None:
    assert hold(sam)[0].said == "Alcohol: no; meetings: weekly or more; controlled use impossible: 5 of 5."
    assert hold(sam, "2026-02-11", answers=Answers())[0].said == "Nothing they said is known."


class TestDue:
    def due(self, client: Client) -> dict[int, tuple[str, str]]:
        clinic = client.clinic
        found = interviews.due_among(clinic, clinic.clients.all(), TODAY)
        return {pk: (one.kind, one.due_on.isoformat()) for pk, one in found.items()}

    def test_eight_and_twenty_four_months_after_intake(self, clinic, sam: Client) -> None:
        # Their days are over, begin and end today, and have not come.
        for intake in ("2025-05-30", "2025-05-31", "2025-08-01", "2025-08-02", "2024-03-02", "2023-01-01"):
            cast.a_client(clinic, intake, intake)
        found = interviews.due_among(clinic, clinic.clients.all(), TODAY)
        of = dict(clinic.clients.values_list("pk", "reference"))
        assert {of[pk]: one.kind for pk, one in found.items()} == {
            "2025-05-31": "8m",
            "2025-08-01": "8m",
            "2024-03-02": "24m",
        }

    def test_once_it_was_held_or_the_client_closed_it_is_due_no_more(self, clinic) -> None:
        ana = cast.a_client(clinic, "A1", "2025-07-02")
        assert self.due(ana) == {ana.pk: ("8m", "2026-03-02")}
        held, _ = hold(ana, "2026-02-20")
        assert self.due(ana) == {}
        strike_out(held)
        hold(ana, "2026-02-20", TWENTY_FOUR)
        assert self.due(ana) == {ana.pk: ("8m", "2026-03-02")}
        episodes.close(client=ana, closed_on=TODAY, reason=ClosedReason.MOVED, by=BY, now=NOW)
        assert self.due(ana) == {}

    def test_a_return_to_treatment_begins_to_count_anew(self, clinic) -> None:
        ana = cast.a_client(clinic, "A1", "2024-03-02")
        assert self.due(ana) == {ana.pk: ("24m", "2026-03-02")}
        hold(ana, "2024-11-02")
        episodes.change_phase(
            episode=ana.episodes.get(), phase=Phase.DROPPED_OUT, changed_on=day("2025-06-01"), by=BY, now=NOW
        )
        episodes.return_to_treatment(client=ana, intake_on=day("2025-07-02"), intake=Intake(), by=BY, now=NOW)
        assert self.due(ana) == {ana.pk: ("8m", "2026-03-02")}

    def test_many_cost_the_queries_of_one(self, clinic) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as asked:
                interviews.due_among(clinic, clinic.clients.all(), TODAY)
            return len(asked)

        hold(cast.a_client(clinic, "A0", "2025-07-02"), "2025-12-01", TWENTY_FOUR)
        for_one = queries()
        for number in range(1, 20):
            cast.a_client(clinic, f"A{number}", "2025-07-02")
        assert queries() == for_one == 2
        assert len(interviews.due_among(clinic, clinic.clients.all(), TODAY)) == 20
