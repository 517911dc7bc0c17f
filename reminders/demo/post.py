"""The demonstration's post: goes by the outbox like any other, and is read where its links still open."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.db.models import Min

from attendance.standing.facts import Standing
from clinic.errors import Refused
from clinic.models import Clinic
from reminders.channels.base import Channel, ChannelFault, Message, RefusedAddress, UnsureFault
from reminders.channels.file import FileChannel
from reminders.demo.clockwork import Clockwork
from reminders.prompts import hours, outbox
from reminders.prompts.models import Prompt, SignedLink
from reminders.prompts.states import PromptState

# A worker looks every minute.
TICK = timedelta(minutes=1)
# What waits for somebody paused is held from half-hour to half-hour; less often does here.
HELD = timedelta(hours=5)


class Carrier:
    """A channel that keeps what it is given, and has its mishaps.

    dead: numbers nobody answers at, from when on. doubtful: those whose next message from then on gets lost
    without a word. Nothing is ever handed to a real provider.
    """

    def __init__(self) -> None:
        self.carried: list[Message] = []
        self.dead: dict[str, datetime] = {}
        self.doubtful: dict[str, datetime] = {}

    def send(self, message: Message) -> str:
        """Keep the message."""
        if message.to in self.dead and message.sent_at >= self.dead[message.to]:
            raise RefusedAddress("The number is not in use.")
        if message.to in self.doubtful and message.sent_at >= self.doubtful[message.to]:
            del self.doubtful[message.to]
            raise UnsureFault("The provider hung up before it confirmed.")
        self.carried.append(message)
        return f"file-{message.id}"

    def was_sent(self, message_id: str) -> bool | None:
        """Whether it keeps a message of this id."""
        return any(message.id == message_id for message in self.carried)


class Post:
    """Sends what is due when it may go, as a worker would minute by minute, and tells who was written to."""

    def __init__(
        self,
        clinics: Iterable[Clinic],
        clockwork: Clockwork,
        carrier: Carrier,
        arrived: Callable[[Prompt, datetime], None],
    ) -> None:
        self.policies = {clinic.pk: clinic.sending_policy for clinic in clinics}
        self.clockwork = clockwork
        self.carrier = carrier
        self.arrived = arrived
        self.channels: dict[str, Channel] = {"sms": carrier, "email": carrier}
        self._next: datetime | None = None

    def look(self, now: datetime) -> None:
        """Find when there is next something to send, and be there: quiet hours are slept through."""
        waiting = Prompt.objects.filter(state=PromptState.PLANNED, clinic__in=self.policies).order_by()
        earliest = list(
            waiting.values_list("clinic", "client__standing__standing").annotate(Min("not_before"))
        )
        if not earliest:
            return
        moment = min(
            hours.next_permitted(
                max(not_before, now + (HELD if standing == Standing.PAUSED else TICK)),
                self.policies[clinic_id],
            )
            for clinic_id, standing, not_before in earliest
        )
        if self._next is None or moment < self._next:
            self._next = moment
            self.clockwork.at(moment, self.send)

    def send(self, now: datetime) -> None:
        """Send what is due."""
        if self._next is not None and self._next <= now:
            self._next = None
        ours = Prompt.objects.filter(clinic__in=self.policies)
        # One by one and not by send_due: a real clinic beside the demonstration has its own worker.
        due = ours.filter(state=PromptState.PLANNED, not_before__lte=now).order_by("not_before", "pk")
        for pk in list(due.values_list("pk", flat=True)):
            outbox.send_one(pk, self.channels, now)
        for prompt in ours.filter(sent_at=now).select_related("introduction").order_by("pk"):
            self.arrived(prompt, now)
        self.look(now)


def write_out(messages: Iterable[Message], path: Path, now: datetime) -> int:
    """Append the messages whose links still open to the file that the demonstration reads; how many.

    Raises Refused where it cannot be written.
    """
    alive = SignedLink.objects.filter(revoked_at__isnull=True).exclude(expires_at__lte=now)
    ids = {str(pk) for pk in alive.values_list("prompt", flat=True)}
    file = FileChannel(path)
    live = [message for message in messages if message.id in ids]
    try:
        for message in live:
            file.send(message)
    except ChannelFault as fault:
        raise Refused(str(fault)) from fault
    return len(live)
