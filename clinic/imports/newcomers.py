"""Newcomers of the clients' spreadsheet, some hundred at a time in a few queries.

The verbs ask the database at each step what stands already. Of a newcomer nothing does: where a line is plainly in
order, all that the verbs would leave is known beforehand and is written for many together. Any other line is left
to the verbs, whose rules and refusals are the only ones; tests hold that both ways leave the very same.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from clinic import audit, checks, consents, events, intake
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.imports.lines import Line
from clinic.models import (
    AuditEntry,
    Client,
    Clinic,
    ClosedReason,
    Consent,
    Episode,
    Phase,
    PhaseChange,
    Purpose,
)


def plainly(line: Line, clinic: Clinic, now: datetime) -> Line | None:
    """The line with the person in their proper form, where no verb would refuse any of it; else None.

    None as well where the verbs would do more than write things down once. The keyworker is one already.
    """
    try:
        person = intake.check_newcomer(
            clinic=clinic,
            reference=line.reference,
            intake_on=line.intake_on,
            person=replace(line.person, keyworker=None),
            intake=line.intake,
            now=now,
        )
        checks.at_most(line.programme, intake.LONGEST_PROGRAMME, "programme")
        checks.at_most(line.consent_how, consents.LONGEST_HOW, "consent_how")
        for day, _ in filter(None, (line.discharge, line.closing)):
            checks.past_date(day, clinic=clinic, now=now, field="")
            if day < line.intake_on:
                return None
    except Refused:
        return None
    if line.discharge is not None and line.discharge[1] is Phase.DIED:
        closed_so = (line.discharge[0], ClosedReason.DIED)
        if line.closing not in (None, closed_so):
            return None
        line = replace(line, closing=closed_so)
    return replace(line, person=replace(person, keyworker=line.person.keyworker))


@dataclass(slots=True)
class _Newcomer:
    """All the rows about one client, not yet written."""

    line: Line
    client: Client
    episode: Episode
    phases: list[PhaseChange]
    consents: list[Consent] = field(default_factory=list)


class Newcomers:
    """Those of a portion of rows who are to be written together."""

    def __init__(self, clinic: Clinic, by: Actor, now: datetime) -> None:
        self.clinic, self.by, self.now = clinic, by, now
        self._all: list[_Newcomer] = []

    def add(self, line: Line) -> None:
        """Have somebody written of whom a line plainly tells."""
        client = Client(
            clinic=self.clinic, reference=line.reference, created_at=self.now, **intake.known(line.person)
        )
        if line.closing is not None:
            client.closed_on, client.closed_reason = line.closing
        episode, begun = intake.opening(
            client=client, intake_on=line.intake_on, intake=line.intake, by=self.by, now=self.now
        )
        one = _Newcomer(line, client, episode, [begun])
        written = {
            "clinic": self.clinic,
            "recorded_at": self.now,
            "recorded_by": self.by.label,
        }
        if line.discharge is not None:
            episode.discharged_on, episode.phase = line.discharge
            one.phases.append(
                PhaseChange(episode=episode, phase=episode.phase, changed_on=episode.discharged_on, **written)
            )
        one.consents.extend(
            Consent(
                client=client,
                purpose=Purpose.PROMPTS,
                channel=channel,
                wording=consents.PROMPT_WORDING[channel],
                given_on=line.consent_on,
                how=line.consent_how,
                **written,
            )
            for channel, agreed in line.consents.items()
            if agreed
        )
        self._all.append(one)

    def write(self) -> None:
        """Write them with their audit entries, and tell the stages above, as the verbs would have."""
        if not self._all:
            return
        Client.objects.bulk_create([one.client for one in self._all])
        Episode.objects.bulk_create([one.episode for one in self._all])
        PhaseChange.objects.bulk_create([phase for one in self._all for phase in one.phases])
        Consent.objects.bulk_create([consent for one in self._all for consent in one.consents])
        audit.record_entries([entry for one in self._all for entry in self._entries(one)])
        events.facts_changed.send(
            sender=Client,
            clinic=self.clinic,
            client_ids=[one.client.pk for one in self._all],
            now=self.now,
        )
        for one in self._all:
            if one.line.closing is not None:
                events.client_closed.send(sender=Client, client=one.client, now=self.now)
        if given := [consent for one in self._all for consent in one.consents]:
            events.consents_written.send(sender=Consent, consents=given, by=self.by, now=self.now)

    def _entries(self, one: _Newcomer) -> list[AuditEntry]:
        """What each verb would have left in the audit trail, in their order."""
        line, client = one.line, one.client
        entry = partial(audit.entry, by=self.by, now=self.now, clinic=self.clinic, client=client)
        entries = [intake.intake_entry(client, line.person, line.intake, self.by, self.now)]
        if line.discharge is not None:
            entries.append(entry(verb="episode.phase_changed", subject=one.episode, fields=["phase"]))
        if line.closing is not None:
            fields = ["closed_on", "closed_reason"]
            entries.append(entry(verb="client.closed", subject=client, fields=fields))
        entries.extend(entry(verb="consent.given", subject=consent) for consent in one.consents)
        return entries
