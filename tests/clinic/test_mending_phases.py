"""Changes of phase put right: the day with a reason, and a slip of the hand undone."""

from __future__ import annotations

import pytest

from clinic import episodes, mending_phases
from clinic.errors import Refused
from clinic.intake import Intake
from clinic.models import AuditEntry, Client, Phase, PhaseChange
from tests import cast
from tests.cast import BY, NOW, day

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> Client:
    return cast.a_client(cast.a_clinic("riverside"), "A1")


def ended(client: Client, on: str, phase: Phase = Phase.COMPLETED) -> PhaseChange:
    episode = episodes.latest_episode(client)
    episodes.change_phase(episode=episode, phase=phase, changed_on=day(on), by=BY, now=NOW)
    return episode.phase_changes.latest("pk")


def put_right(change: PhaseChange, on: str, reason: str = "By the letter.") -> PhaseChange | None:
    return mending_phases.correct_date(change=change, changed_on=day(on), reason=reason, by=BY, now=NOW)


def stands(client: Client) -> list[tuple[str, str]]:
    """The entries that stand, in order."""
    held = PhaseChange.objects.filter(episode__client=client, voided_at__isnull=True)
    return [(change.phase, change.changed_on.isoformat()) for change in held]


def test_the_day_of_a_discharge_moves_with_its_entry(ana: Client) -> None:
    wrong = ended(ana, "2026-02-20")
    right = put_right(wrong, "2026-02-13")
    assert right is not None
    wrong.refresh_from_db()
    assert (wrong.void_reason, right.corrects) == ("By the letter.", wrong)
    assert stands(ana) == [("in_treatment", "2026-01-07"), ("completed", "2026-02-13")]
    assert episodes.latest_episode(ana).discharged_on == day("2026-02-13")


def test_the_day_of_an_intake_moves_with_its_entry(ana: Client) -> None:
    right = put_right(PhaseChange.objects.get(), "2026-01-05")
    assert right is not None
    assert (right.corrects.void_reason, stands(ana)) == ("By the letter.", [("in_treatment", "2026-01-05")])
    assert episodes.latest_episode(ana).intake_on == day("2026-01-05")


def test_the_entry_of_one_in_treatment_after_all_moves_alone(ana: Client) -> None:
    ended(ana, "2026-02-20")
    back = ended(ana, "2026-02-25", Phase.IN_TREATMENT)
    put_right(back, "2026-02-24")
    assert stands(ana) == [("in_treatment", "2026-01-07"), ("in_treatment", "2026-02-24")]
    assert episodes.latest_episode(ana).discharged_on is None


def test_the_same_day_is_nothing_and_an_entry_is_put_right_once(ana: Client) -> None:
    wrong = ended(ana, "2026-02-20")
    assert put_right(wrong, "2026-02-20") is None
    put_right(wrong, "2026-02-13")
    with pytest.raises(Refused, match="put right already"):
        put_right(wrong, "2026-02-14")


@pytest.mark.parametrize(
    ("on", "reason", "field"),
    [
        ("2026-03-03", "Slip.", "changed_on"),
        ("2026-01-06", "Slip.", "changed_on"),
        ("2026-02-13", "", "reason"),
        ("2026-02-13", "x" * 301, "reason"),
    ],
)
def test_a_day_that_cannot_be_changes_nothing(ana: Client, on: str, reason: str, field: str) -> None:
    change = ended(ana, "2026-02-20")
    with pytest.raises(Refused) as refused:
        put_right(change, on, reason)
    assert refused.value.field == field
    assert stands(ana) == [("in_treatment", "2026-01-07"), ("completed", "2026-02-20")]


def test_an_intake_after_the_discharge_is_refused_at_its_day(ana: Client) -> None:
    ended(ana, "2026-02-20")
    with pytest.raises(Refused) as refused:
        put_right(PhaseChange.objects.get(phase=Phase.IN_TREATMENT), "2026-02-21")
    assert refused.value.field == "changed_on"


def test_undone_what_stood_before_stands_again(ana: Client) -> None:
    first = ended(ana, "2026-02-20")
    second = ended(ana, "2026-02-22", Phase.DROPPED_OUT)
    assert mending_phases.take_back(change=second, by=BY, now=NOW)
    assert not mending_phases.take_back(change=second, by=BY, now=NOW)
    assert stands(ana) == [("in_treatment", "2026-01-07"), ("completed", "2026-02-20")]
    assert mending_phases.take_back(change=first, by=BY, now=NOW)
    assert stands(ana) == [("in_treatment", "2026-01-07")]
    episode = episodes.latest_episode(ana)
    assert (episode.phase, episode.discharged_on) == ("in_treatment", None)
    assert AuditEntry.objects.filter(verb="episode.phase_taken_back", actor_name="tests").count() == 2


def test_a_death_entered_by_mistake_takes_the_closing_with_it_and_back(ana: Client) -> None:
    died = ended(ana, "2026-02-20", Phase.DIED)
    mending_phases.take_back(change=died, by=BY, now=NOW)
    ana.refresh_from_db()
    assert ana.closed_on is None
    ended(ana, "2026-02-20", Phase.DIED)
    not_so = ended(ana, "2026-02-21", Phase.COMPLETED)
    ana.refresh_from_db()
    assert ana.closed_on is None
    mending_phases.take_back(change=not_so, by=BY, now=NOW)
    ana.refresh_from_db()
    assert (ana.closed_on, ana.closed_reason) == (day("2026-02-20"), "died")


def test_what_something_was_built_on_is_not_undone(ana: Client) -> None:
    discharge = ended(ana, "2026-02-20")
    episodes.return_to_treatment(client=ana, intake_on=day("2026-02-25"), intake=Intake(), by=BY, now=NOW)
    with pytest.raises(Refused, match="A later course of treatment has begun"):
        mending_phases.take_back(change=discharge, by=BY, now=NOW)
    for intake in PhaseChange.objects.filter(phase=Phase.IN_TREATMENT):
        with pytest.raises(Refused, match="Something was entered since"):
            mending_phases.take_back(change=intake, by=BY, now=NOW)
