"""Dates in the sentences of pages."""

import pytest

from clinic.pages.wording import in_words


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
