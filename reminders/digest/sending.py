"""Sends the e-mails of the morning: claimed in the database before the network is touched, so that none goes twice.

A worker that dies between claiming and hearing back leaves a claim that nobody takes up again: an e-mail that may
have gone is not sent once more. What certainly did not go is tried again a few times, until noon.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from clinic import clock
from clinic.models import Channel as By
from clinic.models import Clinic
from reminders.channels.base import Channel, ChannelFault, Message, PassingFault, RefusedAddress
from reminders.digest import composing, mornings, wording
from reminders.digest.models import Digest, DigestChoice, DigestState

log = logging.getLogger(__name__)

# Longer than a task may run: whoever claimed one has stopped by then.
LEASE = timedelta(minutes=15)
STOPPED = "The sending stopped before anybody heard whether it went out."


def clinics_in_the_morning(now: datetime) -> list[int]:
    """The clinics of which somebody could be written to at an aware moment, or something was left over."""
    choosing = Clinic.objects.filter(digest_choices__weekdays__gt=0).distinct()
    due = {pk for pk, zone in choosing.values_list("pk", "time_zone") if mornings.is_morning(now, zone)}
    left = Digest.objects.filter(_stopped(now) | _to_try_again(now)).values_list("clinic", flat=True)
    return sorted(due | set(left))


def send_due(
    clinic: Clinic,
    channels: Mapping[str, Channel],
    now: datetime,
    time_left: Callable[[], bool] = lambda: True,
) -> int:
    """Send what is due in a clinic at an aware moment, for as long as there is time; how many went out.

    What goes wrong with one is logged, and holds up nobody else's.
    """
    _give_up(clinic, now)
    channel = channels.get(By.EMAIL)
    if channel is None:
        return 0
    sent = 0
    today = clock.local_date(now, clinic.time_zone)
    taken = set(clinic.digests.filter(day=today).exclude(_to_try_again(now)).values_list("user", flat=True))
    chosen = clinic.digest_choices.filter(weekdays__gt=0, user__is_active=True).exclude(user__email="")
    for choice in chosen.exclude(user__in=taken).select_related("clinic", "user").order_by("hour", "pk"):
        if not time_left():
            break
        day = mornings.day_due(choice.days, choice.hour, now, clinic.time_zone)
        if day is None:
            continue
        try:
            sent += _send_one(choice, day, channel, now)
        except Exception:
            log.exception("the morning's e-mail %s could not be sent", choice.pk)
    return sent


def _stopped(now: datetime) -> Q:
    return Q(state=DigestState.SENDING, claimed_at__lt=now - LEASE)


def _to_try_again(now: datetime) -> Q:
    return Q(state=DigestState.TO_TRY_AGAIN, retry_at__lte=now)


def _give_up(clinic: Clinic, now: datetime) -> None:
    """Take up no claim whose worker has stopped, and try nothing again once its morning is over."""
    clinic.digests.filter(_stopped(now)).update(state=DigestState.UNSURE, fault=STOPPED)
    over = clinic.digests.filter(_to_try_again(now))
    if mornings.is_morning(now, clinic.time_zone):
        over = over.filter(day__lt=clock.local_date(now, clinic.time_zone))
    over.update(state=DigestState.GIVEN_UP, retry_at=None)


def _send_one(choice: DigestChoice, day: date, channel: Channel, now: datetime) -> bool:
    """Word it, claim it, and send it outside any transaction; whether it went out."""
    morning = composing.compose(choice, now)
    if morning is None:
        return False
    body = wording.body(morning)
    digest = claim(choice, day, now)
    if digest is None:
        return False
    message = Message(
        f"digest-{digest.pk}-{digest.tries}", By.EMAIL, choice.user.email, wording.SUBJECT, body, now
    )
    try:
        channel.send(message)
    except PassingFault as fault:
        again = mornings.retry_at(digest.tries, now)
        state = DigestState.TO_TRY_AGAIN if again is not None else DigestState.GIVEN_UP
        _became(digest, state, fault=str(fault), retry_at=again)
    except RefusedAddress as fault:
        _became(digest, DigestState.GIVEN_UP, fault=str(fault))
    except ChannelFault as fault:
        _became(digest, DigestState.UNSURE, fault=str(fault))
    else:
        _became(digest, DigestState.SENT, sent_at=now)
        return True
    return False


@transaction.atomic
def claim(choice: DigestChoice, day: date, now: datetime) -> Digest | None:
    """Take the e-mail of a day to send it: for the first time, or again; None where somebody else has."""
    digest, new = choice.clinic.digests.get_or_create(user=choice.user, day=day, defaults={"claimed_at": now})
    if new:
        return digest
    again = choice.clinic.digests.filter(pk=digest.pk, state=DigestState.TO_TRY_AGAIN, retry_at__lte=now)
    if not again.update(
        state=DigestState.SENDING, tries=digest.tries + 1, claimed_at=now, retry_at=None, fault=""
    ):
        return None
    digest.refresh_from_db()
    return digest


def _became(digest: Digest, state: DigestState, **told: object) -> None:
    """Write down what became of a claim; one that was given up for lost meanwhile stays as it is told there."""
    Digest.objects.filter(pk=digest.pk, clinic=digest.clinic_id, state=DigestState.SENDING).update(
        state=state, **told
    )
