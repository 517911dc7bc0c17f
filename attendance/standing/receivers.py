"""Judges clients again the moment their facts change, on every path by which facts arrive."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from attendance.standing.evaluation import evaluate, evaluate_all
from attendance.standing.merging import close_their_flag, stand_aside
from clinic.events import clients_merged, clients_merging, facts_changed, policy_changed
from clinic.merging.rows import Merging
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


@receiver(clients_merging)
def one_flag(sender: object, merging: Merging, **_: Any) -> None:
    """End the flag of the record that goes."""
    close_their_flag(merging)


@receiver(clients_merged)
def one_standing(sender: object, merging: Merging, **_: Any) -> None:
    """Take the standing of the record that goes out of every list."""
    stand_aside(merging)
