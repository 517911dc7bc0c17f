"""Phases, the end of tracking and coming back; consents; and who somebody is."""

from tests.flows.acts.told import (
    EARLY,
    FUTURE,
    NO_CHANGE,
    NO_DATE,
    REQUIRED,
    TOO_LONG,
    Told,
    World,
    but,
    fixed,
)

ACTS = [
    Told(
        "phase",
        fixed(phase="completed", changed_on="2026-02-27"),
        "Ana Madeup: completed since 27 February 2026.",
        "Ana Madeup stands so already: completed.",
        [
            (but(changed_on="2026-03-03"), f"Since – {FUTURE}"),
            (but(changed_on="2026-01-06"), f"Since – {EARLY}"),
            (but(phase="cured"), "Phase – Select a valid choice. cured is not one of the available choices."),
            (but(phase=""), f"Phase – {REQUIRED}"),
            (but(changed_on="yesterday"), f"Since – {NO_DATE}"),
        ],
    ),
    Told(
        "correct_phase",
        but(
            change=lambda world: world.taken_in(world.ana).pk,
            changed_on="2026-01-05",
            reason="Monday, by the letter.",
        ),
        "Corrected: In treatment since 5 January 2026. What stood before stays on record.",
        NO_CHANGE,
        [
            (but(changed_on="2026-03-03"), f"The right day – {FUTURE}"),
            (but(changed_on="long ago"), f"The right day – {NO_DATE}"),
            (but(reason=""), f"What was wrong – {REQUIRED}"),
            (but(change=lambda world: world.taken_in(world.ben).pk), NO_CHANGE),
            (but(change=lambda world: world.taken_in(world.hugo).pk), NO_CHANGE),
            (but(change=""), "Choose the entry on the client's page."),
        ],
    ),
    Told(
        "close",
        fixed(closed_reason="withdrew", closed_on="2026-03-01"),
        "Ana Madeup is closed. Everything unsent was cancelled.",
        "Ana Madeup was closed so already.",
        [
            (but(closed_on="2026-03-03"), f"Last day – {FUTURE}"),
            (but(closed_on="2026-01-06"), f"Last day – {EARLY}"),
            (
                but(closed_reason="bored"),
                "Why – Select a valid choice. bored is not one of the available choices.",
            ),
            (but(closed_reason=""), f"Why – {REQUIRED}"),
        ],
    ),
    Told(
        "reopen",
        fixed(),
        "Ana Madeup is tracked again. What the closing ended stays ended: introduce a local contact anew.",
        "Ana Madeup is not closed: there was nothing to take back.",
        before=World.closed,
    ),
    Told(
        "return",
        fixed(intake_on="2026-03-01"),
        "Ana Madeup is back in treatment. Everything known before stays.",
        "Taken in again on – Ana Madeup is still in treatment since 1 March 2026.",
        [
            (but(intake_on="2026-03-03"), f"Taken in again on – {FUTURE}"),
            (
                but(intake_on="2026-02-09"),
                "Taken in again on – 9 February 2026 is before the discharge on 10 February 2026.",
            ),
            (but(intake_on=""), f"Taken in again on – {REQUIRED}"),
        ],
        before=World.discharged,
    ),
    Told(
        "consent",
        fixed(channel="sms", given_on="2026-03-01", how="signed form", agreed="on"),
        "Consent to texts is recorded.",
        "Consent to texts was recorded already.",
        [
            (but(given_on="2026-03-03"), f"Given on – {FUTURE}"),
            (but(agreed=""), f"The client heard or read the wording below, and agreed. – {REQUIRED}"),
            (but(how=""), f"How – {REQUIRED}"),
            (but(how="x" * 121), f"How – {TOO_LONG.format(120, 121)}"),
            (
                but(channel="contact"),
                "To – Select a valid choice. contact is not one of the available choices.",
            ),
            (but(channel=""), f"To – {REQUIRED}"),
        ],
    ),
    Told(
        "stop",
        fixed(channel="", how="on the telephone"),
        "Stopped. Nothing more goes to Ana Madeup that way.",
        "Stop – There is no such consent to take back.",
        [
            (but(channel="email"), "Stop – There is no such consent to take back."),
            (but(channel="letter"), "Stop – There is no such consent to take back."),
            (but(how=""), f"How did they say so? – {REQUIRED}"),
        ],
        before=World.agreed,
    ),
    Told(
        "details",
        fixed(
            first_name="Ana",
            last_name="Newname",
            mobile="07700 900999",
            language="es",
            preferences="Women; online",
        ),
        "The details are saved.",
        "Nothing was different.",
        [
            (
                but(mobile="12"),
                "Mobile – '12' is not a telephone number: too short, too long, or without its area.",
            ),
            (but(mobile="nobody"), "Mobile – 'nobody' is not a telephone number."),
            (but(email="ana"), "E-mail – Enter a valid email address."),
            (
                but(date_of_birth="2026-01-08"),
                "Date of birth – 8 January 2026 is after intake on 7 January 2026.",
            ),
            (but(date_of_birth="2026-03-03"), f"Date of birth – {FUTURE}"),
            (but(first_name="A\0na"), "First name – Null characters are not allowed."),
            (but(last_name="x" * 81), f"Last name – {TOO_LONG.format(80, 81)}"),
            (but(language="x" * 11), f"Language – {TOO_LONG.format(10, 11)}"),
        ],
    ),
]
