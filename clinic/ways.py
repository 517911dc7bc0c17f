"""Over which ways messages leave this installation, as its settings say; a way nobody chose is none."""

from django.conf import settings

from clinic.models import Channel

NAMES = {"file": "Written to a file, sent to nobody", "smtp": "By the e-mail server"}
SETTING = {Channel.SMS: "SMS_CHANNEL", Channel.EMAIL: "EMAIL_URL"}
NONE = (
    "Sending needs a way to send: set EMAIL_URL to an e-mail server, or SMS_CHANNEL to file, which writes "
    "texts to a file until there is a provider for them."
)


def ways() -> dict[Channel, str]:
    """The channels that have a way, each with its name: file or smtp."""
    chosen = {Channel.SMS: settings.SMS_CHANNEL, Channel.EMAIL: settings.EMAIL_CHANNEL}
    return {channel: way for channel, way in chosen.items() if way}


def told() -> list[tuple[str, str]]:
    """Each channel and how its messages leave, in words for staff."""
    found = ways()
    return [
        (f"{channel.label}s", NAMES[found[channel]] if channel in found else "Not sent: no way is set up")
        for channel in SETTING
    ]


def missing() -> list[str]:
    """A sentence for each channel that has no way."""
    found = ways()
    return [
        f"{channel.label}s are not sent: {name} is not set."
        for channel, name in SETTING.items()
        if channel not in found
    ]
