"""Two records of one client are put together: an attendance that is on both is one, with the reports of both."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from attendance.register.matching import Known, match
from attendance.register.models import Attendance, ExternalRecord, Report
from clinic.merging.rows import Merging, void


class _Held(Known):
    """An attendance of the kept client, as far as matching needs it."""

    attendance: Attendance


def join_attendances(merging: Merging) -> None:
    """Let the reports of what both records know be the kept one's, and strike the other one's attendance out.

    Which attendance a report is about is the same question as where it comes in, so that it has the same answer.
    What another system posted stays known under its own id.
    """
    days: defaultdict[date, list[_Held]] = defaultdict(list)
    for attendance in _standing(merging.kept.pk):
        held = _Held(attendance.meeting_id, attendance.fellowship_id, _said(attendance))
        held.attendance = attendance
        days[attendance.attended_on].append(held)
    for theirs in _standing(merging.merged.pk):
        said = _said(theirs)
        source, note = next(iter(said.items()), ("", ""))
        known = match(days[theirs.attended_on], theirs.meeting_id, theirs.fellowship_id, source, note)
        if known is not None:
            _join(merging, known, theirs, said)


def _standing(client_id: int) -> list[Attendance]:
    held = Attendance.objects.filter(client=client_id, voided_at__isnull=True).order_by("id")
    return list(held.prefetch_related("reports"))


def _said(attendance: Attendance) -> dict[str, str]:
    return {report.source: report.note for report in attendance.reports.all()}


def _join(merging: Merging, known: _Held, theirs: Attendance, said: dict[str, str]) -> None:
    kept = known.attendance
    kept.self_only = kept.self_only and theirs.self_only
    kept.meeting_id = known.meeting_id = known.meeting_id or theirs.meeting_id
    kept.fellowship_id = known.fellowship_id = known.fellowship_id or theirs.fellowship_id
    merging.keep(theirs)
    void(Attendance.objects.filter(pk=theirs.pk), merging)
    # Only now: the two may have named the very same meeting.
    kept.save(update_fields=["self_only", "meeting", "fellowship"])
    Report.objects.filter(attendance=theirs).exclude(source__in=list(known.said)).update(attendance=kept)
    ExternalRecord.objects.filter(attendance=theirs).update(attendance=kept)
    known.said.update({source: note for source, note in said.items() if source not in known.said})
