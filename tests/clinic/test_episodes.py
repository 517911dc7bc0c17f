"""Treatment goes on, ends and begins again; the follow-up ends only where somebody says so."""

import pytest

from attendance.standing.models import StandingRecord
from clinic import episodes
from clinic.errors import Refused
from clinic.intake import Intake
from clinic.models import AuditEntry, Client, ClosedReason, Phase
from tests.cast import BY, NOW, TODAY, day
from tests.tables import everything

pytestmark = pytest.mark.django_db


def change(client: Client, phase: Phase, on: str, nth: int = -1) -> bool:
    episode = list(client.episodes.order_by("intake_on"))[nth]
    return episodes.change_phase(episode=episode, phase=phase, changed_on=day(on), by=BY, now=NOW)


def close(client: Client, on: str, reason: ClosedReason = ClosedReason.MOVED) -> bool:
    return episodes.close(client=client, closed_on=day(on), reason=reason, by=BY, now=NOW)


def comes_back(client: Client, on: str, **measured) -> None:
    episodes.return_to_treatment(client=client, intake_on=day(on), intake=Intake(**measured), by=BY, now=NOW)


def history(client: Client) -> list[str]:
    """The changes of phase, those that were corrected in brackets."""
    changes = [
        one
        for episode in client.episodes.order_by("intake_on")
        for one in episode.phase_changes.order_by("pk")
    ]
    return [f"({one})" if one.voided_at else str(one) for one in changes]


def stands(client: Client) -> tuple[str, str]:
    client.refresh_from_db()
    return str(client.closed_on), client.closed_reason


class TestPhases:
    def test_a_discharge_is_dated_and_ends_no_follow_up(self, ana):
        assert change(ana, Phase.COMPLETED, "2026-02-20")
        episode = ana.episodes.get()
        assert (episode.phase, episode.discharged_on) == (Phase.COMPLETED, day("2026-02-20"))
        assert stands(ana) == ("None", "")
        assert StandingRecord.objects.get(client=ana).standing == "not_started"
        assert history(ana) == ["in_treatment on 2026-01-07", "completed on 2026-02-20"]

    def test_the_same_again_changes_nothing(self, ana):
        change(ana, Phase.COMPLETED, "2026-02-20")
        before = everything()
        assert change(ana, Phase.COMPLETED, "2026-02-20") is False
        assert everything() == before

    def test_a_correction_keeps_what_stood_before(self, ana):
        change(ana, Phase.COMPLETED, "2026-02-20")
        change(ana, Phase.COMPLETED, "2026-02-19")
        change(ana, Phase.DROPPED_OUT, "2026-02-19")
        assert ana.episodes.get().phase == Phase.DROPPED_OUT
        assert history(ana) == [
            "in_treatment on 2026-01-07",
            "(completed on 2026-02-20)",
            "(completed on 2026-02-19)",
            "dropped_out on 2026-02-19",
        ]

    def test_a_discharge_that_never_was_is_taken_back(self, ana):
        change(ana, Phase.TRANSFERRED, "2026-02-20")
        assert change(ana, Phase.IN_TREATMENT, "2026-02-21")
        episode = ana.episodes.get()
        assert (episode.phase, episode.discharged_on) == (Phase.IN_TREATMENT, None)
        assert history(ana)[1:] == ["(transferred on 2026-02-20)", "in_treatment on 2026-02-21"]
        assert change(ana, Phase.IN_TREATMENT, "2026-02-22") is False

    @pytest.mark.parametrize(
        ("on", "sentence"),
        [
            ("2026-03-03", "2026-03-03 is in the future: today is 2026-03-02."),
            ("2026-01-06", "2026-01-06 is before intake on 2026-01-07."),
            ("1899-12-31", "1899-12-31 is too long ago."),
        ],
    )
    def test_an_impossible_day_is_refused(self, ana, on, sentence):
        before = everything()
        with pytest.raises(Refused) as refused:
            change(ana, Phase.COMPLETED, on)
        assert (refused.value.sentence, refused.value.field) == (sentence, "changed_on")
        assert everything() == before

    def test_an_earlier_course_ends_before_the_next_began_and_is_not_taken_up_again(self, ana):
        change(ana, Phase.DROPPED_OUT, "2026-02-01")
        comes_back(ana, "2026-02-10")
        assert change(ana, Phase.COMPLETED, "2026-02-10", nth=0)
        with pytest.raises(Refused, match="2026-02-11 is after the next intake on 2026-02-10"):
            change(ana, Phase.COMPLETED, "2026-02-11", nth=0)
        with pytest.raises(Refused, match="A later course of treatment has begun: record the change there"):
            change(ana, Phase.IN_TREATMENT, "2026-02-01", nth=0)


class TestDeath:
    def test_closes_by_itself_and_the_trail_has_both(self, ana):
        change(ana, Phase.DIED, "2026-02-20")
        assert stands(ana) == ("2026-02-20", "died")
        assert StandingRecord.objects.get(client=ana).standing == "not_tracked"
        verbs = list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))
        assert verbs[-2:] == ["episode.phase_changed", "client.closed"]

    def test_of_a_client_closed_before_leaves_the_closing(self, ana):
        close(ana, "2026-02-10")
        change(ana, Phase.DIED, "2026-02-20")
        assert stands(ana) == ("2026-02-10", "moved")
        change(ana, Phase.COMPLETED, "2026-02-20")
        assert stands(ana) == ("2026-02-10", "moved")

    def test_on_another_day_moves_the_closing(self, ana):
        change(ana, Phase.DIED, "2026-02-20")
        change(ana, Phase.DIED, "2026-02-21")
        assert stands(ana) == ("2026-02-21", "died")

    def test_of_somebody_else_is_put_right_and_tracking_goes_on(self, ana):
        change(ana, Phase.DIED, "2026-02-20")
        change(ana, Phase.IN_TREATMENT, "2026-02-21")
        assert stands(ana) == ("None", "")
        assert StandingRecord.objects.get(client=ana).standing == "not_started"
        assert AuditEntry.objects.filter(verb="client.reopened").count() == 1

    def test_nobody_comes_back_from_it_and_it_is_not_reopened(self, ana):
        change(ana, Phase.DIED, "2026-02-20")
        with pytest.raises(Refused, match="Ana is recorded as died; correct that first"):
            comes_back(ana, "2026-02-21")
        with pytest.raises(Refused, match="Ana is recorded as died; correct that first"):
            episodes.reopen(client=ana, by=BY, now=NOW)
        close(ana, "2026-02-22")
        with pytest.raises(Refused, match="Ana is recorded as died; correct that first"):
            comes_back(ana, "2026-02-25")


class TestClosing:
    def test_ends_the_tracking_with_its_reason(self, ana):
        assert close(ana, "2026-02-20", ClosedReason.WITHDREW)
        assert stands(ana) == ("2026-02-20", "withdrew")
        assert StandingRecord.objects.get(client=ana).standing == "not_tracked"
        assert ana.episodes.get().phase == Phase.IN_TREATMENT

    def test_the_same_again_changes_nothing_and_another_day_corrects_it(self, ana):
        close(ana, "2026-02-20")
        before = everything()
        assert close(ana, "2026-02-20") is False
        assert everything() == before
        assert close(ana, "2026-02-21", ClosedReason.WITHDREW)
        assert stands(ana) == ("2026-02-21", "withdrew")

    @pytest.mark.parametrize("on", ["2026-03-03", "2026-01-06"])
    def test_an_impossible_day_is_refused(self, ana, on):
        with pytest.raises(Refused) as refused:
            close(ana, on)
        assert refused.value.field == "closed_on"
        assert stands(ana) == ("None", "")

    def test_taken_back_the_client_is_judged_as_before(self, ana):
        assert episodes.reopen(client=ana, by=BY, now=NOW) is False
        close(ana, "2026-02-20")
        assert episodes.reopen(client=ana, by=BY, now=NOW) is True
        assert stands(ana) == ("None", "")
        assert StandingRecord.objects.get(client=ana).standing == "not_started"


class TestComingBack:
    def test_everything_stays_and_the_closing_ends(self, ana):
        change(ana, Phase.DROPPED_OUT, "2026-02-01")
        close(ana, "2026-02-05")
        comes_back(ana, "2026-02-10", severity=3)
        assert stands(ana) == ("None", "")
        first, second = ana.episodes.order_by("intake_on")
        assert (first.phase, second.phase, second.severity) == (Phase.DROPPED_OUT, Phase.IN_TREATMENT, 3)
        assert episodes.latest_episode(ana) == second
        assert history(ana)[-1] == "in_treatment on 2026-02-10"

    def test_on_the_day_of_discharge_and_on_no_day_before(self, ana):
        change(ana, Phase.DROPPED_OUT, "2026-02-01")
        for on in ("2026-01-31", "2026-01-07"):
            with pytest.raises(Refused, match=f"{on} is before the discharge on 2026-02-01"):
                comes_back(ana, on)
        comes_back(ana, "2026-02-01")
        assert ana.episodes.count() == 2

    def test_not_from_a_course_that_goes_on(self, ana):
        with pytest.raises(Refused, match="Ana is still in treatment since 2026-01-07"):
            comes_back(ana, "2026-02-01")

    def test_not_twice_on_the_day_of_intake(self, ana):
        change(ana, Phase.DROPPED_OUT, "2026-01-07")
        with pytest.raises(Refused, match="Ana was taken in on 2026-01-07 already"):
            comes_back(ana, "2026-01-07")

    def test_not_in_the_future_and_not_with_a_number_out_of_range(self, ana):
        change(ana, Phase.DROPPED_OUT, "2026-02-01")
        before = everything()
        with pytest.raises(Refused, match="2026-03-03 is in the future"):
            comes_back(ana, "2026-03-03")
        with pytest.raises(Refused, match="Severity is 16: it goes from 0 to 15"):
            comes_back(ana, str(TODAY), severity=16)
        assert everything() == before
