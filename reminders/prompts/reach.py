"""How a client or a contact can be written to: which channel, or why none. Pure, but for one reading."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from clinic.models import Channel, Client, Consent, ConsentState, Purpose
from clinic.ways import ways
from reminders.worklist.models import TaskKind


@dataclass(frozen=True, slots=True)
class Reach:
    """Addresses by channel, as far as they are known, not refused, and can be sent to; and the state of consents.

    number: on which they can be rung; a number that a provider of texts refused may still ring.
    """

    addresses: dict[Channel, str] = field(default_factory=dict)
    consents: dict[Channel, ConsentState] = field(default_factory=dict)
    number: str = ""

    def channel(self) -> Channel | None:
        """The channel to write over: a text where that may be, else an e-mail; None where neither may."""
        for channel in (Channel.SMS, Channel.EMAIL):
            if self.consents.get(channel) is ConsentState.GIVEN and self.addresses.get(channel):
                return channel
        return None

    def why_not(self) -> str:
        """The sentence that says why there is no channel."""
        states = self.consents.values()
        if ConsentState.GIVEN in states:
            return "Consent is given, but there is no number or address it can go to."
        if ConsentState.TO_CONFIRM in states:
            return "Consent is still to be confirmed: its date and how it was given are missing."
        if ConsentState.REVOKED in states:
            return "The client took consent back."
        return "The client has not consented to texts or e-mails."

    def why_no_call(self, contact: str) -> str:
        """Why a contact is not asked to ring them: nobody could, or it would come out of the blue; else empty."""
        if not self.number:
            return f"{contact} is not asked to ring them: there is no number."
        if self.channel() is None:
            return f"{contact} is not asked to ring them: they cannot be told to expect it. {self.why_not()}"
        return ""

    def task(self) -> TaskKind:
        """What a person is asked to do about it."""
        to_confirm = ConsentState.TO_CONFIRM in self.consents.values()
        given = ConsentState.GIVEN in self.consents.values()
        return TaskKind.CONFIRM_CONSENT if to_confirm and not given else TaskKind.NOT_REACHED


def reach_of(client_ids: Collection[int]) -> dict[int, Reach]:
    """The reach of each client; two queries, however many there are."""
    found: dict[int, Reach] = {}
    usable = ways()
    people = Client.objects.filter(pk__in=client_ids).values_list(
        "pk", "mobile", "mobile_refused_at", "email", "email_refused_at"
    )
    for pk, mobile, mobile_refused_at, email, email_refused_at in people:
        known = {
            Channel.SMS: mobile if mobile_refused_at is None else "",
            Channel.EMAIL: email if email_refused_at is None else "",
        }
        found[pk] = Reach({channel: to for channel, to in known.items() if channel in usable}, number=mobile)
    consents = Consent.objects.filter(client__in=client_ids, purpose=Purpose.PROMPTS).order_by("id")
    for consent in consents.only("client", "channel", "given_on", "how", "revoked_at"):
        held = found[consent.client_id].consents
        channel = Channel(consent.channel)
        # The latest word counts; a live consent always stands after those that were taken back.
        held[channel] = consent.state
    return found
