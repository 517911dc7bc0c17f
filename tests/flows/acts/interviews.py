"""Follow-up interviews: recorded, put right, struck out."""

from tests.flows.acts.told import (
    EARLY,
    FUTURE,
    NO_DATE,
    NO_INTERVIEW,
    REQUIRED,
    TOO_LONG,
    Told,
    but,
    fixed,
)

SAID = {"used_alcohol": "no", "used_drugs": "unknown", "attendance": "weekly_or_more"}
NONE_SUCH = "Select a valid choice. {} is not one of the available choices."

ACTS = [
    Told(
        "interview",
        fixed(kind="8m", held_on="2026-03-01", **SAID, controlled_use_impossible="5"),
        "Recorded: Ana Madeup's interview at 8 months, held on 1 March 2026.",
        "That was recorded already: the interview at 8 months on 1 March 2026.",
        [
            (but(held_on="2026-03-03"), f"Held on – {FUTURE}"),
            (but(held_on="2026-01-06"), f"Held on – {EARLY}"),
            (but(held_on="lately"), f"Held on – {NO_DATE}"),
            (but(held_on=""), f"Held on – {REQUIRED}"),
            (but(kind="9m"), f"Interview at – {NONE_SUCH.format('9m')}"),
            (but(kind=""), f"Interview at – {REQUIRED}"),
            # That nothing is known is said, and not left out.
            (but(used_alcohol=""), f"Alcohol in the last six months – {REQUIRED}"),
            (but(used_drugs="some"), f"Illegal drugs in the last six months – {NONE_SUCH.format('some')}"),
            (but(attendance=""), f"Meetings in the last six months – {REQUIRED}"),
            (
                but(controlled_use_impossible="6"),
                f"“For me, controlled use is impossible” – {NONE_SUCH.format('6')}",
            ),
        ],
    ),
    Told(
        "correct_interview",
        but(
            interview=lambda world: world.interviewed(world.ana).pk,
            kind="24m",
            held_on="2026-02-11",
            **SAID,
            reason="It was the later one.",
        ),
        "Corrected. What stood before stays on record.",
        NO_INTERVIEW,
        [
            (but(reason=" "), f"Why – {REQUIRED}"),
            (but(reason="x" * 301), f"Why – {TOO_LONG.format(300, 301)}"),
            (but(held_on="2026-03-03"), f"Held on – {FUTURE}"),
            (but(held_on="2026-01-06"), f"Held on – {EARLY}"),
            (but(interview=lambda world: world.interviewed(world.ben).pk), NO_INTERVIEW),
            (but(interview=lambda world: world.interviewed(world.hugo).pk), NO_INTERVIEW),
            (but(interview="99999999999999999999"), NO_INTERVIEW),
            (but(interview=""), "Choose the interview on the client's page."),
        ],
    ),
    Told(
        "void_interview",
        but(interview=lambda world: world.interviewed(world.ana).pk, reason="It was Ben."),
        "Struck out: the interview on 10 February 2026. It stays on record, and no longer counts.",
        NO_INTERVIEW,
        [
            (but(reason=""), f"Why – {REQUIRED}"),
            (but(interview=lambda world: world.interviewed(world.ben).pk), NO_INTERVIEW),
            (but(interview=lambda world: world.interviewed(world.hugo).pk), NO_INTERVIEW),
            (but(interview="the first"), NO_INTERVIEW),
            (but(interview=""), "Choose the interview on the client's page."),
        ],
    ),
]
