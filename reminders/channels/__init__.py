"""Which channel carries what, as the settings say."""

from django.conf import settings

from reminders.channels.base import Channel
from reminders.channels.file import FileChannel
from reminders.channels.smtp import SmtpChannel


def configured() -> dict[str, Channel]:
    """The channel for texts and the one for e-mails."""
    to_file = FileChannel(settings.MESSAGE_FILE)
    return {"sms": to_file, "email": to_file if settings.EMAIL_CHANNEL == "file" else SmtpChannel()}
