"""What needs every stage: speaking to a client, putting aside, introducing, and what waits for somebody."""

from reminders.desk.acts import IntroduceForm
from tests.flows.acts.told import (
    FUTURE,
    LONG,
    NO_CHOICE,
    NO_DATE,
    NO_SUCH_CHOICE,
    NOT_WAITING,
    REQUIRED,
    TOO_LONG,
    Told,
    World,
    but,
    fixed,
)

ACTS = [
    Told(
        "spoke",
        fixed(said="means_to_go", words="Will go on Tuesday."),
        "Noted: you spoke to Ana Madeup.",
        "That was noted a moment ago.",
        [
            (but(said=""), f"What came of it – {REQUIRED}"),
            (but(said="perhaps"), f"What came of it – {NO_SUCH_CHOICE.format('perhaps')}"),
            (but(said="other", words=" "), "In a few words – Say in a few words what came of it."),
            (but(words=LONG), f"In a few words – {TOO_LONG.format(240, 301)}"),
        ],
        before=lambda world: world.asked_to_ring(world.ana),
    ),
    Told(
        "not_now",
        fixed(until="2026-03-09", reason="In hospital."),
        "Ana Madeup is off Today until 9 March 2026. Messages go on.",
        "Ana Madeup is off Today until 9 March 2026. Messages go on.",
        [
            (but(until="2026-03-02"), "Until – 2 March 2026 is not ahead: today is 2 March 2026."),
            (but(until="9 March"), f"Until – {NO_DATE}"),
            (but(reason=""), f"Why – {REQUIRED}"),
        ],
    ),
    Told(
        "bring_back",
        fixed(),
        "Ana Madeup is no longer put aside.",
        "Ana Madeup is not put aside.",
        before=World.put_aside,
    ),
    Told(
        "introduce",
        but(contact=lambda world: world.joe.pk, given_on="2026-03-02", how="in the session", agreed="on"),
        "Ana Madeup is introduced to Joe. Ring Joe together now, if you can: it works best.",
        "Local contact – Ana Madeup has an introduction under way: end it first.",
        [
            (but(contact=lambda world: world.hope.pk), f"Local contact – {NO_CHOICE}"),
            (but(contact=""), f"Local contact – {REQUIRED}"),
            (but(given_on="2026-03-03"), f"Consent given on – {FUTURE}"),
            (but(how=""), f"How – {REQUIRED}"),
            (but(agreed=""), f"{IntroduceForm.base_fields['agreed'].label} – {REQUIRED}"),
        ],
    ),
    Told(
        "end_introduction",
        fixed(reason="Ana would rather not."),
        "The introduction to Joe is ended, and its consent taken back.",
        "Ana Madeup has no introduction under way.",
        [(but(reason=""), f"Why – {REQUIRED}")],
        before=World.introduced,
    ),
    Told(
        "they_spoke",
        fixed(),
        "Noted: Ana Madeup and Joe have spoken.",
        "It was noted before that Ana Madeup and Joe spoke.",
        before=World.introduced,
    ),
    Told(
        "settle",
        but(task=lambda world: world.unsure(world.ana).pk, answer="did_not_come", note="Asked her."),
        "Noted: the message goes out once more, unless it has become pointless since.",
        NOT_WAITING,
        [
            (but(answer=""), f"What did they say? – {REQUIRED}"),
            (
                but(answer="perhaps"),
                f"What did they say? – {NO_SUCH_CHOICE.format('perhaps')}",
            ),
            (but(note=LONG), f"Note – {TOO_LONG.format(200, 301)}"),
            (but(task=lambda world: world.asked_to_ring(world.ana).pk), NOT_WAITING),
            (but(task=lambda world: world.unsure(world.ben).pk), NOT_WAITING),
            (but(task=""), "Choose what was done on the client's page."),
        ],
    ),
    Told(
        "finish_task",
        but(task=lambda world: world.asked_to_ring(world.ana).pk, outcome="Rang; all is well."),
        "Done. It is off the list.",
        NOT_WAITING,
        [
            (but(outcome=""), f"What came of it – {REQUIRED}"),
            (
                but(task=lambda world: world.asked_to_ring(world.ben).pk),
                NOT_WAITING,
            ),
            (
                but(task=lambda world: world.asked_to_ring(world.hugo).pk),
                NOT_WAITING,
            ),
            (but(task=lambda world: world.unsure(world.ana).pk), NOT_WAITING),
            (but(task="x"), NOT_WAITING),
            (but(task=""), "Choose what was done on the client's page."),
        ],
    ),
]
