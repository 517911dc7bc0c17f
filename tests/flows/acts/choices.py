"""Choosing meetings, saying which did not suit, and taking both back."""

from tests.flows.acts.told import (
    LONG,
    NO_CHOSEN,
    NO_MEETING,
    NO_WORD,
    REQUIRED,
    TOO_LONG,
    Told,
    but,
    fixed,
)

ACTS = [
    Told(
        "choose",
        fixed(meeting="lantern"),
        "Chosen: Ana Madeup goes to Lantern Street, Tue 19:00.",
        "That was chosen already: Ana Madeup goes to Lantern Street, Tue 19:00.",
        [
            (but(meeting=""), f"Meeting – {REQUIRED}"),
            (but(meeting="moonlight"), f"Meeting – {NO_MEETING}"),
        ],
    ),
    Told(
        "void_choice",
        but(chosen=lambda world: world.chose(world.ana).pk),
        "Lantern Street is no longer chosen.",
        f"Which choice – {NO_CHOSEN}",
        [
            (but(chosen=lambda world: world.chose(world.ben).pk), f"Which choice – {NO_CHOSEN}"),
            (but(chosen=lambda world: world.chose(world.hugo).pk), f"Which choice – {NO_CHOSEN}"),
            (but(chosen="x"), f"Which choice – {NO_CHOSEN}"),
            (but(chosen=""), f"Which choice – {REQUIRED}"),
        ],
    ),
    Told(
        "did_not_suit",
        fixed(meeting="lantern", reason="Too many stairs."),
        "Noted: Lantern Street did not suit.",
        "That was noted already of Lantern Street.",
        [
            (but(meeting=""), f"Meeting – {REQUIRED}"),
            (but(meeting="moonlight"), f"Meeting – {NO_MEETING}"),
            (but(reason=LONG), f"Why – {TOO_LONG.format(300, 301)}"),
        ],
    ),
    Told(
        "suits_after_all",
        but(unsuited=lambda world: world.unsuited(world.ana).pk),
        "Lantern Street is offered like any other again.",
        f"Which meeting – {NO_WORD}",
        [
            (but(unsuited=lambda world: world.unsuited(world.ben).pk), f"Which meeting – {NO_WORD}"),
            (but(unsuited=lambda world: world.unsuited(world.hugo).pk), f"Which meeting – {NO_WORD}"),
            (but(unsuited="x"), f"Which meeting – {NO_WORD}"),
            (but(unsuited=""), f"Which meeting – {REQUIRED}"),
        ],
    ),
]
