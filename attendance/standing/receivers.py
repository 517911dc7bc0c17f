"""Judges clients again the moment their facts change, on every path by which facts arrive."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from attendance.standing.evaluation import evaluate, evaluate_all
from clinic.events import facts_changed, policy_changed
from clinic.models import Clinic


@receiver(facts_changed)
def judge_again(
    sender: object, clinic: Clinic, client_ids: list[int], now: datetime, held: bool, **_: Any
) -> None:
    """Judge the clients whose facts came, changed or went, in the transaction that wrote them."""
    evaluate(clinic, client_ids, now, held=held)


@receiver(policy_changed)
def judge_everyone_again(sender: object, clinic: Clinic, now: datetime, **_: Any) -> None:
    """Judge every client of a clinic whose policy changed."""
    evaluate_all(clinic, now)
