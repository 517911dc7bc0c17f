"""The whole path of a tick: hand-overs whose day has come, standings and flags, then what the ladder makes of them."""

from dataclasses import asdict
from datetime import datetime

from attendance.standing import evaluation
from clinic import handing_over
from clinic.models import Clinic
from reminders.prompts import planning


def sweep(clinic: Clinic, now: datetime) -> dict[str, int]:
    """Look again at whoever is due in a clinic, and plan prompts; how many were examined, changed, and so on."""
    handing_over.carry_out_due(clinic, now)
    tally = asdict(evaluation.sweep(clinic, now))
    return {**tally, "prompts_planned": planning.plan(clinic, now)}
