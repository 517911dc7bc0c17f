"""Offering a client to another clinic of the organisation, and withdrawing that."""

from tests.flows.acts.told import FUTURE, NO_CHOICE, REQUIRED, TOO_LONG, Told, World, but, fixed

ACTS = [
    Told(
        "transfer",
        but(to=lambda world: world.harbour.pk, given_on="2026-03-02", how="signed form", agreed="on"),
        "Harbour is asked to take Ana Madeup over, until 1 April 2026. Everything goes on here until then.",
        "Ana Madeup waits to be taken over by Harbour already.",
        [
            (but(to=""), f"To – {REQUIRED}"),
            (but(to=lambda world: world.hugo.clinic.pk), f"To – {NO_CHOICE}"),
            (but(to=lambda world: world.ana.clinic.pk), f"To – {NO_CHOICE}"),
            (but(given_on="2026-03-03"), f"Agreed on – {FUTURE}"),
            (but(how=""), f"How – {REQUIRED}"),
            (but(agreed=""), f"The client heard or read the wording below, and agreed. – {REQUIRED}"),
        ],
    ),
    Told(
        "withdraw_transfer",
        fixed(why="They took it back."),
        "Withdrawn: Harbour is asked no more, and the consent to it is taken back.",
        "There is no transfer to withdraw.",
        [
            (but(why=""), f"Why – {REQUIRED}"),
            (but(why="x" * 121), f"Why – {TOO_LONG.format(120, 121)}"),
        ],
        before=World.offered,
    ),
]
