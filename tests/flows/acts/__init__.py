"""Every act on a client, and what the pages say of it."""

from tests.flows.acts import attendance, choices, desk, interviews, notes, transfers, treatment

ACTS = [
    *attendance.ACTS,
    *choices.ACTS,
    *treatment.ACTS,
    *notes.ACTS,
    *desk.ACTS,
    *interviews.ACTS,
    *transfers.ACTS,
]
