"""Gathers what the door asks of one prompt, just before it would go."""

from __future__ import annotations

from datetime import datetime, timedelta

from attendance.register.models import Attendance
from attendance.standing import evaluation
from attendance.standing.facts import ClosedBecause, Standing
from attendance.standing.models import Flag
from clinic import clock, consents
from clinic.models import Channel
from clinic.ways import ways
from clinic.weeks import WEEK, day_text
from reminders.prompts import door, history
from reminders.prompts.ladder import Due, Step
from reminders.prompts.models import Attempt, Prompt
from reminders.prompts.reach import reach_of
from reminders.prompts.states import COUNTS_AS_SENT, NEVER_WENT, NOT_YET
from reminders.prompts.wording import NAMES_THE_CONTACT


def facts_of(prompt: Prompt, now: datetime) -> door.Facts:
    """What is so of a prompt at an aware moment; its client must be locked by the caller."""
    client = prompt.client
    standing = evaluation.standing_of(client, now).standing
    channel, why_none = _channel(prompt)
    return door.Facts(
        step=Step(prompt.step),
        lives_until=prompt.lives_until,
        sending_on=prompt.clinic.sending_since is not None,
        closed_on=client.closed_on,
        tracked=standing != Standing.NOT_TRACKED,
        paused=standing == Standing.PAUSED,
        over=_over(prompt, now),
        history=_history(prompt),
        returns=prompt.flag_id is not None and prompt.step != Step.EXPECT_A_CALL,
        introduction_over=_introduction_over(prompt),
        no_call=_no_call(prompt),
        channel=channel,
        no_channel=why_none,
        awaits=_awaits(prompt),
        sent=_sent_lately(prompt, now),
    )


def _history(prompt: Prompt) -> str:
    """Sending may have been turned off and on again while the prompt waited; while it is off, it waits."""
    if prompt.clinic.sending_since is None:
        return ""
    due = Due(Step(prompt.step), prompt.run, prompt.occasion)
    last_missed = prompt.flag.last_missed if prompt.flag is not None else None
    return history.before(prompt.clinic, due, last_missed, prompt.client.created_at)


def address_of(prompt: Prompt, channel: Channel) -> str:
    """The number or address of the one the prompt is written to; never anybody else's."""
    person = prompt.contact if prompt.contact is not None else prompt.client
    return consents.address_of(person, channel)


def _over(prompt: Prompt, now: datetime) -> str:
    """Why the prompt has become pointless, or an empty string."""
    if prompt.flag_id is not None:
        flag = Flag.objects.get(pk=prompt.flag_id)
        if flag.closed_at is None:
            return _attended_since(prompt, flag) or _nobody_to_expect(prompt)
        if flag.closed_because == ClosedBecause.ATTENDED:
            return _attended(prompt) or "They went to a meeting."
        corrected = flag.closed_because == ClosedBecause.CORRECTED
        return "Their missed weeks were corrected." if corrected else "Tracking ended."
    if prompt.step == Step.FIRST_STEPS:
        return _attended(prompt)
    if prompt.step in (Step.NUDGE, Step.CHECK_IN):
        if clock.local_date(now, prompt.clinic.time_zone) >= prompt.run + WEEK:
            return "The week it asks about is over."
        if prompt.client.checkins.filter(week=prompt.run, voided_at__isnull=True).exists():
            return "They have told us about the week."
        return _attended(prompt)
    return ""


def _attended(prompt: Prompt) -> str:
    """The sentence that they went since the run began, or an empty string."""
    last = (
        Attendance.objects.filter(
            client=prompt.client_id, voided_at__isnull=True, attended_on__gte=prompt.run
        )
        .order_by("-attended_on")
        .values_list("attended_on", flat=True)
        .first()
    )
    return f"Attended on {day_text(last)}." if last is not None else ""


def _attended_since(prompt: Prompt, flag: Flag) -> str:
    """That they went, as we learnt since the prompt was planned, though it does not end the missed weeks.

    It may not count, or not be enough; but a text that misses them would be wrong on this day.
    """
    last = (
        Attendance.objects.filter(
            client=prompt.client_id,
            voided_at__isnull=True,
            attended_on__gte=flag.last_missed,
            recorded_at__gt=prompt.planned_at,
        )
        .order_by("-attended_on")
        .values_list("attended_on", flat=True)
        .first()
    )
    return f"Attended on {day_text(last)}." if last is not None else ""


def _nobody_to_expect(prompt: Prompt) -> str:
    """Why no call is to be expected, where the contact was to be asked for one and will not be."""
    if prompt.step != Step.EXPECT_A_CALL:
        return ""
    not_asked = Prompt.objects.filter(
        client=prompt.client_id, run=prompt.run, step=Step.REACH_OUT, state__in=NEVER_WENT
    )
    return "Their contact could not be asked to ring." if not_asked.exists() else ""


def _awaits(prompt: Prompt) -> str:
    """A call is announced once the contact has been asked for it, and not before."""
    if prompt.step != Step.EXPECT_A_CALL:
        return ""
    not_yet = Prompt.objects.filter(
        client=prompt.client_id, run=prompt.run, step=Step.REACH_OUT, state__in=NOT_YET
    )
    return "Their contact is to be asked first." if not_yet.exists() else ""


def _introduction_over(prompt: Prompt) -> str:
    """Why the contact may not be named or written to, where the prompt is about one; else an empty string."""
    introduction = prompt.introduction
    if introduction is None or (prompt.contact_id is None and Step(prompt.step) not in NAMES_THE_CONTACT):
        return ""
    return introduction.over_because


def _no_call(prompt: Prompt) -> str:
    """Why the contact is not asked after all to ring the client, where the prompt asks them; else an empty string."""
    if prompt.contact is None:
        return ""
    return reach_of([prompt.client_id])[prompt.client_id].why_no_call(prompt.contact.first_name)


def _channel(prompt: Prompt) -> tuple[Channel | None, str]:
    """Over which channel it can go, and why none if none."""
    if prompt.contact is not None:
        channel = prompt.contact.channel
        if channel is not None and channel not in ways():
            return None, f"{channel.label}s are not sent: no way to send them is set up."
        return channel, "The number or address was refused."
    reach = reach_of([prompt.client_id])[prompt.client_id]
    return reach.channel(), reach.why_not()


def _sent_lately(prompt: Prompt, now: datetime) -> tuple[datetime, ...]:
    """When the client was written to under the caps; what announces the contact's call does not hold it up."""
    client = prompt.client
    reaches_back = max(door.CAP_DAYS, timedelta(hours=client.clinic.hours_between_prompts))
    tries = Attempt.objects.filter(
        prompt__client=client,
        prompt__contact__isnull=True,
        prompt__state__in=COUNTS_AS_SENT,
        began_at__gt=now - reaches_back,
    ).exclude(prompt__step__in=door.OUTSIDE_CAPS)
    if prompt.step == Step.REACH_OUT:
        tries = tries.exclude(prompt__step=Step.EXPECT_A_CALL, prompt__run=prompt.run)
    latest: dict[int, datetime] = {}
    for prompt_id, began_at in tries.order_by("began_at").values_list("prompt", "began_at"):
        latest[prompt_id] = began_at
    return tuple(latest.values())
