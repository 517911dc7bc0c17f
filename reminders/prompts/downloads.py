"""Messages as a table to take along: the very rows that the page shows, and never a link."""

from __future__ import annotations

from collections.abc import Iterable

from attendance.pages.downloads import whose
from clinic.exports.table import Row, Table
from clinic.pages.caseload import Caseload
from reminders.prompts.models import Prompt
from reminders.prompts.states import PromptState

MESSAGES = (
    *("Client", "Reference", "To", "Message", "State", "By", "Planned", "Not before", "Sent", "Text", "Why"),
)


def of_messages(portions: Iterable[Iterable[Prompt]], caseload: Caseload, state: str) -> Table:
    """What went to whom, and what became of it."""
    chosen = [("State", str(PromptState(state).label))] if state in PromptState.values else []
    return Table(
        name="messages",
        title="Messages",
        headings=MESSAGES,
        rows=(_message(prompt) for prompts in portions for prompt in prompts),
        filters=[whose(caseload), *chosen],
    )


def _message(prompt: Prompt) -> Row:
    to = f"{prompt.contact.first_name}, their contact" if prompt.contact is not None else "the client"
    return (
        *(str(prompt.client), prompt.client.reference, to),
        *(str(prompt.get_step_display()), str(prompt.get_state_display())),
        *(str(prompt.get_channel_display()), prompt.planned_at, prompt.not_before, prompt.sent_at),
        *(prompt.shown_body, prompt.reason),
    )
