"""Reads the facts of many clients for the weekly rule, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from django.db.models import Max, Min, Q

from attendance.register.models import Answer, Attendance, CheckIn, Pause
from attendance.standing.facts import Facts, Paused
from clinic.models import Episode


def facts_of(client_ids: Collection[int], on: date, since: date = date.min) -> dict[int, Facts]:
    """The facts by client for judging a local date of the clinic, for each of the ids that has an episode.

    Of the intakes those up to that date; what else lies after it, the rule leaves out. since, the first day
    of a week, leaves out what was over before it: enough to say what the weeks from then on came to, not to
    judge. Four queries, however many clients there are.
    """
    attended: defaultdict[int, list[tuple[date, bool]]] = defaultdict(list)
    for client_id, attended_on, self_only in (
        Attendance.objects.filter(client__in=client_ids, voided_at__isnull=True, attended_on__gte=since)
        .order_by()
        .values_list("client", "attended_on", "self_only")
    ):
        attended[client_id].append((attended_on, self_only))
    pauses: defaultdict[int, list[Paused]] = defaultdict(list)
    for client_id, starts_on, ends_on in (
        Pause.objects.filter(client__in=client_ids, voided_at__isnull=True, ends_on__gte=since)
        .order_by()
        .values_list("client", "starts_on", "ends_on")
    ):
        pauses[client_id].append(Paused(starts_on, ends_on))
    did_not_go: defaultdict[int, list[date]] = defaultdict(list)
    for client_id, week in (
        CheckIn.objects.filter(client__in=client_ids, voided_at__isnull=True, answer=Answer.DID_NOT_GO)
        .filter(week__gte=since)
        .order_by()
        .values_list("client", "week")
    ):
        did_not_go[client_id].append(week)
    intakes = (
        Episode.objects.filter(client__in=client_ids)
        .order_by()
        .values_list("client", "client__closed_on")
        .annotate(first=Min("intake_on"), latest=Max("intake_on", filter=Q(intake_on__lte=on)))
    )
    return {
        client_id: Facts(
            first_intake_on=first,
            latest_intake_on=latest or first,
            closed_on=closed_on,
            attended=attended[client_id],
            pauses=pauses[client_id],
            did_not_go=did_not_go[client_id],
        )
        for client_id, closed_on, first, latest in intakes
    }
