"""Logging meetings and putting them right, pauses, and weeks in which somebody did not go."""

from tests.flows.acts.told import (
    EARLY,
    FUTURE,
    LONG,
    NO_CHOICE,
    NO_DATE,
    NO_MEETING,
    NO_PAUSE,
    NOT_OF_IT,
    NOT_THAT_DAY,
    NOT_THEIRS,
    REQUIRED,
    TOO_LONG,
    Told,
    but,
    fixed,
)

ACTS = [
    Told(
        "log",
        fixed(attended_on="2026-02-24", source="slip", meeting="lantern", note="Stayed for tea."),
        "Recorded: Ana Madeup went on 24 February 2026.",
        "That was recorded already: Ana Madeup on 24 February 2026.",
        [
            (but(attended_on="2026-03-03"), f"Day – {FUTURE}"),
            (but(attended_on="2026-01-06"), f"Day – {EARLY}"),
            (but(attended_on="2026-02-25"), f"Meeting – {NOT_THAT_DAY}"),
            (but(fellowship=lambda world: world.joe.fellowship.pk), f"Or only the fellowship – {NOT_OF_IT}"),
            (but(attended_on="1/3/2026"), f"Day – {NO_DATE}"),
            (but(attended_on="0026-03-01"), "Day – 1 March 26 is too long ago."),
            (but(attended_on=""), f"Day – {REQUIRED}"),
            (but(meeting="moonlight"), f"Meeting – {NO_MEETING}"),
            (
                but(source="rumour"),
                "Who says so – Select a valid choice. rumour is not one of the available choices.",
            ),
            (but(fellowship="99999999999999999999"), f"Or only the fellowship – {NO_CHOICE}"),
            (but(note=LONG), f"Note – {TOO_LONG.format(300, 301)}"),
        ],
    ),
    Told(
        "pause",
        fixed(starts_on="2026-03-01", ends_on="2026-03-14", kind="hospital", detail="Planned"),
        "Ana Madeup is paused until 14 March 2026.",
        "That pause, until 14 March 2026, was entered already.",
        [
            (
                but(ends_on="2026-02-28"),
                "Last day – It ends on 28 February 2026, before it starts on 1 March 2026.",
            ),
            (
                but(ends_on="2036-03-01"),
                "Last day – From 1 March 2026 to 1 March 2036 is more than five years: close the client instead.",
            ),
            (but(ends_on="soon"), f"Last day – {NO_DATE}"),
            (but(starts_on=""), f"From – {REQUIRED}"),
            (but(kind=""), f"Why – {REQUIRED}"),
            (but(kind="whim"), "Why – Select a valid choice. whim is not one of the available choices."),
        ],
    ),
    Told(
        "did_not_go",
        fixed(week="2026-02-23"),
        "Noted: did not go in the week of 23 February 2026.",
        "That was noted already for the week of 23 February 2026.",
        [
            (
                but(week="2026-03-09"),
                "Which week – Select a valid choice. 2026-03-09 is not one of the available choices.",
            ),
            (
                but(week="2026-02-24"),
                "Which week – Select a valid choice. 2026-02-24 is not one of the available choices.",
            ),
            (
                but(week="2025-12-29"),
                "Which week – Select a valid choice. 2025-12-29 is not one of the available choices.",
            ),
            (but(week=""), f"Which week – {REQUIRED}"),
        ],
    ),
    Told(
        "void",
        but(attendance=lambda world: world.went(world.ana).pk, reason="It was Ben."),
        "Struck out: the meeting on 10 February 2026. It stays on record, and no longer counts.",
        NOT_THEIRS,
        [
            (but(reason=" "), f"Why – {REQUIRED}"),
            (but(attendance=lambda world: world.went(world.ben).pk), NOT_THEIRS),
            (but(attendance=lambda world: world.went(world.hugo).pk), NOT_THEIRS),
            (but(attendance="99999999999999999999"), NOT_THEIRS),
            (but(attendance="the first"), NOT_THEIRS),
            (but(attendance=""), "Choose the meeting on the client's page."),
        ],
    ),
    Told(
        "correct",
        but(
            attendance=lambda world: world.went(world.ana).pk,
            attended_on="2026-02-17",
            meeting="lantern",
            reason="A week later.",
        ),
        "Corrected. What stood before stays on record.",
        NOT_THEIRS,
        [
            (but(reason=""), f"Why – {REQUIRED}"),
            (but(attended_on="2026-03-03"), f"The right day – {FUTURE}"),
            (but(attended_on="2026-02-25"), f"The right meeting – {NOT_THAT_DAY}"),
            (but(attended_on="2026-01-06"), f"The right day – {EARLY}"),
            (but(meeting="moonlight"), f"The right meeting – {NO_MEETING}"),
            (but(attendance=lambda world: world.went(world.ben).pk), NOT_THEIRS),
            (but(attendance=lambda world: world.went(world.hugo).pk), NOT_THEIRS),
        ],
    ),
    Told(
        "void_pause",
        but(pause=lambda world: world.paused(world.ana).pk),
        "The pause is taken back; the weeks count again.",
        f"Which pause – {NO_PAUSE}",
        [
            (but(pause=lambda world: world.paused(world.ben).pk), f"Which pause – {NO_PAUSE}"),
            (but(pause=lambda world: world.paused(world.hugo).pk), f"Which pause – {NO_PAUSE}"),
            (but(pause="none"), f"Which pause – {NO_PAUSE}"),
            (but(pause=""), f"Which pause – {REQUIRED}"),
        ],
    ),
]
