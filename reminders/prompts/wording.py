"""The texts of the ladder. Discreet: no speciality, fellowship, drug, 'recovery', 'meeting' or venue; detail is behind
the link. No text belittles going once or less than weekly: weekly is where benefit was found (evidence E10).
"""

from __future__ import annotations

from dataclasses import dataclass

from reminders.prompts.ladder import FIRST_STEPS_ON_DAYS, KEEP_GOING_EVERY, Step, days_after_intake

LINK = "{link}"
SUBJECT = "A note for you"

CLIENT_TEXTS: dict[Step, tuple[str, ...]] = {
    Step.NEW_LINK: ("Here is the new link you asked for: {link}",),
    Step.FIRST_STEPS: (
        "A first visit is easier with company. See what is on near you, and who can go with you: {link}",
        "The first weeks set the pattern, and it is a good time to start. Pick a time that suits: {link}",
    ),
    Step.NUDGE: ("There is still time this week. See what is on near you: {link}",),
    Step.CHECK_IN: ("Did you get to one this week? One tap to tell us, whatever the answer: {link}",),
    Step.ENCOURAGE: ("It is a new week, and going every week is what helps most. {company}: {link}",),
    Step.EXPECT_A_CALL: (
        "{contact} will ring you soon and offer to go with you. Say here if you would rather not: {link}",
    ),
    Step.ANOTHER_WAY: ("Not every place suits everyone. Here are some of another kind: {link}",),
    Step.KEEP_GOING: (
        "You are welcome whenever you come, and every week is what helps most. {company}: {link}",
        "It is never too late to pick it up again. {company}: {link}",
        "We are thinking of you. If something stands in the way, tell us and we will ring: {link}",
    ),
}  # fmt: skip

PLAIN_TEXTS: dict[Step, tuple[str, ...]] = {
    Step.NUDGE: ("There is still time for a meeting this week. See what is on near you: {link}",),
    Step.CHECK_IN: ("Did you get to a meeting this week? One tap to tell us, whatever the answer: {link}",),
    Step.ENCOURAGE: ("It is a new week, and a meeting every week is what helps most. {company}: {link}",),
}

CONTACT_TEXT = (
    "Hello {contact}. Would you ring {initial} and offer to go together? When and how is here: {link}"
)
NAMES_THE_CONTACT = frozenset({Step.REACH_OUT, Step.EXPECT_A_CALL})
WITH_CONTACT = "{contact} can go with you"
ALONE = "Pick a time that suits"


@dataclass(frozen=True, slots=True)
class Names:
    """First names for a text. contact is empty where the client has no introduction; signed is the keyworker's."""

    client: str = ""
    contact: str = ""
    signed: str = ""

    def __post_init__(self) -> None:
        """Keep a name from being read as a placeholder, or from ending the line of a header."""
        for name in ("client", "contact", "signed"):
            clean = " ".join(getattr(self, name).replace("{", "").replace("}", "").split())
            object.__setattr__(self, name, clean)


@dataclass(frozen=True, slots=True)
class Words:
    """What a prompt says; the body holds LINK where the link goes. The subject is for e-mails."""

    subject: str
    body: str


def for_client(step: Step, occasion: str, names: Names, plain: bool = False) -> Words:
    """The text of a step to the client; the occasion chooses among several wordings, so that they stay fresh."""
    texts = (PLAIN_TEXTS.get(step) if plain else None) or CLIENT_TEXTS[step]
    text = texts[_turn(step, occasion) % len(texts)]
    company = WITH_CONTACT if names.contact else ALONE
    filled = text.replace("{company}", company).replace("{contact}", names.contact or "Somebody")
    greeting = f"Hello {names.client}. " if names.client else "Hello. "
    signed = f" {names.signed}" if names.signed else ""
    return Words(SUBJECT, f"{greeting}{filled}{signed}")


def for_contact(names: Names) -> Words:
    """The text that asks a local contact to ring a client, who appears by their initial alone."""
    initial = f"{names.client[0]}." if names.client else "somebody new"
    return Words(SUBJECT, CONTACT_TEXT.replace("{contact}", names.contact).replace("{initial}", initial))


def _turn(step: Step, occasion: str) -> int:
    """Which wording's turn it is: by missed weeks for keep going, by day for the first steps."""
    if step is Step.KEEP_GOING:
        return int(occasion) // KEEP_GOING_EVERY
    if step is Step.FIRST_STEPS:
        return FIRST_STEPS_ON_DAYS.index(days_after_intake(occasion))
    return 0
