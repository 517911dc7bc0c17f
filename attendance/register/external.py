"""Attendance that other systems post under ids of their own: posting again adds nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from attendance.register.models import ExternalRecord
from attendance.register.telling import Told, record_told
from clinic.actors import Actor
from clinic.errors import Conflict, Refused
from clinic.models import Clinic

ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Posted:
    """What another system tells, and the id it knows it by."""

    external_id: str
    told: Told

    @property
    def digest(self) -> str:
        """The same for the same telling, however its body was written."""
        body = json.dumps(asdict(self.told), sort_keys=True, default=str)
        return hashlib.sha256(body.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Kept:
    """The attendance a post became part of, and whether the post is new or the same came before."""

    attendance_id: int
    new: bool


def record_posted(
    *, clinic: Clinic, posted: Sequence[Posted], by: Actor, now: datetime
) -> list[Kept | Refused]:
    """Record what was posted, in a fixed number of queries; for each what became of it, or why not.

    The same id with the same body is kept from before; with another body it is a Conflict. What was
    refused is not remembered, so that it may be mended and posted again, once even further on among the same.
    Posts that come at the same time add one attendance between them.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return _record(clinic, posted, by, now)
        except IntegrityError:
            # Somebody else has just written the same id: this time it will be found.
            continue
    return _record(clinic, posted, by, now)


@transaction.atomic
def _record(clinic: Clinic, posted: Sequence[Posted], by: Actor, now: datetime) -> list[Kept | Refused]:
    records = clinic.external_records.filter(external_id__in={one.external_id for one in posted})
    kept = {record.external_id: record for record in records}
    answers: dict[int, Kept | Refused] = {}
    waiting = list(enumerate(posted))
    # As a rule once; a second time for those whose id was used before among the same by a post that was refused.
    for _ in range(2):
        if not waiting:
            break
        fresh: dict[str, tuple[int, Posted]] = {}
        for number, one in waiting:
            if one.external_id not in kept:
                fresh.setdefault(one.external_id, (number, one))
        told = record_told(clinic=clinic, told=[one.told for _, one in fresh.values()], by=by, now=now)
        new: list[ExternalRecord] = []
        for (number, one), answer in zip(fresh.values(), told, strict=True):
            if isinstance(answer, Refused):
                answers[number] = answer
                continue
            kept[one.external_id] = ExternalRecord(
                clinic=clinic,
                external_id=one.external_id,
                digest=one.digest,
                attendance=answer.attendance,
                created_at=now,
            )
            new.append(kept[one.external_id])
            answers[number] = Kept(answer.attendance.pk, new=True)
        ExternalRecord.objects.bulk_create(new)
        for number, one in waiting:
            if number not in answers and one.external_id in kept:
                answers[number] = _kept_before(one, kept[one.external_id])
        waiting = [(number, one) for number, one in waiting if number not in answers]
    for number, one in waiting:
        answers[number] = Refused(
            f"{one.external_id!r} was refused twice above: post it by itself.", "external_id"
        )
    return [answers[number] for number in range(len(posted))]


def _kept_before(posted: Posted, record: ExternalRecord) -> Kept | Conflict:
    if posted.digest != record.digest:
        return Conflict(f"{posted.external_id!r} was posted before with another body.", "external_id")
    return Kept(record.attendance_id, new=False)
