"""The whole path of a tick: hand-overs, standings and flags, what the ladder makes of them, and what has waited."""

from dataclasses import asdict
from datetime import datetime

from attendance.standing import evaluation
from clinic import handing_over, transferring
from clinic.models import Clinic
from reminders.prompts import planning
from reminders.worklist import escalating


def sweep(clinic: Clinic, now: datetime) -> dict[str, int]:
    """Look again at whoever is due in a clinic, plan prompts, and let managers know of what has waited too long.

    How many were examined, changed, and so on.
    """
    handing_over.carry_out_due(clinic, now)
    transferring.lapse_due(clinic, now)
    tally = asdict(evaluation.sweep(clinic, now))
    planned = planning.plan(clinic, now)
    return {**tally, "prompts_planned": planned, "tasks_escalated": escalating.escalate(clinic, now)}
