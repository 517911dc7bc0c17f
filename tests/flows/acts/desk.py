"""What needs every stage: speaking to a client, putting aside, introducing, and what waits for somebody."""

from reminders.desk.acts import IntroduceForm
from reminders.worklist.models import TaskKind
from tests.flows.acts.told import (
    FUTURE,
    LONG,
    NO_CHOICE,
    NO_DATE,
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
        fixed(outcome="Will go on Tuesday."),
        "Noted: you spoke to Ana Madeup.",
        "That was noted a moment ago.",
        [
            (but(outcome=""), f"What came of it – {REQUIRED}"),
            (but(outcome=LONG), f"What came of it – {TOO_LONG.format(300, 301)}"),
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
                "What did they say? – Select a valid choice. perhaps is not one of the available choices.",
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
    Told(
        "hand_back",
        but(task=lambda world: world.waits_too_long(world.ana).pk, word="Ask Joe's brother."),
        "Handed back to kay.",
        NOT_WAITING,
        [
            (but(word=""), f"A word to the keyworker – {REQUIRED}"),
            (but(word=LONG), f"A word to the keyworker – {TOO_LONG.format(300, 301)}"),
            (but(task=lambda world: world.waits_too_long(world.ben).pk), NOT_WAITING),
            (but(task=lambda world: world.waits_too_long(world.hugo).pk), NOT_WAITING),
            (but(task=lambda world: world.asked_to_ring(world.ana).pk), NOT_WAITING),
            (but(task=""), "Choose what was done on the client's page."),
        ],
        by="mo",
    ),
    Told(
        "see_to",
        but(task=lambda world: world.waits_too_long(world.ana).pk, outcome="Found somebody."),
        "Done. It is off the lists.",
        NOT_WAITING,
        [
            (but(outcome=""), f"What came of it – {REQUIRED}"),
            (but(task=lambda world: world.waits_too_long(world.ben).pk), NOT_WAITING),
            (but(task=lambda world: world.asked_to_ring(world.ana).pk), NOT_WAITING),
            (but(task=lambda world: world.waits_too_long(world.ana, TaskKind.UNCERTAIN).pk), NOT_WAITING),
            (but(task=""), "Choose what was done on the client's page."),
        ],
        by="mo",
    ),
]
