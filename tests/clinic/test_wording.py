"""Dates in the sentences of pages."""

import pytest

from clinic.clock import instant
from clinic.pages.wording import how_far, how_long_ago, in_words
from tests.cast import NOW


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        (
            "2026-03-03 is in the future: today is 2026-03-02.",
            "3 March 2026 is in the future: today is 2 March 2026.",
        ),
        ("There is already a client '2026-03-02' here.", "There is already a client '2026-03-02' here."),
        ("There is no meeting “2026-03-02”.", "There is no meeting “2026-03-02”."),
        ("2026-02-30 is no day.", "2026-02-30 is no day."),
        (
            "A1-2026-03-02 and 2026-03-02T12:00 are no dates.",
            "A1-2026-03-02 and 2026-03-02T12:00 are no dates.",
        ),
        ("No day at all.", "No day at all."),
    ],
)
def test_days_are_said_in_words_and_peoples_own_words_are_left(sentence, said):
    assert in_words(sentence) == said


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-03-02T03:10:00Z", "today at 03:10"),
        ("2026-03-02T23:10:00Z", "today at 23:10"),
        ("2026-03-01T23:59:00Z", "yesterday at 23:59"),
        ("2026-02-28T12:00:00Z", "2 days ago, on 28 February 2026"),
        ("2026-03-03T03:10:00Z", "tomorrow at 03:10"),
        ("2026-03-09T03:10:00Z", "on 9 March 2026 at 03:10"),
    ],
)
def test_how_far_a_moment_is_from_now(moment, said):
    assert how_far(instant(moment), NOW, "Europe/London") == said


def test_which_day_it_is_depends_on_where_somebody_is():
    moment = instant("2026-03-02T03:10:00Z")
    assert how_far(moment, NOW, "America/New_York") == "yesterday at 22:10"
    assert how_far(moment, NOW, "Asia/Tokyo") == "today at 12:10"


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-03-02T12:00:00Z", "just now"),
        ("2026-03-02T11:59:01Z", "just now"),
        ("2026-03-02T11:58:59Z", "a minute ago"),
        ("2026-03-02T11:58:00Z", "2 minutes ago"),
        ("2026-03-02T11:00:01Z", "59 minutes ago"),
        ("2026-03-02T11:00:00Z", "today at 11:00"),
        ("2026-03-01T12:00:00Z", "yesterday at 12:00"),
        ("2026-03-02T12:00:01Z", "today at 12:00"),
    ],
)
def test_what_was_written_within_the_hour_is_told_in_minutes(moment, said):
    assert how_long_ago(instant(moment), NOW, "Europe/London") == said
