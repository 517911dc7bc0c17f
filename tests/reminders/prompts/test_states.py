"""The table of states: who may follow whom, that the page in docs/ shows it, and that the database holds to it."""

from pathlib import Path

import pytest

from reminders.prompts.states import TRANSITIONS, PromptState, diagram, page, sources_of

DOCS = Path(__file__).parents[3] / "docs"
# What a prompt goes through, in a line: planned -> sending -> sent -> delivered; or cancelled, suppressed, expired,
# failed, uncertain. Back to planned only from where it certainly did not go, or a person or the provider said so;
# from cancelled where a correction reopened what it was about, before it was ever tried.
MOVES = {
    "planned": "sending cancelled suppressed expired",
    "sending": "sent planned failed uncertain",
    "uncertain": "sent planned failed",
    "sent": "delivered failed",
    "delivered": "",
    "cancelled": "planned",
    "suppressed": "",
    "expired": "",
    "failed": "",
}


@pytest.mark.parametrize("source", PromptState)
@pytest.mark.parametrize("target", PromptState)
def test_every_pair_of_states(source, target):
    allowed = target.value in MOVES[source.value].split()
    assert (target in TRANSITIONS[source]) is allowed
    assert (source in sources_of(target)) is allowed


def test_the_page_in_the_documentation_is_made_from_the_table():
    assert (DOCS / "prompt-states.md").read_text(encoding="utf-8") == page(), (
        "run: python -m reminders.prompts.states > docs/prompt-states.md"
    )


def test_the_diagram_shows_every_move_and_every_end():
    lines = {line.strip() for line in diagram().splitlines()}
    moves = {f"{source} --> {target}" for source, targets in MOVES.items() for target in targets.split()}
    ends = {f"{source} --> [*]" for source, targets in MOVES.items() if not targets}
    assert lines == {"stateDiagram-v2", "[*] --> planned"} | moves | ends


def test_what_is_out_is_never_planned_again():
    """From sent, no path leads back to where it would be sent again."""
    reached = {PromptState.SENT}
    while True:
        further = reached.union(*(TRANSITIONS[state] for state in reached))
        if further == reached:
            break
        reached = further
    assert reached.isdisjoint({PromptState.PLANNED, PromptState.SENDING})
