"""Puts a client's story into the clockwork, each act through the verb that a page would call."""

from __future__ import annotations

import unicodedata
from collections import Counter
from datetime import date, datetime, time, timedelta
from functools import partial

from django.db import transaction

from attendance.register import correcting, meeting_choices, meeting_plans, pausing, recording
from attendance.register.models import Answer, Source
from clinic import consents, episodes, intake
from clinic.models import Channel, ClosedReason, Phase, Purpose
from clinic.weeks import DAY, WEEK
from reminders.demo import company, interviewing, notebook
from reminders.demo.life import Break, Slip, workday_after
from reminders.demo.parts import Reach, Twist
from reminders.demo.rounds import Rounds
from reminders.demo.stage import Player, Stage

WRONG_NUMBER = "07700 9008{:02}"
HOW = "signed form at intake"
# By then they have seen some, and one of them is theirs.
VISITS_BEFORE_CHOOSING = 4
BEFORE_THE_DOOR_OPENS = time(8, 40)


def schedule(stage: Stage, player: Player, rounds: Rounds) -> None:
    """Everything that is to happen with one client, whatever messages come and go meanwhile."""
    life = player.life
    stage.in_working_hours(life.intake_on, partial(take_in, stage, player))
    for day, phase in life.phases:
        stage.at(day, time(15, 52), partial(change_phase, stage, player, phase))
    if life.returned_on is not None:
        stage.at(life.returned_on, time(10, 30), partial(come_back, stage, player))
    if life.closed is not None:
        stage.at(life.closed[0], time(16, 50), partial(close, stage, player, life.closed[1]))
    for taken in life.breaks:
        late = life.part.twist is Twist.AWAY_LATE
        at = BEFORE_THE_DOOR_OPENS if late else time(16, 5)
        stage.at(taken.entered_on, at, partial(pause, stage, player, taken))
    for slip in life.slips:
        stage.at(slip.recorded_on, time(16, 45), partial(write_down_wrongly, stage, player, slip))
    for visit in life.visits:
        rounds.expect(player, visit)
    early = sorted(life.visits, key=lambda visit: visit.on)[:VISITS_BEFORE_CHOOSING]
    if len(early) == VISITS_BEFORE_CHOOSING:
        visited = [visit.meeting for visit in early]
        stage.at(workday_after(early[-1].on), time(14, 20), partial(choose, stage, player, visited))
    expected_from = stage.calendar.expected_from(life.intake_on)
    for week in sorted(life.absences):
        if week >= expected_from and stage.rng.random() < 0.5:
            asked_on = workday_after(workday_after(week + WEEK))
            stage.in_working_hours(asked_on, partial(note_absence, player, week))
    company.schedule(stage, player)
    notebook.schedule(stage, player)
    interviewing.schedule(stage, player)


@transaction.atomic
def take_in(stage: Stage, player: Player, now: datetime) -> None:
    """Intake with its consents, as the page of intake does it."""
    life, reach = player.life, player.life.part.reach
    first_name, _, last_name = player.name.partition(" ")
    wrong = life.part.twist is Twist.WRONG_NUMBER
    number = WRONG_NUMBER.format(player.index) if wrong else stage.house.number(player.index)
    player.row = intake.take_in(
        clinic=stage.clinic,
        intake_on=life.intake_on,
        person=intake.Person(
            first_name=first_name,
            last_name=last_name,
            date_of_birth=life.born_on,
            mobile=number if life.has_number else None,
            email=_address(player.name) if reach in (Reach.EMAILS, Reach.BOTH) else None,
            keyworker=player.keyworker,
            language=life.language,
            preferences=life.preferences,
            plain_wording=life.plain_wording or None,
        ),
        intake=intake.Intake(
            programme=stage.programmes[life.programme],
            severity=life.severity,
            motivation=life.motivation,
            controlled_use_impossible=life.controlled_use_impossible,
            isolated=life.isolated,
        ),
        by=player.by,
        now=now,
    )
    stage.players[player.client.pk] = player
    _consents_at_intake(player, now)
    _plan_a_first_meeting(stage, player, now)
    mobile = player.client.mobile
    if wrong:
        stage.carrier.dead[mobile] = now
    if life.part.twist is Twist.DEAD_NUMBER:
        stage.carrier.dead[mobile] = stage.clockwork.present - timedelta(days=10)
    if life.part.twist is Twist.UNSURE:
        stage.carrier.doubtful[mobile] = now + timedelta(days=60)


def _plan_a_first_meeting(stage: Stage, player: Player, now: datetime) -> None:
    """Choose one together: the one they will go to, or one they will not come to after all."""
    first = min(player.life.visits, key=lambda visit: visit.on, default=None)
    if first is not None and first.on - stage.today(now) <= WEEK:
        meeting = stage.meetings[first.meeting]
        meeting_plans.plan_meeting(
            client=player.client, meeting=meeting, held_on=first.on, by=player.by, now=now
        )
    elif player.index % 2:
        near = [meeting for meeting in stage.meetings.values() if meeting.closed_on is None]
        meeting_plans.plan_meeting(
            client=player.client, meeting=near[player.index % len(near)], by=player.by, now=now
        )


@transaction.atomic
def choose(stage: Stage, player: Player, visited: list[str], now: datetime) -> None:
    """Choose the meeting they have been to most; a fifth of them say that another did not suit."""
    if player.gone(stage.today(now)):
        return
    (usual, _), *others = Counter(visited).most_common()
    meeting = stage.meetings[usual]
    meeting.refresh_from_db()
    if meeting.is_offered:
        meeting_choices.choose(client=player.client, meeting=meeting, by=player.by, now=now)
    if others and player.index % 5 == 0:
        meeting_choices.did_not_suit(
            client=player.client,
            meeting=stage.meetings[others[-1][0]],
            reason="Too big a room to say anything in.",
            by=player.by,
            now=now,
        )


def _address(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return ".".join(plain.lower().replace("-", "").split()) + "@example.org"


def _consents_at_intake(player: Player, now: datetime) -> None:
    reach = player.life.part.reach
    channels = {
        Reach.NEITHER: (),
        Reach.EMAILS: (Channel.EMAIL,),
        Reach.BOTH: (Channel.SMS, Channel.EMAIL),
    }.get(reach, (Channel.SMS,))
    # As it comes over from an older system: somebody wrote 'yes', and neither when nor how.
    known = reach not in (Reach.TO_CONFIRM, Reach.CONFIRMED)
    for channel in channels:
        consents.give(
            client=player.client,
            purpose=Purpose.PROMPTS,
            channel=channel,
            given_on=player.life.intake_on if known else None,
            how=HOW if known else "",
            by=player.by,
            now=now,
        )


def change_phase(stage: Stage, player: Player, phase: Phase, now: datetime) -> None:
    """Record how treatment ended."""
    episode = episodes.latest_episode(player.client)
    episodes.change_phase(episode=episode, phase=phase, changed_on=stage.today(now), by=player.by, now=now)
    player.client.refresh_from_db()
    notebook.put_phase_right(stage, player, episode.phase_changes.latest("pk"), now)


def come_back(stage: Stage, player: Player, now: datetime) -> None:
    """Take the client in again."""
    episodes.return_to_treatment(
        client=player.client,
        intake_on=stage.today(now),
        intake=intake.Intake(
            programme=stage.programmes[player.life.programme], isolated=player.life.isolated
        ),
        by=player.by,
        now=now,
    )


def close(stage: Stage, player: Player, reason: ClosedReason, now: datetime) -> None:
    """End the tracking."""
    episodes.close(client=player.client, closed_on=stage.today(now), reason=reason, by=player.by, now=now)


def pause(stage: Stage, player: Player, taken: Break, now: datetime) -> None:
    """Enter a pause; one entered by mistake is taken back on the next working day."""
    away = player.life.part.twist is Twist.AWAY and not taken.mistaken
    known_later = away and workday_after(stage.today(now)) < taken.starts_on
    entered, _ = pausing.pause(
        client=player.client,
        starts_on=taken.starts_on,
        ends_on=taken.ends_on - DAY if known_later else taken.ends_on,
        reason=taken.reason,
        by=player.by,
        now=now,
    )
    if known_later:
        notebook.put_pause_right(stage, player, entered, taken.ends_on, now)
    if taken.mistaken:
        back = workday_after(stage.today(now))
        stage.in_working_hours(back, lambda later: _take_back(player, entered.pk, later))


def _take_back(player: Player, pk: int, now: datetime) -> None:
    pause = player.client.pauses.get(pk=pk)
    pausing.void_pause(pause=pause, reason="Entered for the wrong client.", by=player.by, now=now)


def write_down_wrongly(stage: Stage, player: Player, slip: Slip, now: datetime) -> None:
    """Record a meeting that was not so, to be put right when it is noticed."""
    receipt = recording.record(
        client=player.client,
        attended_on=slip.wrong,
        source=Source.KEYWORKER,
        meeting=stage.meetings[slip.meeting],
        by=player.by,
        now=now,
    )
    stage.in_working_hours(slip.noticed_on, partial(_put_right, stage, player, slip, receipt))


def _put_right(stage: Stage, player: Player, slip: Slip, receipt: recording.Receipt, now: datetime) -> None:
    if slip.right is None:
        correcting.void(
            attendance=receipt.attendance, reason="Entered for the wrong client.", by=player.by, now=now
        )
        return
    correcting.correct(
        attendance=receipt.attendance,
        attended_on=slip.right,
        meeting=stage.meetings[slip.meeting],
        reason="It was the day after, by the slip.",
        by=player.by,
        now=now,
    )


def note_absence(player: Player, week: date, now: datetime) -> None:
    """Note that the client told their keyworker that they did not go, unless they have said so before."""
    if week not in player.answered and not player.gone(week):
        player.answered.add(week)
        pausing.check_in(
            client=player.client,
            week=week,
            answer=Answer.DID_NOT_GO,
            source=Source.KEYWORKER,
            by=player.by,
            now=now,
        )
