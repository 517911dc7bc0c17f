"""Which channel carries what, as the settings say."""

from django.conf import settings

from clinic.ways import ways
from reminders.channels.base import Channel
from reminders.channels.file import FileChannel
from reminders.channels.smtp import SmtpChannel


def configured() -> dict[str, Channel]:
    """The channel for texts and the one for e-mails, as far as there is a way for them."""
    made: dict[str, Channel] = {"file": FileChannel(settings.MESSAGE_FILE), "smtp": SmtpChannel()}
    return {channel.value: made[way] for channel, way in ways().items()}
