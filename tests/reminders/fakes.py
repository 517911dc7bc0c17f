"""A channel for tests: keeps what was sent, and goes wrong when told to. Held to the same contract as the real ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

from reminders.channels.base import ChannelFault, Message


class WorkerDied(BaseException):
    """What stops a process in the middle of sending, and no handler catches: a kill, a power cut."""


@dataclass
class FakeChannel:
    """Sends to a list. faults come one a message, in order; None among them lets a message through.

    tells: whether it can be asked what went out. while_sending runs where a real channel waits for its provider.
    """

    sent: list[Message] = field(default_factory=list)
    faults: list[ChannelFault | BaseException | None] = field(default_factory=list)
    tells: bool = True
    while_sending: Callable[[], object] = lambda: None

    def send(self, message: Message) -> str:
        """Keep the message, or fail as told."""
        self.while_sending()
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None:
            raise fault
        self.sent.append(message)
        return f"fake-{message.id}"

    def was_sent(self, message_id: str) -> bool | None:
        """Whether it was, where it can be asked."""
        return any(message.id == message_id for message in self.sent) if self.tells else None

    def dies_after_sending(self) -> None:
        """Let the worker die when the next message is out, before it hears of it."""
        send = self.send

        def send_and_die(message: Message) -> NoReturn:
            del self.send
            send(message)
            raise WorkerDied

        self.send = send_and_die  # type: ignore[method-assign]

    @property
    def to(self) -> list[str]:
        """To whom messages went, in order."""
        return [message.to for message in self.sent]
