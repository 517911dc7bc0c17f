"""Follow-up interviews: recorded, corrected, struck out and restored; and whose are due. Nothing is ever deleted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet

from clinic import audit, checks, clock, locking
from clinic.actors import Actor
from clinic.errors import Refused
from clinic.follow_up import FollowUp, follow_ups, intakes_due
from clinic.models import AuditEntry, Client, Clinic, Episode, Interview, InterviewKind, ReportedAttendance
from clinic.models.client import MEASURES

BELIEF = MEASURES["controlled_use_impossible"]
LONGEST_REASON = checks.longest(Interview, "void_reason")


@dataclass(frozen=True, slots=True)
class Answers:
    """What a client said: None, or an empty attendance, where that is not known."""

    used_alcohol: bool | None = None
    used_drugs: bool | None = None
    attendance: ReportedAttendance | str = ""
    controlled_use_impossible: int | None = None

    def over(self, earlier: Answers) -> Answers:
        """These where they are known, and the earlier ones elsewhere."""
        told = {name: value for name, value in asdict(self).items() if value not in (None, "")}
        return Answers(**{**asdict(earlier), **told})

    def contradicts(self, other: Answers) -> bool:
        """Whether both know something, and not the same."""
        return self.over(other) != other.over(self)


def answers_of(interview: Interview) -> Answers:
    """What is on record of an interview."""
    return Answers(**{name: getattr(interview, name) for name in Answers.__slots__})


@transaction.atomic
def record(
    *, client: Client, kind: InterviewKind, held_on: date, answers: Answers, by: Actor, now: datetime
) -> tuple[Interview, bool]:
    """Write an interview down; the interview, and whether it is new.

    Raises Refused for a day in the future or before the first intake, a number out of its range, and where one of the
    kind and day is on record with other answers.
    """
    client = locking.client(client.pk)
    check(
        held_on=held_on, answers=answers, first_intake_on=_first_intake(client), clinic=client.clinic, now=now
    )
    held = _standing(client, kind, held_on)
    if held is not None:
        if answers_of(held) == answers:
            return held, False
        raise Refused(
            f"{_called(kind, held_on)} is on record with other answers: correct it there.", "held_on"
        )
    written = unwritten(client=client, kind=kind, held_on=held_on, answers=answers, by=by, now=now)
    written.save()
    audit.record_entries([recorded(written, by, now)])
    return written, True


@transaction.atomic
def correct(
    *,
    interview: Interview,
    kind: InterviewKind,
    held_on: date,
    answers: Answers,
    reason: str,
    by: Actor,
    now: datetime,
) -> Interview:
    """Put an interview right: the old one is voided with the reason, and the right one points back at it.

    Raises Refused without a reason or for one too long, for an interview voided already, where another one of the kind
    and day stands, and as record does.
    """
    if not void(interview=interview, reason=reason, by=by, now=now):
        raise Refused("This interview was struck out already.")
    client = interview.client
    check(
        held_on=held_on, answers=answers, first_intake_on=_first_intake(client), clinic=client.clinic, now=now
    )
    if _standing(client, kind, held_on) is not None:
        raise Refused(f"{_called(kind, held_on)} is on record as well: strike one of the two out.", "held_on")
    right = unwritten(client=client, kind=kind, held_on=held_on, answers=answers, by=by, now=now)
    right.corrects = interview
    right.save()
    audit.record_entries([recorded(right, by, now)])
    return right


@transaction.atomic
def void(*, interview: Interview, reason: str, by: Actor, now: datetime) -> bool:
    """Strike an interview out, keeping it with who, when and why; False where it was out already.

    Raises Refused without a reason, or for one that is too long.
    """
    reason = checks.at_most(reason.strip(), LONGEST_REASON, "reason")
    if not reason:
        raise Refused("Say why, so that the next reader knows.", "reason")
    client = locking.client(interview.client_id)
    changed = Interview.objects.filter(pk=interview.pk, voided_at__isnull=True).update(
        voided_at=now, voided_by=by.label, void_reason=reason
    )
    if not changed:
        return False
    interview.refresh_from_db()
    audit.record(
        by=by, now=now, verb="interview.voided", subject=interview, clinic=client.clinic, client=client
    )
    return True


@transaction.atomic
def restore(*, interview: Interview, by: Actor, now: datetime) -> bool:
    """Let an interview stand again that was struck out by a slip of the hand; False where it stands.

    The audit trail keeps both. Raises Refused where it was corrected, where another one of the kind and day is on
    record since, and as record does.
    """
    client = locking.client(interview.client_id)
    interview.refresh_from_db()
    if interview.voided_at is None:
        return False
    if interview.corrected_by.exists():
        raise Refused("It was corrected since: put the corrected interview right instead.")
    kind = InterviewKind(interview.kind)
    if _standing(client, kind, interview.held_on) is not None:
        raise Refused(f"{_called(kind, interview.held_on)} was recorded since: put that right instead.")
    check(
        held_on=interview.held_on,
        answers=answers_of(interview),
        first_intake_on=_first_intake(client),
        clinic=client.clinic,
        now=now,
    )
    interview.voided_at, interview.voided_by, interview.void_reason = None, "", ""
    interview.save(update_fields=["voided_at", "voided_by", "void_reason"])
    audit.record(
        by=by, now=now, verb="interview.restored", subject=interview, clinic=client.clinic, client=client
    )
    return True


def check(*, held_on: date, answers: Answers, first_intake_on: date, clinic: Clinic, now: datetime) -> None:
    """Raise Refused for an interview that cannot have been."""
    checks.past_date(held_on, clinic=clinic, now=now, field="held_on")
    if held_on < first_intake_on:
        raise Refused(f"{held_on} is before intake on {first_intake_on}.", "held_on")
    checks.within(answers.controlled_use_impossible, *BELIEF, "controlled_use_impossible")


def unwritten(
    *, client: Client, kind: InterviewKind, held_on: date, answers: Answers, by: Actor, now: datetime
) -> Interview:
    """The row of an interview that was checked, not written yet; the client has their clinic at hand."""
    return Interview(
        clinic=client.clinic,
        client=client,
        kind=kind,
        held_on=held_on,
        recorded_at=now,
        recorded_by=by.label,
        **asdict(answers),
    )


def recorded(interview: Interview, by: Actor, now: datetime) -> AuditEntry:
    """The audit entry of an interview that was written, not written itself yet."""
    return audit.entry(
        by=by,
        now=now,
        verb="interview.recorded",
        subject=interview,
        clinic=interview.clinic,
        client=interview.client,
    )


def follow_ups_of(
    client: Client, episodes: Iterable[Episode], held: Iterable[Interview], now: datetime
) -> list[FollowUp]:
    """How a client's interviews stand at an aware moment, from what was read of them; no query."""
    return follow_ups(
        client.clinic.interview_policy,
        max(episode.intake_on for episode in episodes),
        [(one.kind, one.held_on) for one in held if one.voided_at is None],
        clock.local_date(now, client.clinic.time_zone),
        closed=client.closed_on is not None,
    )


def due_among(clinic: Clinic, clients: QuerySet[Client], today: date) -> dict[int, FollowUp]:
    """Which interview is due on a local date, by client of these; two queries. A client has one at a time, or none."""
    policy = clinic.interview_policy
    in_time = Q()
    for _, months in policy.months:
        in_time |= Q(latest_intake_on__range=intakes_due(policy, months, today))
    latest = dict(
        clients.filter(closed_on__isnull=True)
        .annotate(latest_intake_on=Max("episodes__intake_on"))
        .filter(in_time)
        .order_by()
        .values_list("pk", "latest_intake_on")
    )
    held: dict[int, list[tuple[str, date]]] = {pk: [] for pk in latest}
    for client_id, kind, day in Interview.objects.filter(
        client__in=latest, voided_at__isnull=True
    ).values_list("client", "kind", "held_on"):
        held[client_id].append((kind, day))
    due = {}
    for pk, intake_on in latest.items():
        for one in follow_ups(policy, intake_on, held[pk], today):
            if one.is_due:
                due[pk] = one
    return due


def is_due(clinic: Clinic, today: date) -> Q:
    """For a query of a clinic's clients: whether an interview is due on a local date, as due_among has it."""
    policy = clinic.interview_policy
    later = Episode.objects.filter(client=OuterRef("client"), intake_on__gt=OuterRef("intake_on"))
    due = Q()
    for kind, months in policy.months:
        held = Interview.objects.filter(
            client=OuterRef("client"), kind=kind, voided_at__isnull=True, held_on__gte=OuterRef("intake_on")
        )
        latest = Episode.objects.filter(
            ~Exists(later),
            ~Exists(held),
            client=OuterRef("pk"),
            intake_on__range=intakes_due(policy, months, today),
        )
        due |= Q(Exists(latest))
    return due


def _standing(client: Client, kind: InterviewKind, held_on: date) -> Interview | None:
    return client.interviews.filter(kind=kind, held_on=held_on, voided_at__isnull=True).first()


def _first_intake(client: Client) -> date:
    first: date = client.episodes.aggregate(first=Min("intake_on"))["first"]
    return first


def _called(kind: InterviewKind, held_on: date) -> str:
    return f"An interview at {InterviewKind(kind).label} on {held_on}"
