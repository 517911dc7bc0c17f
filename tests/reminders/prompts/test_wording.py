"""What prompts say: discreet, kind, short, and unharmed by whatever a name may hold."""

import re
from itertools import pairwise

import pytest

from attendance.directory.fellowships import WELL_KNOWN
from reminders.prompts.ladder import Step
from reminders.prompts.wording import CLIENT_TEXTS, LINK, PLAIN_TEXTS, Names, Words, for_client, for_contact

ANA = Names(client="Ana", contact="Joe", signed="Kay")
# As long as first names of a caseload are, and the longest there may be without one.
EVERYBODY = [
    ANA,
    Names(),
    Names(client="Ana"),
    Names(contact="Joe"),
    Names("Christabelle", "Maximilian", "Margaret"),
]
REALISTIC_LINK = "https://weekly.example.org/l/u6Gr0cN2vKqTz1XyB8wEaQ/"

OCCASIONS = {
    Step.FIRST_STEPS: ["day 3", "day 10"],
    Step.NUDGE: ["2026-02-02"],
    Step.CHECK_IN: ["2026-02-02"],
    Step.KEEP_GOING: ["6", "8", "10", "12", "5", "7"],
    Step.NEW_LINK: ["2026-02-03"],
}
TO_CLIENTS = [step for step in Step if step not in (Step.REACH_OUT, Step.KEYWORKER)]
SAID = [(step, occasion) for step in TO_CLIENTS for occasion in OCCASIONS.get(step, [""])]

FORBIDDEN_WORDS = [
    "recovery", "recovering", "meeting", "meetings", "drug", "drugs", "alcohol", "alcoholic", "drink", "drinking",
    "drinker", "group", "groups", "fellowship", "anonymous", "sober", "sobriety", "clean", "abstinence", "abstinent",
    "addict", "addiction", "substance", "use", "using", "relapse", "lapse", "lapsed", "treatment", "therapy",
    "rehab", "detox", "clinic", "hospital", "keyworker", "sponsor", "step", "steps", "church", "hall", "venue",
]  # fmt: skip
ABBREVIATIONS = sorted({abbreviation for _, abbreviation, _ in WELL_KNOWN if abbreviation})
BELITTLING = [
    "only", "just", "merely", "not enough", "too little", "less than", "fail", "failed", "failure", "missed",
    "must", "should", "ought", "wrong", "bad", "disappoint", "disappointed", "pointless", "useless", "at least",
    "again you", "you did not", "you have not", "you haven't", "warning", "why not", "promise",
]  # fmt: skip

GSM_7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
COSTS_TWO = set("^{}\\[~]|€")


def every_message(plain: bool = False) -> list[Words]:
    """Whatever may go to a client or a contact, for everybody."""
    to_clients = [
        for_client(step, occasion, names, plain=plain) for step, occasion in SAID for names in EVERYBODY
    ]
    return [*to_clients, *(for_contact(names) for names in EVERYBODY)]


def says(text: str, words: list[str]) -> list[str]:
    return [word for word in words if re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)]


def segments(text: str) -> int:
    """How many segments a text is sent in; every character must be of the GSM-7 alphabet."""
    assert set(text) <= GSM_7 | COSTS_TWO, sorted(set(text) - GSM_7 - COSTS_TWO)
    length = sum(2 if character in COSTS_TWO else 1 for character in text)
    return 1 if length <= 160 else -(-length // 153)


def test_every_step_to_a_client_has_a_text():
    assert set(CLIENT_TEXTS) == set(TO_CLIENTS)
    assert set(PLAIN_TEXTS) <= set(TO_CLIENTS)


@pytest.mark.parametrize("words", every_message(), ids=lambda words: words.body[:40])
def test_no_message_gives_away_what_it_is_about(words):
    for text in (words.subject, words.body):
        assert says(text, FORBIDDEN_WORDS) == []
        assert not re.search(rf"\b({'|'.join(ABBREVIATIONS)})\b", text)
        assert [name for name, _, _ in WELL_KNOWN if name.casefold() in text.casefold()] == []


def test_a_client_may_ask_for_plain_wording_and_the_subject_stays_discreet():
    plain = for_client(Step.CHECK_IN, "2026-02-02", ANA, plain=True)
    assert "meeting" in plain.body
    assert "meeting" not in for_client(Step.CHECK_IN, "2026-02-02", ANA).body
    for words in every_message(plain=True):
        assert says(words.subject, FORBIDDEN_WORDS) == []


@pytest.mark.parametrize("plain", [False, True])
def test_no_text_belittles_going_once_or_less_than_weekly(plain):
    for words in every_message(plain):
        assert says(words.body, BELITTLING) == [], words.body


@pytest.mark.parametrize("plain", [False, True])
def test_every_text_fits_two_segments_with_its_link(plain):
    for words in every_message(plain):
        assert words.body.count(LINK) == 1
        assert segments(words.body.replace(LINK, REALISTIC_LINK)) <= 2, words.body


def test_a_segment_is_counted_as_providers_do():
    """The worked numbers of facts/messaging.md."""
    assert [segments("a" * 160), segments("a" * 161), segments("a" * 306), segments("a" * 307)] == [
        1,
        2,
        2,
        3,
    ]
    assert [segments("€" * 80), segments("€" * 81)] == [1, 2]


@pytest.mark.parametrize("step", [Step.ENCOURAGE, Step.KEEP_GOING])
def test_encouragement_says_that_weekly_is_what_helps(step):
    """Evidence E10: the finding itself is the encouragement."""
    said = [for_client(step, occasion, ANA).body for occasion in OCCASIONS.get(step, [""])]
    assert any("every week is what helps most" in body for body in said)


def test_keep_going_is_worded_freshly_each_time():
    said = [for_client(Step.KEEP_GOING, str(weeks), ANA).body for weeks in (6, 8, 10, 12)]
    assert len(set(said[:3])) == 3
    assert all(one != following for one, following in pairwise(said))


def test_the_two_first_steps_are_worded_differently():
    assert for_client(Step.FIRST_STEPS, "day 3", ANA) != for_client(Step.FIRST_STEPS, "day 10", ANA)


def test_encouragement_names_the_contact_where_there_is_one():
    assert "Joe can go with you" in for_client(Step.ENCOURAGE, "", ANA).body
    assert "Pick a time that suits" in for_client(Step.ENCOURAGE, "", Names(client="Ana")).body


def test_the_contact_learns_an_initial_and_nothing_else():
    body = for_contact(Names(client="Ana Maria", contact="Joe")).body
    assert body.startswith("Hello Joe. Would you ring A. and offer to go together?")
    assert "Ana" not in body


HOSTILE = [
    "{link}",
    "{contact}",
    "{0.__class__}",
    "{{}}",
    "A\nBcc: all@example.org",
    "A\r\nB",
    "A\u2028B\x85C\tD",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_neither_a_placeholder_nor_the_end_of_a_line(name):
    names = Names(client=name, contact=name, signed=name)
    for words in [for_contact(names), *(for_client(step, occasion, names) for step, occasion in SAID)]:
        assert words.body.count(LINK) == 1
        assert re.findall(r"[{}]", words.body.replace(LINK, "")) == []
        assert len(f"{words.subject}{words.body}".splitlines()) == 1


@pytest.mark.parametrize("name", ["{}", "{ }", " ", "\n"])
def test_a_name_of_which_nothing_is_left_is_no_name(name):
    assert for_client(Step.NUDGE, "", Names(client=name)).body.startswith("Hello. There")
    assert "somebody new" in for_contact(Names(client=name, contact="Joe")).body
