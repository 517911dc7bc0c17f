"""Putting a client back to what they were before a spreadsheet, as far as they still are as it left them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from clinic import amending, audit, consents, episodes, events, locking
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.imports.client_snapshots import Snapshot, snapshot
from clinic.intake import Intake, Person
from clinic.models import Client, ClosedReason, Consent, Episode, Phase, Programme, User
from clinic.weeks import day_text

DAYS = {"date_of_birth", "intake_on", "discharged_on", "closed_on"}
PERSON = (
    "first_name",
    "last_name",
    "date_of_birth",
    "mobile",
    "email",
    "language",
    "preferences",
    "keyworker",
)
MEASURED = (
    *("programme", "twelve_step_based", "severity", "motivation"),
    *("controlled_use_impossible", "isolated"),
)
SINCE = "was changed since, and stays as it is"


def put_back(client: Client, before: Snapshot, after: Snapshot, by: Actor, now: datetime) -> list[str]:
    """Put a client back; what stays, in words."""
    return list(_put_back(locking.client(client.pk), before, after, by, now))


def _put_back(client: Client, before: Snapshot, after: Snapshot, by: Actor, now: datetime) -> Iterator[str]:
    stands = snapshot(client)
    for pk, held in after["episodes"].items():
        if pk not in before["episodes"]:
            yield f"the return to treatment on {_day(held['intake_on'])} stays"
            continue
        episode = client.episodes.filter(pk=int(pk)).first()
        if episode is not None:
            of = (before["episodes"][pk], held, stands["episodes"][pk])
            yield from _episode(client, episode, *of, by, now)
    yield from _person(client, before["client"], after["client"], stands["client"], by, now)
    # After the episodes: one that ended in death keeps its client closed.
    yield from _closing(client, before["client"], after["client"], by, now)
    for pk, held in after["consents"].items():
        consent = client.consents.filter(pk=int(pk)).first()
        if consent is not None:
            yield from _consent(consent, before["consents"].get(pk), held, stands["consents"][pk], by, now)


def _episode(
    client: Client,
    episode: Episode,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    stands: Mapping[str, Any],
    by: Actor,
    now: datetime,
) -> Iterator[str]:
    ended = ("phase", "discharged_on")
    if any(before[name] != after[name] for name in ended):
        if any(stands[name] != after[name] for name in ended):
            yield f"the end of treatment {SINCE}"
        else:
            yield from _tried("the end of treatment", lambda: _end_as_before(episode, before, by, now))
    differing = _differing(
        before, after, [f"{name}_id" if name == "programme" else name for name in MEASURED]
    )
    if before["intake_on"] != after["intake_on"]:
        differing.append("intake_on")
    for name in differing:
        called = name.removesuffix("_id").replace("_", " ")
        if stands[name] != after[name]:
            yield f"{called} {SINCE}"
        else:
            yield from _tried(
                called, lambda name=name: _amend_episode(client, episode, name, before[name], by, now)
            )


def _amend_episode(client: Client, episode: Episode, name: str, value: Any, by: Actor, now: datetime) -> None:
    client.refresh_from_db()
    if name == "intake_on":
        amending.amend(client=client, episode=episode, intake_on=date.fromisoformat(value), by=by, now=now)
        return
    called = name.removesuffix("_id")
    if value is None:
        amending.amend(client=client, episode=episode, forget=[called], by=by, now=now)
        return
    if called == "programme":
        value = Programme.objects.filter(clinic=client.clinic, pk=value).first()
    amending.amend(client=client, episode=episode, intake=Intake(**{called: value}), by=by, now=now)


@transaction.atomic
def _end_as_before(episode: Episode, before: Mapping[str, Any], by: Actor, now: datetime) -> None:
    if before["discharged_on"] is not None:
        ended_on = date.fromisoformat(before["discharged_on"])
        episodes.change_phase(
            episode=episode, phase=Phase(before["phase"]), changed_on=ended_on, by=by, now=now
        )
        return
    episodes.take_discharge_back(episode=episode, by=by, now=now)


def _person(
    client: Client,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    stands: Mapping[str, Any],
    by: Actor,
    now: datetime,
) -> Iterator[str]:
    names = [f"{name}_id" if name == "keyworker" else name for name in PERSON]
    for name in _differing(before, after, names):
        called = name.removesuffix("_id").replace("_", " ")
        if stands[name] != after[name]:
            yield f"{called} {SINCE}"
        else:
            yield from _tried(called, lambda name=name: _amend_person(client, name, before[name], by, now))


def _amend_person(client: Client, name: str, value: Any, by: Actor, now: datetime) -> None:
    called = name.removesuffix("_id")
    client.refresh_from_db()
    about: dict[str, Any] = {
        "client": client,
        "episode": episodes.latest_episode(client),
        "by": by,
        "now": now,
    }
    if value is None:
        amending.amend(**about, forget=[called])
        return
    if called == "keyworker":
        value = User.objects.filter(pk=value).first()
    if name in DAYS:
        value = date.fromisoformat(value)
    amending.amend(**about, person=Person(**{called: value}))


def _closing(
    client: Client, before: Mapping[str, Any], after: Mapping[str, Any], by: Actor, now: datetime
) -> Iterator[str]:
    names = ("closed_on", "closed_reason")
    if all(before[name] == after[name] for name in names):
        return
    client.refresh_from_db()
    stands = snapshot(client)["client"]
    if all(before[name] == stands[name] for name in names):
        # It went with the end of treatment.
        return
    if any(stands[name] != after[name] for name in names):
        yield f"the end of tracking {SINCE}"
    elif before["closed_on"] is None:
        yield from _tried("the end of tracking", lambda: episodes.reopen(client=client, by=by, now=now))
    else:
        closed_on, reason = date.fromisoformat(before["closed_on"]), ClosedReason(before["closed_reason"])
        yield from _tried(
            "the end of tracking",
            lambda: episodes.close(client=client, closed_on=closed_on, reason=reason, by=by, now=now),
        )


def _consent(
    consent: Consent,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
    stands: Mapping[str, Any],
    by: Actor,
    now: datetime,
) -> Iterator[str]:
    called = f"the consent to {consent.get_channel_display().lower()}"
    if before is None:
        # Its own effect takes it back.
        return
    if before["revoked_at"] is None and after["revoked_at"] is not None:
        yield f"{called} stays withdrawn: only the client can give it again"
    elif before != after:
        if stands != after:
            yield f"{called} {SINCE}"
        else:
            consents.doubt(
                consent=consent,
                given_on=date.fromisoformat(before["given_on"]) if before["given_on"] else None,
                how=before["how"],
                by=by,
                now=now,
            )


def _differing(before: Mapping[str, Any], after: Mapping[str, Any], names: list[str]) -> list[str]:
    return [name for name in names if before[name] != after[name]]


def _tried(called: str, act: Any) -> Iterator[str]:
    """Do it; where it is refused, what stays and why."""
    try:
        with transaction.atomic():
            act()
    except Refused as refusal:
        yield f"{called} stays: {refusal.sentence}"


def _day(text: str) -> str:
    return day_text(date.fromisoformat(text))


@transaction.atomic
def remove_newcomer(client: Client, by: Actor, now: datetime) -> None:
    """Take somebody off the record whom a spreadsheet took in, and of whom nobody else has done anything since.

    Raises Refused where the stages above have told them, or others of them, anything.
    """
    held = locking.client(client.pk)
    events.newcomer_leaving.send(sender=Client, client=held)
    audit.record(by=by, now=now, verb="client.removed", subject=held, clinic=held.clinic, client=held)
    held.delete()
