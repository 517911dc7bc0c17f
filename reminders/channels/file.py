"""The embedded default: messages are appended to a file, one JSON object a line."""

import fcntl
import json
import os
from pathlib import Path

from reminders.channels.base import Message, PassingFault


class FileChannel:
    """Appends id, channel, to, subject, body and sent_at to a file that other programs may read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def send(self, message: Message) -> str:
        """Append the message in one write, under a lock, and see it onto the disk."""
        told = {
            "id": message.id,
            "channel": message.channel,
            "to": message.to,
            "subject": message.subject,
            "body": message.body,
            "sent_at": message.sent_at.isoformat(),
        }
        line = json.dumps(told).encode() + b"\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                before = os.fstat(descriptor).st_size
                if os.write(descriptor, line) < len(line):
                    os.ftruncate(descriptor, before)
                    raise PassingFault("The message file cannot be written: the disk is full.")
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise PassingFault(f"The message file cannot be written: {error.strerror}.") from error
        return f"file-{message.id}"

    def was_sent(self, message_id: str) -> bool | None:
        """Whether the file holds a message of this id."""
        try:
            with self.path.open(encoding="utf-8") as lines:
                return any(json.loads(line).get("id") == message_id for line in lines if line.strip())
        except FileNotFoundError:
            return False
        except (OSError, ValueError):
            return None
