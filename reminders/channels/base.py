"""What every channel does: send one message, say how it went, and, where it can, whether it went at all."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one address. id is the prompt's, and travels with the message where the channel allows."""

    id: str
    channel: str
    to: str
    subject: str
    body: str
    sent_at: datetime


class ChannelFault(Exception):
    """A message that did not go out. Its text is a sentence without address or text of the message."""


class PassingFault(ChannelFault):
    """It certainly did not go out, and may if tried again later."""


class RefusedAddress(ChannelFault):
    """The address will never take a message."""


class UnsureFault(ChannelFault):
    """Nobody can say whether it went out; it must not be tried again blindly."""


class Channel(Protocol):
    """A way to send messages."""

    def send(self, message: Message) -> str:
        """Send it and return the provider's id for it, or an empty string; raises ChannelFault."""
        ...

    def was_sent(self, message_id: str) -> bool | None:
        """Whether a message of this id went out; None where the channel cannot tell."""
        ...
