"""Every act on a client, and what the pages say of it."""

from tests.flows.acts import attendance, desk, treatment

ACTS = [*attendance.ACTS, *treatment.ACTS, *desk.ACTS]
