"""Telling the administrators, once, that a list cannot be read: claimed in the row first, sent outside any transaction.

It is told again only after the list was read in between. Where nobody can be written to nothing is claimed, and
the pages say it all the same.
"""

from __future__ import annotations

import logging
import smtplib
from contextlib import suppress
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.urls import reverse

from attendance.directory.models import Feed
from clinic.models import Channel, Clinic, Membership, Role
from clinic.texts import one_line
from clinic.ways import ways
from clinic.weeks import day_text

log = logging.getLogger(__name__)


def tell(feed_id: int, now: datetime) -> int:
    """Write to the administrators that a list fails, if nobody has yet; how many took it.

    Where none did it counts as not told, so that the next failure tells.
    """
    feed = Feed.objects.filter(pk=feed_id, failing_since__isnull=False, told_at__isnull=True).first()
    people = administrators(feed) if feed is not None and Channel.EMAIL in ways() else {}
    if feed is None or not people:
        return 0
    failing = Feed.objects.filter(pk=feed_id, failing_since=feed.failing_since)
    if not failing.filter(told_at__isnull=True).update(told_at=now):
        return 0
    told = 0
    try:
        told = _send([_message(feed, clinic, to) for to, clinic in people.items()])
    finally:
        if not told:
            failing.filter(told_at=now).update(told_at=None)
    return told


def administrators(feed: Feed) -> dict[str, Clinic]:
    """Whom to write to about a list, by their e-mail address, each with a clinic of theirs.

    Those of the clinic that keeps it; of a list that nobody keeps, those of the clinics in its time zone, else all.
    """
    reached = (
        Membership.objects.filter(role=Role.ADMINISTRATOR, user__is_active=True)
        .exclude(user__email="")
        .select_related("clinic", "user")
        .order_by("clinic__slug", "user__username")
    )
    if feed.kept_by_id is not None:
        found = list(reached.filter(clinic=feed.kept_by_id))
    else:
        found = list(reached.filter(clinic__time_zone=feed.time_zone)) or list(reached)
    by_address: dict[str, tuple[str, Clinic]] = {}
    for one in found:
        by_address.setdefault(one.user.email.casefold(), (one.user.email, one.clinic))
    return dict(by_address.values())


def _message(feed: Feed, clinic: Clinic, to: str) -> EmailMessage:
    subject, body = words(feed, clinic)
    return EmailMessage(subject=subject, body=body, to=[to])


def words(feed: Feed, clinic: Clinic) -> tuple[str, str]:
    """Subject and text: which list, since when and why, and what happens next. Nobody's data is in it."""
    assert feed.failing_since is not None
    name = one_line(feed.name)
    since = feed.failing_since.astimezone(ZoneInfo(clinic.time_zone))
    read = feed.last_read_at.astimezone(ZoneInfo(clinic.time_zone))
    link = settings.BASE_URL + reverse("feeds", args=[clinic.slug])
    if feed.held:
        subject = f"The list {name} waits for somebody to look at it"
        happens = (
            "It waits for somebody to look at it: only a person can say that so many meetings have ended. It is "
            "fetched again every night, and goes in by itself if they are back."
        )
    else:
        subject = f"The list {name} cannot be read"
        happens = "It is tried again by itself, tonight at the latest, and every night from then on."
    return subject, "\n\n".join(
        (
            f"The list of meetings {name} has not come in since {day_text(since.date())}, {since:%H:%M}.",
            feed.failure,
            f"{happens} Until then its meetings stay as they were on {day_text(read.date())}.",
            f"The lists of meetings at {clinic}: {link}",
            "You are not written to about this list again, unless it is read in between and fails anew.",
        )
    )


def _send(messages: list[EmailMessage]) -> int:
    """Hand each to its one reader, so that nobody learns another's address; how many were taken."""
    connection = get_connection()
    taken = 0
    try:
        connection.open()
        for message in messages:
            message.connection = connection
            try:
                taken += message.send()
            except (smtplib.SMTPException, OSError) as error:
                log.warning("an administrator could not be written to: %s", type(error).__name__)
                # The next one on a line of their own: this one may be broken.
                _close(connection)
    except (smtplib.SMTPException, OSError) as error:
        log.warning("the mail server did not answer: %s", type(error).__name__)
    finally:
        _close(connection)
    return taken


def _close(connection: BaseEmailBackend) -> None:
    with suppress(smtplib.SMTPException, OSError):
        connection.close()
