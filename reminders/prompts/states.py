"""The states of a prompt and the moves between them.

docs/prompt-states.md is made from this table: python -m reminders.prompts.states > docs/prompt-states.md
"""

import sys

from django.db.models import TextChoices


class PromptState(TextChoices):
    PLANNED = "planned", "Planned"
    SENDING = "sending", "Sending"
    SENT = "sent", "Sent"
    DELIVERED = "delivered", "Delivered"
    CANCELLED = "cancelled", "Cancelled"
    SUPPRESSED = "suppressed", "Suppressed"
    EXPIRED = "expired", "Expired"
    FAILED = "failed", "Failed"
    UNCERTAIN = "uncertain", "Uncertain"


# From each state, the states it may move to. One with none is final.
TRANSITIONS: dict[PromptState, frozenset[PromptState]] = {
    PromptState.PLANNED: frozenset(
        {PromptState.SENDING, PromptState.CANCELLED, PromptState.SUPPRESSED, PromptState.EXPIRED}
    ),
    # Back to planned after a passing fault of the provider; uncertain where nobody heard back.
    PromptState.SENDING: frozenset(
        {PromptState.SENT, PromptState.PLANNED, PromptState.FAILED, PromptState.UNCERTAIN}
    ),
    # Asked, the provider knew it after all, or had never seen it; or a person settled it.
    PromptState.UNCERTAIN: frozenset({PromptState.SENT, PromptState.PLANNED, PromptState.FAILED}),
    PromptState.SENT: frozenset({PromptState.DELIVERED, PromptState.FAILED}),
    PromptState.DELIVERED: frozenset(),
    # Cancelled before any try, and due again because a correction reopened the missed weeks it was about.
    PromptState.CANCELLED: frozenset({PromptState.PLANNED}),
    PromptState.SUPPRESSED: frozenset(),
    PromptState.EXPIRED: frozenset(),
    PromptState.FAILED: frozenset(),
}


# It went out, as far as the provider knows.
WENT = [PromptState.SENT, PromptState.DELIVERED]
# It went out, or nobody can say that it did not: it counts under the caps.
COUNTS_AS_SENT = [PromptState.SENDING, *WENT, PromptState.UNCERTAIN]
# It has been worded: it is on its way, went out, or was tried in vain.
WORDED = [*COUNTS_AS_SENT, PromptState.FAILED]
NOT_YET = [PromptState.PLANNED, PromptState.SENDING]
NEVER_WENT = [PromptState.CANCELLED, PromptState.SUPPRESSED, PromptState.EXPIRED, PromptState.FAILED]


def sources_of(state: PromptState) -> list[PromptState]:
    """The states from which a prompt may move to this one."""
    return [source for source, targets in TRANSITIONS.items() if state in targets]


def diagram() -> str:
    """The table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> planned"]
    for source, targets in TRANSITIONS.items():
        lines += [f"    {source} --> {target}" for target in sorted(targets)]
        if not targets:
            lines.append(f"    {source} --> [*]")
    return "\n".join(lines)


def page() -> str:
    """The page of the documentation that shows the table."""
    return f"""# States of a prompt

Made from the table in `reminders/prompts/states.py`; after changing it run
`python -m reminders.prompts.states > docs/prompt-states.md`. A test holds the two equal.

```mermaid
{diagram()}
```
"""


if __name__ == "__main__":
    sys.stdout.write(page())
