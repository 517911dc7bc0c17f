"""Every act on a client, and what the pages say of it."""

from tests.flows.acts import attendance, choices, desk, interviews, notes, treatment

ACTS = [*attendance.ACTS, *choices.ACTS, *treatment.ACTS, *notes.ACTS, *desk.ACTS, *interviews.ACTS]
