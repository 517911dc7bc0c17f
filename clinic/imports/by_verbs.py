"""One line of the clients' spreadsheet by the verbs: taken in, mended, ended, consents noted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import prefetch_related_objects

from clinic import amending, consents, episodes, intake
from clinic.actors import Actor
from clinic.effects import Effect
from clinic.errors import Refused
from clinic.imports.lines import CONSENT_COLUMNS, Line
from clinic.imports.running import Taken
from clinic.models import Channel, Client, Clinic, Consent, ConsentState, Episode, Programme, Purpose

WHERE = {Channel.SMS: "number", Channel.EMAIL: "address"}


def stands(client: Client, line: Line, programme: Programme | None, now: datetime) -> bool:
    """Whether a known client's line plainly tells nothing new, by what was read under their lock.

    Where it is not plain the verbs decide. The keyworker is one already.
    """
    episode = next((one for one in client.episodes.all() if one.intake_on == line.intake_on), None)
    if episode is None or (line.programme and programme is None):
        return False
    if line.discharge not in (None, (episode.discharged_on, episode.phase)):
        return False
    if line.closing not in (None, (client.closed_on, client.closed_reason)):
        return False
    for channel, agreed in line.consents.items():
        held = _live(_to_prompts(client, channel))
        given = held is not None and held.state is ConsentState.GIVEN
        if (agreed and not given) or (not agreed and held is not None):
            return False
    measured = replace(line.intake, programme=programme)
    person = replace(line.person, keyworker=None)
    try:
        person = intake.check(clinic=client.clinic, person=person, intake=measured, now=now)
    except Refused:
        return False
    person = replace(person, keyworker=line.person.keyworker)
    return not amending.has_news(client=client, episode=episode, person=person, intake=measured)


def take_line(
    clinic: Clinic, line: Line, client: Client | None, stopped: set[str], by: Actor, now: datetime
) -> Taken:
    """Take in what a line tells of a client, or of somebody new; raises Refused, inside the caller's savepoint.

    stopped: the numbers and addresses to which no import may let anything be sent (see consents).
    """
    if client is None:
        client = intake.take_in(
            clinic=clinic,
            reference=line.reference,
            intake_on=line.intake_on,
            person=line.person,
            intake=line.intake,
            by=by,
            now=now,
        )
        prefetch_related_objects([client], "episodes", "consents")
        _end(client, list(client.episodes.all()), line, by, now)
        _, notes = _consent(client, line, stopped, by, now)
        return Taken(Effect.ADDED, " ".join(notes))
    courses, changed, stopped_by_it = _mend(client, line, by, now)
    changed = _end(client, courses, line, by, now) or changed
    consented, notes = _consent(client, line, stopped, by, now)
    notes += [
        f"consent of {line.reference!r} to {channel.label.lower()} is taken back: somebody who shares their new "
        f"{WHERE[channel]} wants no messages there, and no import undoes that."
        for channel in stopped_by_it
    ]
    return Taken(Effect.CHANGED if changed or consented else Effect.ALREADY, " ".join(notes))


def _mend(client: Client, line: Line, by: Actor, now: datetime) -> tuple[list[Episode], bool, list[Channel]]:
    """Mend a known client; the episodes from the one the line is about to the latest, and whether it altered.

    And the channels over which consent went with the old number or address.

    A line is about the episode that began on its day of intake. Otherwise a later day, from the discharge
    on, is a return to treatment, and any other day a correction of the latest intake.
    """
    held = sorted(client.episodes.all(), key=lambda one: one.intake_on)
    meant = [one for one in held if one.intake_on >= line.intake_on]
    courses = meant if meant and meant[0].intake_on == line.intake_on else held[-1:]
    latest = held[-1]
    returned = latest.discharged_on is not None and line.intake_on >= latest.discharged_on
    if returned and line.intake_on > latest.intake_on:
        courses = [
            episodes.return_to_treatment(
                client=client, intake_on=line.intake_on, intake=line.intake, by=by, now=now
            )
        ]
    altered = amending.amend(
        client=client,
        episode=courses[0],
        person=line.person,
        intake=line.intake,
        intake_on=line.intake_on,
        by=by,
        now=now,
    )
    if altered.stopped:
        prefetched = getattr(client, "_prefetched_objects_cache", {})
        prefetched.pop("consents", None)
    return courses, bool(altered) or courses[0] not in held, altered.stopped


def _end(client: Client, courses: Sequence[Episode], line: Line, by: Actor, now: datetime) -> bool:
    """Write down the end of treatment and of tracking that a line tells of; whether it was news."""
    changed = False
    episode = courses[0]
    if line.discharge not in (None, (episode.discharged_on, episode.phase)):
        ended_on, phase = line.discharge
        changed = episodes.change_phase(episode=episode, phase=phase, changed_on=ended_on, by=by, now=now)
    if line.closing not in (None, (client.closed_on, client.closed_reason)):
        closed_on, reason = line.closing
        # A closing before a later return to treatment is history: the return has ended it.
        if closed_on >= courses[-1].intake_on or len(courses) == 1:
            closed = episodes.close(client=client, closed_on=closed_on, reason=reason, by=by, now=now)
            changed = closed or changed
    return changed


def _consent(
    client: Client, line: Line, stopped: set[str], by: Actor, now: datetime
) -> tuple[bool, list[str]]:
    """Write down the consents to prompts a line tells of; whether any was news, and what was left out."""
    changed, notes = False, []
    for channel, agreed in line.consents.items():
        of_channel = _to_prompts(client, channel)
        held = _live(of_channel)
        if not agreed:
            if held is not None:
                changed = consents.revoke(consent=held, how="import", by=by, now=now) or changed
                # For who comes further down in the same file.
                stopped.add(consents.same_address(consents.address_of(client, channel)))
        elif held is not None and held.state is ConsentState.GIVEN:
            continue
        elif of_channel and consents.ever_revoked(client, channel):
            notes.append(
                f"{CONSENT_COLUMNS[channel]} 'yes' of {line.reference!r} is left out: "
                "the client has withdrawn this consent, and no import undoes that."
            )
        elif consents.same_address(consents.address_of(client, channel)) in stopped:
            notes.append(
                f"{CONSENT_COLUMNS[channel]} 'yes' of {line.reference!r} is left out: somebody who shares their "
                f"{WHERE[channel]} wants no messages there, and no import undoes that."
            )
        else:
            given = consents.give(
                client=client,
                purpose=Purpose.PROMPTS,
                channel=channel,
                given_on=line.consent_on,
                how=line.consent_how,
                by=by,
                now=now,
            )
            changed = changed or held is None or given.state is not held.state
    return changed, notes


def _to_prompts(client: Client, channel: Channel) -> list[Consent]:
    """The consents to prompts over a channel, those taken back as well."""
    return [one for one in client.consents.all() if (one.purpose, one.channel) == (Purpose.PROMPTS, channel)]


def _live(held: Sequence[Consent]) -> Consent | None:
    return next((one for one in held if one.revoked_at is None), None)
