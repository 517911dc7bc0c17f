"""The demonstration: it shows all it promises, through the verbs, within the promises, and the same again."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import authenticate
from django.db import transaction
from django.db.models import Count

from attendance.directory.kinds import FellowshipKind
from attendance.models import Attendance, Feed, Meeting, Report
from attendance.standing import reading, rule
from attendance.standing.facts import Outcome, Standing
from clinic import clock, interviews, transferring
from clinic.errors import Refused
from clinic.merging.finding import likely_doubles
from clinic.merging.suspicion import SAME_BIRTHDAY
from clinic.models import AuditEntry, Client, Clinic, Membership, Phase, User
from reminders.contacts.models import IntroductionState
from reminders.demo import building
from reminders.demo.cast import PASSWORD, STAFF
from reminders.demo.parts import FEW_PARTS, PARTS
from reminders.models import Introduction, KeyworkerTask, Prompt
from reminders.prompts import door, tokens
from reminders.prompts.states import PromptState
from reminders.worklist.models import TaskKind
from tests.commands import run
from tests.reminders.demo.digests import digests
from tests.tables import apart, everything

pytestmark = pytest.mark.slow

NOW = datetime(2026, 3, 11, 10, 30, tzinfo=UTC)
FEW = {"harbour": PARTS[4::14], "meadow": FEW_PARTS[3:4]}
ONE = {"harbour": [part for part in PARTS if part.standing is Standing.SETTLING_IN][:1], "meadow": []}
LINK = re.compile(r"/l/([\w-]+)/")


def build(path: Path, seed: int = 1, **more: Any) -> building.Built:
    return building.build(seed=seed, now=NOW, message_file=path, tell=lambda line: None, **more)


@pytest.fixture(scope="module")
def message_file(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("demo") / "messages.jsonl"


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, message_file) -> Iterator[building.Built]:
    """The whole of it, built once for all tests that only look; they need no mark of their own."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build(message_file)
        transaction.set_rollback(True)


@pytest.fixture
def harbour(demo) -> Clinic:
    return Clinic.objects.get(slug="harbour")


@pytest.fixture
def meadow(demo) -> Clinic:
    return Clinic.objects.get(slug="meadow")


def sent_to_clients() -> list[Prompt]:
    found = Prompt.objects.filter(sent_at__isnull=False, contact__isnull=True)
    return list(found.select_related("clinic", "client").order_by("sent_at"))


def test_sixty_clients_stand_in_every_way_and_about_half_go_weekly(harbour):
    standings = Counter(harbour.standings.values_list("standing", flat=True))
    # One of them was entered twice, yesterday.
    assert standings == Counter([*(part.standing.value for part in PARTS), "settling_in"])
    assert set(standings) == {standing.value for standing in Standing}
    assert sum(standings.values()) == harbour.clients.count() == 61
    tracked = 61 - standings["not_tracked"]
    assert 0.45 <= standings["weekly"] / tracked <= 0.6


def test_somebody_is_on_leave_and_somebody_was_entered_twice(harbour):
    given, back = harbour.hand_overs.order_by("pk")
    assert given.carried_out_at is not None
    assert back.is_to_come
    assert given.handed.count() == 3
    (double,) = likely_doubles(harbour)
    assert double.reasons == (SAME_BIRTHDAY,)


def test_somebody_waits_to_be_taken_over_by_the_small_clinic(harbour, meadow):
    (waits,) = transferring.waiting_in(meadow, NOW)
    assert (waits.clinic, waits.client.closed_on) == (harbour, None)
    assert waits.offered_at < NOW
    (double,) = likely_doubles(harbour)
    on_leave = set(harbour.hand_overs.earliest("pk").handed.values_list("client", flat=True))
    assert waits.client_id not in {double.one.pk, double.other.pk, *on_leave}


def test_the_small_clinic_has_five_and_shares_a_keyworker(meadow):
    assert meadow.clients.count() == 5
    assert meadow.time_zone != "Europe/London"
    shared = set(meadow.memberships.values_list("user", flat=True)) & set(
        Membership.objects.filter(clinic__slug="harbour").values_list("user", flat=True)
    )
    assert [User.objects.get(pk=pk).username for pk in shared] == ["priya"]


def test_every_phase_is_there_and_some_came_back(harbour):
    assert {episode.phase for episode in harbour.episodes.all()} == set(Phase.values)
    twice = harbour.clients.annotate(number=Count("episodes")).filter(number__gt=1)
    assert twice.count() == 3
    assert harbour.episodes.filter(isolated=True).count() >= 10


def test_weeks_come_to_each_of_the_seven_outcomes(demo):
    found: Counter[Outcome] = Counter()
    for clinic in Clinic.objects.all():
        today = clock.local_date(NOW, clinic.time_zone)
        facts = reading.facts_of(clinic.clients.values_list("pk", flat=True), today)
        for known in facts.values():
            found.update(week.outcome for week in rule.weeks(clinic.weekly_policy, known, today))
    assert set(found) == set(Outcome)


def test_what_is_stored_is_what_the_rule_says(demo):
    for clinic in Clinic.objects.all():
        today = clock.local_date(NOW, clinic.time_zone)
        facts = reading.facts_of(clinic.clients.values_list("pk", flat=True), today)
        for client in clinic.clients.select_related("standing"):
            verdict = rule.judge(clinic.weekly_policy, facts[client.pk], today)
            stored = client.standing
            assert (stored.standing, stored.missed_weeks) == (verdict.standing.value, verdict.missed_weeks)
            open_flags = client.flags.filter(closed_at__isnull=True)
            held = verdict.standing is Standing.PAUSED and verdict.missed_weeks > 0
            assert open_flags.exists() == (verdict.flagged or held)


def test_everything_went_through_the_verbs(demo):
    def entries(*verbs: str) -> set[int | None]:
        return set(AuditEntry.objects.filter(verb__in=verbs).values_list("subject_id", flat=True))

    clients = set(Client.objects.values_list("pk", flat=True))
    assert entries("client.taken_in") == clients
    assert entries("attendance.added") == set(Attendance.objects.values_list("pk", flat=True))
    assert entries("introduction.agreed") == set(Introduction.objects.values_list("pk", flat=True))
    kinds = set(AuditEntry.objects.values_list("actor_kind", flat=True))
    assert kinds >= {"staff", "client", "contact", "command", "system"}
    assert not AuditEntry.objects.filter(at__gt=NOW).exists()


def test_facts_were_doubted_confirmed_and_put_right(harbour):
    voided = harbour.attendances.filter(voided_at__isnull=False)
    corrections = harbour.attendances.filter(corrects__isnull=False)
    assert corrections.count() >= 3
    assert voided.filter(corrected_by__isnull=True).count() >= 2
    twice = harbour.attendances.annotate(number=Count("reports")).filter(number__gt=1)
    assert twice.count() >= 20
    sources = set(Report.objects.filter(attendance__clinic=harbour).values_list("source", flat=True))
    assert sources == {"keyworker", "slip", "client", "contact"}
    assert harbour.pauses.filter(voided_at__isnull=True).count() >= 6
    assert harbour.pauses.filter(voided_at__isnull=False).exists()
    assert set(harbour.checkins.values_list("source", flat=True)) == {"client", "keyworker"}


def test_the_directory_holds_groups_of_both_kinds(harbour):
    shared = Meeting.objects.shared().offered()
    meetings = shared.filter(time_zone=harbour.time_zone).select_related("fellowship")
    assert len({meeting.group_name for meeting in meetings}) == 6
    kinds = {meeting.fellowship.name: meeting.fellowship.kind for meeting in meetings}
    assert Counter(kinds.values()) == {FellowshipKind.TWELVE_STEP: 2, FellowshipKind.SECULAR: 2}
    assert {meeting.day for meeting in meetings} == set(range(7))
    assert all(meeting.starts_at is not None for meeting in meetings)
    assert Meeting.objects.filter(closed_on__isnull=False).count() == 1
    assert all(meeting.latitude is not None and meeting.region for meeting in meetings)
    own = harbour.own_meetings.values_list("name", "fellowship__name", "edited")
    assert set(own.filter(amends__isnull=True).values_list("name", flat=True)) == {"Sunday Sitting"}
    assert own.get(amends__isnull=False)[2] == ["location_notes"]
    assert all(NOW - feed.last_read_at < timedelta(days=7) for feed in Feed.objects.all())


def test_prompts_ended_in_many_ways_and_introductions_stand_in_all(harbour):
    ended = Counter(harbour.prompts.values_list("state", flat=True))
    assert set(ended) >= {
        PromptState.SENT,
        PromptState.CANCELLED,
        PromptState.SUPPRESSED,
        PromptState.FAILED,
        PromptState.UNCERTAIN,
    }
    assert ended[PromptState.SENT] > 200
    assert not harbour.prompts.filter(state=PromptState.SENDING).exists()
    assert set(harbour.introductions.values_list("state", flat=True)) == set(IntroductionState.values)
    assert harbour.local_contacts.count() == 4


@pytest.mark.parametrize(
    ("column", "unused"),
    # No other system posts anything in the demonstration, who was entered twice waits to be put together, and who is
    # to go to the other clinic to be taken over.
    [
        (
            "clinic",
            {
                "ExternalRecord.attendance",
                "Client.merged_into",
                "Transfer.accepted",
                *("Merge.kept", "Merge.merged", "MergedRow.merge", "TwoPeople.one", "TwoPeople.other"),
            },
        ),
        ("client", set()),
    ],
)
def test_rows_that_belong_together_are_of_one_clinic_and_of_one_client(demo, column, unused):
    """The database cannot say so with keys of one column; what the verbs write must hold it all the same."""
    used, wrong = apart(column)
    assert wrong == {}
    assert {name for name, rows in used.items() if not rows} == unused


def test_whoever_a_row_names_has_a_role_in_its_clinic(demo):
    roles = set(Membership.objects.values_list("clinic", "user"))
    keyworkers = set(Client.objects.filter(keyworker__isnull=False).values_list("clinic", "keyworker"))
    leads = set(Clinic.objects.values_list("pk", "safeguarding_lead"))
    authors = set(AuditEntry.objects.filter(user__isnull=False).values_list("clinic", "user"))
    assert keyworkers | leads | authors <= roles
    clinics = dict(Client.objects.values_list("pk", "clinic"))
    about = AuditEntry.objects.filter(client_id__isnull=False).values_list("client_id", "clinic")
    assert {(client, clinics[client]) for client, _ in about} == set(about)


def test_somebody_is_asked_for_today(harbour):
    waiting = KeyworkerTask.objects.filter(clinic=harbour, done_at__isnull=True)
    kinds = Counter(waiting.values_list("kind", flat=True))
    assert set(kinds) >= {TaskKind.RING_ME, TaskKind.LAPSED, TaskKind.INTRODUCE, TaskKind.CONFIRM_CONSENT}
    assert sum(kinds.values()) <= 25
    assert not waiting.filter(raised_at__lt=NOW - timedelta(days=14)).exists()


def test_something_has_waited_too_long_and_something_was_handed_back(harbour):
    shown = harbour.escalations.shown()
    assert 1 <= shown.count() <= 8
    assert shown.values("client__keyworker").distinct().count() >= 1
    back = harbour.escalations.filter(handed_back_at__isnull=False)
    assert set(back.values_list("handed_back_by", flat=True)) == {"helen"}
    assert harbour.escalations.count() > shown.count() + back.count()


def test_amara_and_helen_were_written_to_every_working_morning_of_a_fortnight(harbour):
    written_to = Counter(harbour.digests.values_list("user__username", "state"))
    assert written_to == {("amara", "sent"): 11, ("helen", "sent"): 11}
    assert [choice.days for choice in harbour.digest_choices.all()] == [[0, 1, 2, 3, 4]] * 2


def test_interviews_were_held_one_was_put_right_and_some_are_due(harbour):
    held = harbour.interviews.filter(voided_at__isnull=True)
    assert held.count() >= 4
    assert held.filter(corrects__isnull=False).exists()
    assert {one.kind for one in held} == {"8m"}
    due = interviews.due_among(harbour, harbour.clients.all(), clock.local_date(NOW, harbour.time_zone))
    assert 2 <= len(due) <= 10
    assert not set(due) & set(held.values_list("client", flat=True))


def test_nothing_went_out_in_quiet_hours(demo):
    for prompt in Prompt.objects.filter(sent_at__isnull=False).select_related("clinic"):
        face = prompt.sent_at.astimezone(ZoneInfo(prompt.clinic.time_zone)).time()
        assert time(9) <= face < time(20), prompt


def test_nothing_went_out_before_consent_or_after_it_was_taken_back(demo):
    for prompt in sent_to_clients():
        day = clock.local_date(prompt.sent_at, prompt.clinic.time_zone)
        given = [
            consent
            for consent in prompt.client.consents.filter(purpose="prompts", channel=prompt.channel)
            if consent.given_on is not None
            and consent.how
            and consent.given_on <= day
            and consent.recorded_at <= prompt.sent_at
            and (consent.revoked_at is None or consent.revoked_at > prompt.sent_at)
        ]
        assert len(given) == 1, prompt


def test_nobody_was_written_to_beyond_the_caps(demo):
    moments: dict[int, list[datetime]] = {}
    for prompt in sent_to_clients():
        moments.setdefault(prompt.client_id, []).append(prompt.sent_at)
    policy = Clinic.objects.get(slug="harbour").sending_policy
    assert len(moments) > 50
    for sent in moments.values():
        for earlier, later in pairwise(sent):
            assert later - earlier >= timedelta(hours=policy.hours_between_prompts)
        for first, beyond in zip(sent, sent[policy.prompts_a_week :], strict=False):
            assert beyond - first >= door.CAP_DAYS


def test_links_that_still_open_are_in_the_file_and_no_others(demo, message_file):
    lines = [json.loads(line) for line in message_file.read_text(encoding="utf-8").splitlines()]
    assert len(lines) == demo.links > 20
    for line in lines:
        (token,) = LINK.findall(line["body"])
        link = tokens.find(token)
        assert link is not None
        assert str(link.prompt_id) == line["id"]
        assert link.contact is not None or link.expires_at > NOW
    lately = [prompt for prompt in sent_to_clients() if prompt.sent_at > NOW - timedelta(days=13)]
    assert {str(prompt.pk) for prompt in lately} <= {line["id"] for line in lines}


def test_a_second_run_keeps_everything_and_says_how_to_sign_in(demo, settings):
    settings.DEBUG = True
    before = digests()
    ran = run("make_demo", now=NOW.isoformat())
    assert ran.code == 0
    assert ran.summary["made"] is False
    assert digests() == before
    for colleague in STAFF:
        assert colleague.username in ran.out
        assert authenticate(username=colleague.username, password=PASSWORD) is not None


# What happens without the demonstration in place


@pytest.mark.django_db
def test_the_same_seed_and_moment_make_the_same_facts(tmp_path):
    found = []
    for _ in range(2):
        with transaction.atomic():
            build(tmp_path / "messages.jsonl", seed=7, parts=FEW)
            assert Prompt.objects.filter(sent_at__isnull=False).count() > 15
            found.append(digests())
            transaction.set_rollback(True)
    assert found[0] == found[1]


@pytest.mark.django_db
def test_outside_debug_it_is_refused_before_anything_is_written(settings, tmp_path):
    """Its password is in the documentation; a site that people reach is no place for it."""
    settings.DEBUG, settings.MESSAGE_FILE = False, tmp_path / "messages.jsonl"
    before = everything()
    ran = run("make_demo", now=NOW.isoformat())
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "The demonstration's sign-ins are known to everybody: it is made only where DEBUG is 1.\n"
    )
    assert everything() == before
    assert not settings.MESSAGE_FILE.exists()


@pytest.mark.django_db
def test_it_never_takes_over_somebody_of_the_same_name(settings, tmp_path):
    settings.DEBUG = True
    settings.MESSAGE_FILE = tmp_path / "messages.jsonl"
    User.objects.create_user("priya", password="her own, and secret")
    ran = run("make_demo", now=NOW.isoformat())
    assert ran.code == 2
    assert "There is another 'priya' already" in ran.err
    assert not Clinic.objects.exists()
    assert authenticate(username="priya", password="her own, and secret") is not None


@pytest.mark.django_db
def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    with pytest.raises(Refused, match="message file cannot be written"):
        build(tmp_path, parts=ONE)
    assert not Clinic.objects.exists()
