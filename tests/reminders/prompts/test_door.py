"""The policy at the door, held against a second reading of what was promised, which shares no code with it.

Every combination of what can stand against a prompt is tried: a client closed, no longer tracked, no
longer flagged, an introduction that ended, too late, sending turned off, paused, no consent, the caps,
quiet hours; for prompts to a client, to a contact, and for a link the client asked for.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from clinic.models import Channel
from clinic.policy import SendingPolicy
from reminders.prompts.door import Cause, Decision, Facts, Verdict, decide
from reminders.prompts.ladder import Step

POLICY = SendingPolicy(time_zone="Europe/London")
NOON = datetime(2026, 2, 3, 12, 0, tzinfo=UTC)
NIGHT = datetime(2026, 2, 3, 22, 0, tzinfo=UTC)
MORNING_AFTER = datetime(2026, 2, 4, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)

NAMES = [
    "closed", "untracked", "over", "history", "introduction_over", "late",
    "sending_off", "paused", "no_call", "no_consent", "awaits", "capped", "quiet",
]  # fmt: skip
CASES = [dict(zip(NAMES, values, strict=True)) for values in product([False, True], repeat=len(NAMES))]
KINDS = [
    ("to the client", Step.ENCOURAGE),
    ("to the contact", Step.REACH_OUT),
    ("a link the client asked for", Step.NEW_LINK),
]


def facts(case: dict[str, bool], step: Step, now: datetime) -> Facts:
    """The door's facts of a case."""
    return Facts(
        step=step,
        lives_until=now if case["late"] else now + HOUR,
        sending_on=not case["sending_off"],
        closed_on=date(2026, 2, 1) if case["closed"] else None,
        tracked=not case["untracked"],
        paused=case["paused"],
        over="Attended on 3 February 2026." if case["over"] else "",
        history="before messages were turned on" if case["history"] else "",
        returns=step is not Step.NEW_LINK,
        introduction_over="The introduction has ended." if case["introduction_over"] else "",
        no_call="Joe is not asked to ring them: there is no number." if case["no_call"] else "",
        channel=None if case["no_consent"] else Channel.SMS,
        no_channel="The client took consent back." if case["no_consent"] else "",
        awaits="Their contact is to be asked first." if case["awaits"] else "",
        sent=[now - HOUR] if case["capped"] else [],
    )


def as_promised(case: dict[str, bool], step: Step) -> Verdict:
    """What is promised to become of it, sentence by sentence: the promises stand in quotes."""
    # 'Closing a client cancels everything unsent at once.' 'Client still tracked?' 'Still flagged?'
    # 'Attended since: cancelled.' 'A prompt that no longer makes sense is cancelled with its reason.'
    # 'Weeks completed before it was turned on make tasks, never messages.'
    if any(case[why] for why in ("closed", "untracked", "over", "history", "introduction_over")):
        return Verdict.CANCEL
    # 'Pauses that count in the weekly rule hold all prompts', and 'no step ever just evaporates': what a flag
    # asks for is planned anew when the pause ends, by what is due then.
    if case["paused"] and step is not Step.NEW_LINK:
        return Verdict.CANCEL
    # 'A prompt lives for 36 hours of permitted time, five days at most, then expires.'
    if case["late"]:
        return Verdict.EXPIRE
    # 'Sending is a switch per clinic.'
    if case["sending_off"] or case["paused"]:
        return Verdict.DEFER
    # 'No consent, no send: the prompt is suppressed with the reason'; nor is a contact asked to ring somebody who
    # cannot be rung, or cannot be told.
    if case["no_consent"] or case["no_call"]:
        return Verdict.SUPPRESS
    # 'At most one prompt a client per 48 hours (answers to the client excepted)': the contact is asked when
    # the client may be told of it, and not before; 'quiet hours 20:00 to 09:00: sends are deferred'.
    under_the_caps = step is not Step.NEW_LINK
    if case["awaits"] or case["quiet"] or (case["capped"] and under_the_caps):
        return Verdict.DEFER
    return Verdict.SEND


@pytest.mark.parametrize(("kind", "step"), KINDS)
def test_every_combination(kind, step):
    for case in CASES:
        now = NIGHT if case["quiet"] else NOON
        decision = decide(facts(case, step, now), POLICY, now)
        assert decision.verdict is as_promised(case, step), (kind, case)


@pytest.mark.parametrize(("kind", "step"), KINDS)
def test_each_verdict_brings_what_goes_with_it(kind, step):
    for case in CASES:
        now = NIGHT if case["quiet"] else NOON
        decision = decide(facts(case, step, now), POLICY, now)
        assert (decision.until is not None) == (decision.verdict is Verdict.DEFER), case
        assert (decision.channel is not None) == (decision.verdict is Verdict.SEND), case
        assert bool(decision.sentence) == (decision.verdict is not Verdict.SEND), case
        assert decision.until is None or decision.until > now, case
        # Only the caps stop the clock; quiet hours do not count in it anyway.
        assert not decision.stops_clock or (case["capped"] and decision.verdict is Verdict.DEFER), case


NOTHING_AGAINST_IT = dict.fromkeys(NAMES, False)


@pytest.mark.parametrize("against", NAMES)
def test_one_thing_against_it_is_enough(against):
    assert decide(facts(NOTHING_AGAINST_IT, Step.ENCOURAGE, NOON), POLICY, NOON) == Decision(
        Verdict.SEND, channel=Channel.SMS
    )
    now = NIGHT if against == "quiet" else NOON
    one = facts({**NOTHING_AGAINST_IT, against: True}, Step.ENCOURAGE, now)
    assert decide(one, POLICY, now).verdict is not Verdict.SEND


@pytest.mark.parametrize(
    ("against", "sentence"),
    [
        ("closed", "The client was closed on 1 February 2026."),
        ("untracked", "The client is no longer tracked."),
        ("over", "Attended on 3 February 2026."),
        ("history", "Due before messages were turned on: a task instead."),
        ("introduction_over", "The introduction has ended."),
        ("late", "It could not be sent in time."),
        ("no_consent", "The client took consent back."),
    ],
)
def test_the_reason_is_a_sentence(against, sentence):
    decision = decide(facts({**NOTHING_AGAINST_IT, against: True}, Step.ENCOURAGE, NOON), POLICY, NOON)
    assert decision.sentence == sentence


def test_what_a_pause_held_for_too_long_is_told_from_what_came_too_late():
    held = facts({**NOTHING_AGAINST_IT, "late": True, "paused": True}, Step.NEW_LINK, NOON)
    assert decide(held, POLICY, NOON) == Decision(
        Verdict.EXPIRE,
        "The client was paused for so long that it is too late for it: get in touch yourself.",
        Cause.PAUSED,
    )


def test_quiet_hours_put_off_until_they_end():
    decision = decide(facts({**NOTHING_AGAINST_IT, "quiet": True}, Step.ENCOURAGE, NIGHT), POLICY, NIGHT)
    assert (decision.until, decision.stops_clock) == (MORNING_AFTER, False)


def ago(*hours: float) -> list[datetime]:
    return [NOON - hour * HOUR for hour in hours]


@pytest.mark.parametrize(
    ("told", "sent", "until"),
    [
        ("nothing sent yet", [], None),
        ("48 hours ago to the second", ago(48), None),
        ("a minute short of 48 hours", ago(48 - 1 / 60), NOON + timedelta(minutes=1)),
        (
            "this morning: over the night into the next morning",
            ago(2),
            datetime(2026, 2, 5, 10, 0, tzinfo=UTC),
        ),
        ("in the evening: capped until the same hour", ago(17), datetime(2026, 2, 4, 19, 0, tzinfo=UTC)),
        ("in the night, and so until the morning", ago(10), datetime(2026, 2, 5, 9, 0, tzinfo=UTC)),
        ("three in seven days: when the first of them is seven days old", ago(50, 100, 167), NOON + HOUR),
        ("three, told in any order", ago(167, 50, 100), NOON + HOUR),
        ("the third is seven days old by now", ago(50, 100, 168), None),
        ("five in nine days: the third from the end decides", ago(50, 100, 160, 200, 210), MORNING_AFTER),
        ("both caps: the later one", ago(47, 100, 167.5), NOON + HOUR),
    ],
)
def test_at_most_one_in_48_hours_and_three_in_seven_days(told, sent, until):
    decision = decide(Facts(Step.ENCOURAGE, NOON + HOUR, channel=Channel.SMS, sent=sent), POLICY, NOON)
    if until is None:
        assert decision.verdict is Verdict.SEND, told
    else:
        assert (decision.verdict, decision.until, decision.stops_clock) == (Verdict.DEFER, until, True), told


@pytest.mark.parametrize(("hours_between", "a_week"), [(0, 0), (0, 5), (1, 0)])
def test_the_caps_are_the_clinics(hours_between, a_week):
    """A clinic may write more often; 0 a week means no weekly cap."""
    policy = SendingPolicy("Europe/London", hours_between_prompts=hours_between, prompts_a_week=a_week)
    lately = Facts(Step.ENCOURAGE, NOON + HOUR, channel=Channel.SMS, sent=ago(1, 24, 48, 72))
    assert decide(lately, policy, NOON).verdict is Verdict.SEND
