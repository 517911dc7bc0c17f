"""Where there is no e-mail server, e-mails to staff are written to the file that prompts are written to."""

from collections.abc import Sequence
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from clinic import clock
from reminders.channels.base import Message, PassingFault
from reminders.channels.file import FileChannel


class EmailBackend(BaseEmailBackend):
    """Django's way to MESSAGE_FILE. Its ids are never those of prompts, which are numbers."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Append a line for each recipient of each e-mail; how many e-mails that were. Raises OSError."""
        channel = FileChannel(settings.MESSAGE_FILE)
        for email in email_messages:
            for to in email.recipients():
                message = Message(
                    id=f"mail-{uuid4().hex}",
                    channel="email",
                    to=to,
                    subject=str(email.subject),
                    body=str(email.body),
                    sent_at=clock.now(),
                )
                try:
                    channel.send(message)
                except PassingFault as fault:
                    # As from any server that cannot be reached.
                    raise OSError(str(fault)) from fault
        return len(email_messages)
