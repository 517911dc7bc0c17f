"""What the e-mail of a morning says: numbers and two links, and nothing that a stranger could make anything of."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from reminders.desk.ranking import Place
from reminders.digest.wording import PLACES, SUBJECT, Morning, Numbers, body

NOBODY = Numbers({}, 0)
KAYS = Morning(
    first_name="Kay",
    mine=Numbers({Place.SLIPPING: 3, Place.RING_ME: 1, Place.OTHER: 0}, 1),
    team=None,
    today_url="https://weekly.example/?clinic=1",
    settings_url="https://weekly.example/?clinic=1&to=my_settings",
    days=[0, 1, 2, 3, 4],
    hour=8,
)
# What docs/prompts.md keeps out of texts, which anybody may see, and what else this product is about.
TELLING = (
    r"clinic\b|client|patient|recover|meeting|sober|drug|alcohol|addict|treat|fellowship|relapse|lapsed|group"
)


def test_a_keyworker_reads_how_many_and_why_the_most_urgent_first():
    assert body(KAYS) == (
        "Good morning, Kay.\n\n"
        "4 people need you this morning:\n"
        "  1 asked to be rung\n"
        "  3 falling behind\n\n"
        "Waiting too long: 1, which has gone to your manager.\n\n"
        "Your list: https://weekly.example/?clinic=1\n\n"
        "You chose this e-mail for Monday to Friday at 08:00. Change or stop it here: "
        "https://weekly.example/?clinic=1&to=my_settings\n"
    )


def test_a_manager_reads_of_the_team():
    text = body(replace(KAYS, mine=None, team=Numbers({Place.LAPSED: 1}, 2)))
    assert "1 person needs somebody of the team this morning:\n  1 out of touch\n" in text
    assert "Waiting too long: 2, which have come to you, or to another manager." in text


def test_a_morning_on_which_nobody_waits_says_so():
    text = body(replace(KAYS, mine=NOBODY, team=NOBODY))
    assert "Nobody needs you this morning.\n\nNobody is on the team's list this morning.\n\n" in text


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (list(range(7)), "for every day at"),
        ([0], "for Monday at"),
        ([0, 3], "for Monday and Thursday at"),
        ([0, 2, 4], "for Monday, Wednesday and Friday at"),
    ],
)
def test_the_days_are_told_in_words(days, said):
    assert said in body(replace(KAYS, days=days))


def test_nothing_in_it_tells_what_the_place_does():
    everything = Numbers(dict.fromkeys(Place, 2), 2)
    text = body(replace(KAYS, mine=everything, team=everything)).replace("?clinic=1", "")
    assert set(PLACES) == set(Place)
    assert re.findall(TELLING, SUBJECT + text, re.IGNORECASE) == []


def test_a_name_breaks_no_line():
    assert body(replace(KAYS, first_name="Kay\nBcc: all")).startswith("Good morning, Kay Bcc: all.\n")
    assert body(replace(KAYS, first_name=" ")).startswith("Good morning.\n")
