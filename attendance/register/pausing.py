"""Pauses and check-ins as facts: when the rule waits, and what a client told us of a week."""

from datetime import date, datetime, timedelta

from django.db import transaction

from attendance.register.models import Answer, CheckIn, Pause, Source
from clinic import audit, checks, clock, events, locking
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.models import Client
from clinic.weeks import week_of

LONGEST_REASON = checks.longest(Pause, "reason")
LONGEST_VOID_REASON = checks.longest(Pause, "void_reason")
LONGEST_PAUSE = timedelta(days=5 * 366)


def _locked(client: Client) -> Client:
    return locking.client(client.pk)


@transaction.atomic
def pause(
    *, client: Client, starts_on: date, ends_on: date, reason: str, by: Actor, now: datetime
) -> tuple[Pause, bool]:
    """Let the rule wait from starts_on to ends_on, both included; the pause, and whether it is new.

    The same days again with another reason put the reason right. Raises Refused for a day too long ago or
    too far ahead, an end before the start, more than five years, or a reason that is missing or too long.
    """
    reason = checks.at_most(reason.strip(), LONGEST_REASON, "reason")
    _check_days(starts_on, ends_on)
    if not reason:
        raise Refused("A pause needs a reason.", "reason")
    client = _locked(client)
    held = client.pauses.filter(starts_on=starts_on, ends_on=ends_on, voided_at__isnull=True).first()
    if held is not None:
        if held.reason != reason:
            held.reason = reason
            held.save(update_fields=["reason"])
            audit.record(
                by=by, now=now, verb="pause.changed", subject=held, clinic=client.clinic, client=client,
                fields=["reason"],
            )  # fmt: skip
        return held, False
    written = Pause.objects.create(
        clinic=client.clinic,
        client=client,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason,
        recorded_at=now,
        recorded_by=by.label,
    )
    audit.record(by=by, now=now, verb="pause.entered", subject=written, clinic=client.clinic, client=client)
    events.facts_changed.send(sender=Pause, clinic=client.clinic, client_ids=[client.pk], now=now)
    return written, True


def _check_days(starts_on: date, ends_on: date) -> None:
    checks.likely_date(starts_on, "starts_on")
    checks.likely_date(ends_on, "ends_on")
    if ends_on < starts_on:
        raise Refused(f"It ends on {ends_on}, before it starts on {starts_on}.", "ends_on")
    if ends_on - starts_on > LONGEST_PAUSE:
        raise Refused(
            f"From {starts_on} to {ends_on} is more than five years: close the client instead.", "ends_on"
        )


@transaction.atomic
def void_pause(*, pause: Pause, by: Actor, now: datetime, reason: str = "") -> bool:
    """Take a pause back, keeping it on record with why, where that is known; False where it was taken back already."""
    reason = checks.at_most(reason.strip(), LONGEST_VOID_REASON, "reason")
    client = _locked(pause.client)
    changed = Pause.objects.filter(pk=pause.pk, voided_at__isnull=True).update(
        voided_at=now, voided_by=by.label, void_reason=reason
    )
    if changed:
        audit.record(by=by, now=now, verb="pause.voided", subject=pause, clinic=client.clinic, client=client)
        events.facts_changed.send(sender=Pause, clinic=client.clinic, client_ids=[client.pk], now=now)
    return bool(changed)


@transaction.atomic
def check_in(
    *, client: Client, week: date, answer: Answer, source: Source, by: Actor, now: datetime
) -> tuple[CheckIn, bool]:
    """Write down what a client told us of the week that starts on week; the check-in, and whether it is new.

    Raises Refused where week is not the first day of a week of the clinic, is in the future, or ended
    before intake.
    """
    client = _locked(client)
    clinic = client.clinic
    first_day = week_of(week, clinic.week_starts_on)
    if first_day != week:
        raise Refused(f"{week} is not the first day of a week here: that week starts on {first_day}.", "week")
    today = clock.local_date(now, clinic.time_zone)
    if week > today:
        raise Refused(f"{week} is in the future: today is {today}.", "week")
    intake_on = client.episodes.order_by("intake_on")[0].intake_on
    if week < week_of(intake_on, clinic.week_starts_on):
        raise Refused(f"The week of {week} ended before intake on {intake_on}.", "week")
    held = client.checkins.filter(week=week, voided_at__isnull=True).first()
    if held is not None:
        return held, False
    written = CheckIn.objects.create(
        clinic=clinic,
        client=client,
        week=week,
        answer=answer,
        source=source,
        recorded_at=now,
        recorded_by=by.label,
    )
    audit.record(by=by, now=now, verb="checkin.recorded", subject=written, clinic=clinic, client=client)
    events.facts_changed.send(sender=CheckIn, clinic=clinic, client_ids=[client.pk], now=now)
    return written, True


@transaction.atomic
def void_check_in(*, check_in: CheckIn, by: Actor, now: datetime, reason: str = "") -> bool:
    """Take a check-in back, keeping it on record with why, where that is known; False where it was back already."""
    reason = checks.at_most(reason.strip(), LONGEST_VOID_REASON, "reason")
    client = _locked(check_in.client)
    changed = CheckIn.objects.filter(pk=check_in.pk, voided_at__isnull=True).update(
        voided_at=now, voided_by=by.label, void_reason=reason
    )
    if changed:
        audit.record(
            by=by, now=now, verb="checkin.voided", subject=check_in, clinic=client.clinic, client=client
        )
        events.facts_changed.send(sender=CheckIn, clinic=client.clinic, client_ids=[client.pk], now=now)
    return bool(changed)
