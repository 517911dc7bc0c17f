"""Every act on a client, and what the pages say of it."""

from tests.flows.acts import attendance, choices, desk, interviews, treatment

ACTS = [*attendance.ACTS, *choices.ACTS, *treatment.ACTS, *desk.ACTS, *interviews.ACTS]
