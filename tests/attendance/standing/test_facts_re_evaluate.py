"""Facts arrive late and get corrected: on every path by which they arrive the client is judged again at once.

It is Monday 16 February; Ana has missed three weeks, and no sweep runs in these stories.
"""

import pytest

from attendance.register import correcting, pausing, recording
from attendance.register.models import Source
from clinic import amending, events
from clinic.models import Client, Clinic
from tests.attendance.standing.verbs import (
    BY,
    a_client,
    a_clinic,
    amend_policy,
    at,
    close,
    comes_back,
    day,
    discharge,
    flag_of,
    pause,
    says_no,
    standing,
    sweep,
    void,
    went,
)

NOW = "2026-02-16"


@pytest.fixture
def harbour(db) -> Clinic:
    return a_clinic()


@pytest.fixture
def ana(harbour: Clinic) -> Client:
    client = a_client(harbour)
    sweep(harbour, NOW)
    assert standing(client) == "not_started 3"
    return client


def test_taking_in(harbour):
    assert standing(a_client(harbour, "Ben", "2026-01-07", now=NOW)) == "not_started 3"
    assert standing(a_client(harbour, "Cas", "2026-02-16", now=NOW)) == "settling_in 0"


def test_recording_and_voiding_and_correcting_a_meeting(ana):
    meeting = went(ana, "2026-02-03", now=NOW)
    assert standing(ana) == "slipping 1"
    right = correcting.correct(
        attendance=meeting, attended_on=day("2026-02-10"), reason="a week later", by=BY, now=at(NOW)
    )
    assert standing(ana) == "weekly 0"
    void(right, now=NOW)
    assert standing(ana) == "not_started 3"


def test_a_second_report_that_makes_a_meeting_count(ana, harbour):
    amend_policy(harbour, NOW, count_self_reports=False)
    went(ana, "2026-02-10", now=NOW, source=Source.CLIENT)
    assert standing(ana) == "not_started 3"
    went(ana, "2026-02-10", now=NOW, source=Source.SLIP)
    assert standing(ana) == "weekly 0"


def test_many_meetings_at_once(ana, harbour):
    ben = a_client(harbour, "Ben", now=NOW)
    recording.record_many(
        clinic=harbour,
        reports=[recording.Went(client, day("2026-02-10"), Source.KEYWORKER) for client in (ana, ben)],
        by=BY,
        now=at(NOW),
    )
    assert (standing(ana), standing(ben)) == ("weekly 0", "weekly 0")


def test_entering_a_pause_and_taking_it_back(ana):
    entered = pause(ana, "2026-02-03", "2026-02-12", now=NOW)
    assert (standing(ana), flag_of(ana).missed_weeks) == ("not_started 1", 1)
    pausing.void_pause(pause=entered, by=BY, now=at(NOW))
    assert (standing(ana), flag_of(ana).missed_weeks) == ("not_started 3", 3)


def test_a_pause_ahead_moves_the_day_on_which_to_look_again(ana):
    assert ana.standing.next_change_on == day("2026-02-23")
    pause(ana, "2026-02-18", "2026-02-19", now=NOW)
    ana.standing.refresh_from_db()
    assert ana.standing.next_change_on == day("2026-02-18")


def test_a_check_in_and_taking_it_back(ana):
    """It tells 'did not go' from 'nothing recorded', which weigh the same; still she is looked at again."""
    told = []
    events.facts_changed.connect(
        lambda **sent: told.append(sent["client_ids"]), weak=False, dispatch_uid="told"
    )
    try:
        check_in = says_no(ana, "2026-02-09", now=NOW)
        pausing.void_check_in(check_in=check_in, by=BY, now=at(NOW))
    finally:
        events.facts_changed.disconnect(dispatch_uid="told")
    assert told == [[ana.pk], [ana.pk]]
    assert standing(ana) == "not_started 3"


def test_closing_and_coming_back(ana):
    close(ana, "2026-02-12", now=NOW)
    assert (standing(ana), flag_of(ana)) == ("not_tracked 0", None)
    discharge(ana, "2026-02-13", now=NOW)
    comes_back(ana, "2026-02-16")
    assert (standing(ana), flag_of(ana).missed_weeks) == ("not_started 3", 3)


def test_an_intake_put_right(ana):
    amending.amend(client=ana, episode=ana.episodes.get(), intake_on=day("2026-01-21"), by=BY, now=at(NOW))
    assert standing(ana) == "not_started 1"
    assert str(flag_of(ana).run) == "2026-01-26", "its run stays, for what was sent is known by it"
    amending.amend(client=ana, episode=ana.episodes.get(), intake_on=day("2025-12-24"), by=BY, now=at(NOW))
    assert standing(ana) == "not_started 5"


@pytest.mark.parametrize(
    ("change", "then"),
    [
        ({"week_starts_on": 1}, "below_weekly 2"),
        ({"settling_in_days": 28}, "slipping 1"),
        ({"track_for_months": 1}, "not_tracked 0"),
        ({"lapsed_after_weeks": 3}, "lapsed 3"),
    ],
)
def test_another_policy_judges_everybody_anew(ana, harbour, change, then):
    """She went once while she was settling in."""
    went(ana, "2026-01-14", now=NOW)
    assert standing(ana) == "below_weekly 3"
    amend_policy(harbour, NOW, **change)
    assert standing(ana) == then


def test_fewer_meetings_a_week_or_the_clients_own_word(harbour):
    """Ben goes once a week where two are asked, and nobody but he says so."""
    amend_policy(harbour, "2026-01-07", meetings_per_week=2, count_self_reports=False)
    ben = a_client(harbour, "Ben")
    for on in ("2026-01-28", "2026-02-04", "2026-02-11"):
        went(ben, on, source=Source.CLIENT)
    sweep(harbour, NOW)
    assert standing(ben) == "not_started 3"
    amend_policy(harbour, NOW, count_self_reports=True)
    assert standing(ben) == "below_weekly 3"
    amend_policy(harbour, NOW, meetings_per_week=1)
    assert (standing(ben), flag_of(ben)) == ("weekly 0", None)


def test_a_time_zone_further_on_is_a_day_further_on(harbour, ana):
    """At noon in London on Sunday the 22nd it is Monday in Auckland."""
    amend_policy(harbour, "2026-02-22", time_zone="Pacific/Auckland")
    assert standing(ana) == "not_started 4"


def test_a_policy_that_changed_since_the_caller_looked_is_the_one_that_counts(ana, harbour):
    """A request fetched the clinic; by the time it records a meeting, two a week are asked."""
    fetched = Client.objects.select_related("clinic").get(pk=ana.pk)
    amend_policy(harbour, NOW, meetings_per_week=2)
    went(fetched, "2026-02-10", now=NOW)
    assert standing(ana) == "below_weekly 3"


def test_gathered_facts_are_judged_at_the_end(ana):
    with events.gathered():
        went(ana, "2026-02-10", now=NOW)
        assert standing(ana) == "not_started 3"
    assert standing(ana) == "weekly 0"
