"""What became of flags, told to the stage above without importing it."""

from django.dispatch import Signal

# Flags that have just closed: flags: list[Flag], now: datetime. Sent inside the transaction that closed them.
flags_closed = Signal()
