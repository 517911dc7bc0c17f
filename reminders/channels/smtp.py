"""E-mail through Django, to whatever server EMAIL_URL names."""

import smtplib
from contextlib import suppress
from email.utils import make_msgid

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from reminders.channels.base import ChannelFault, Message, PassingFault, RefusedAddress, UnsureFault

PERMANENT = 500


class SmtpChannel:
    """Sends one e-mail a message."""

    def send(self, message: Message) -> str:
        """Hand the e-mail to the server; which fault it raises says whether to try again."""
        message_id = make_msgid(idstring=f"prompt-{message.id}")
        connection = get_connection()
        try:
            _open(connection)
            EmailMessage(
                subject=message.subject,
                body=message.body,
                to=[message.to],
                headers={"Message-ID": message_id},
                connection=connection,
            ).send()
        except smtplib.SMTPException as error:
            raise _fault(error) from error
        except OSError as error:
            # The line broke somewhere between the first word and the server's last.
            raise UnsureFault("The mail server hung up before it confirmed.") from error
        finally:
            # How the line ends says nothing about a message the server has confirmed or refused by now.
            with suppress(smtplib.SMTPException, OSError):
                connection.close()
        return message_id

    def was_sent(self, message_id: str) -> bool | None:
        """An SMTP server cannot be asked."""
        return None


def _open(connection: BaseEmailBackend) -> None:
    """Open the line; whatever goes wrong here, nothing of the message has been said yet."""
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as error:
        raise PassingFault("The mail server did not answer.") from error


def _fault(error: smtplib.SMTPException) -> ChannelFault:
    """Which kind of fault the server's answer means."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        if all(code >= PERMANENT for code in codes):
            return RefusedAddress(f"The mail server refused the address ({codes[0]}).")
        return PassingFault("The mail server put the address off.")
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return UnsureFault("The mail server hung up before it confirmed.")
    return PassingFault(f"The mail server did not take it ({type(error).__name__}).")
