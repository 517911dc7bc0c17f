"""Notes on a client: written, put right, struck out, and kept at the top."""

from tests.flows.acts.told import LONG, NO_NOTE, REQUIRED, TOO_LONG, Told, but, fixed

TOO_MUCH = "Note – The note has 2,001 characters: 2,000 is the most. Make two notes of it."
ON_THEIR_PAGE = "Choose the note on the client's page."

ACTS = [
    Told(
        "note",
        fixed(text="Works nights.\r\nRing after two.", pinned="on"),
        "Noted on Ana Madeup.",
        "That was noted a moment ago.",
        [
            (but(text=" \n "), f"Note – {REQUIRED}"),
            (but(text="x" * 2001), TOO_MUCH),
            (but(text="\u200b"), "Note – Write what is to be noted."),
        ],
    ),
    Told(
        "correct_note",
        but(note=lambda world: world.noted(world.ana).pk, text="Works mornings.", reason="Misheard."),
        "Corrected. What the note said before stays on record.",
        NO_NOTE,
        [
            (but(text=""), f"Note – {REQUIRED}"),
            (but(text="x" * 2001), TOO_MUCH),
            (but(reason=""), f"What was wrong – {REQUIRED}"),
            (but(note=lambda world: world.noted(world.ben).pk), NO_NOTE),
            (but(note=lambda world: world.noted(world.hugo).pk), NO_NOTE),
            (but(note=""), ON_THEIR_PAGE),
        ],
    ),
    Told(
        "void_note",
        but(note=lambda world: world.noted(world.ana).pk, reason="It was Ben's."),
        "The note is struck out. It stays on record.",
        NO_NOTE,
        [
            (but(reason=" "), f"Why – {REQUIRED}"),
            (but(reason=LONG), f"Why – {TOO_LONG.format(300, 301)}"),
            (but(note=lambda world: world.noted(world.ben).pk), NO_NOTE),
            (but(note="x"), NO_NOTE),
            (but(note=""), ON_THEIR_PAGE),
        ],
    ),
    Told(
        "pin_note",
        but(note=lambda world: world.noted(world.ana).pk, pinned="yes"),
        "The note stays at the top.",
        "It stood so already.",
        [
            (
                but(pinned="perhaps"),
                "Where it stands – Select a valid choice. perhaps is not one of the available choices.",
            ),
            (but(note=lambda world: world.noted(world.hugo).pk), NO_NOTE),
            (but(note=""), ON_THEIR_PAGE),
        ],
    ),
]
