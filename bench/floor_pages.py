"""Floors of what people ask for in the browser: the same door, the least behind it. Part of the bench only."""

from __future__ import annotations

from datetime import date

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from attendance.register import recording
from attendance.register.models import Attendance, Source
from clinic import audit, clock
from clinic.access import Permission, Viewer, staff_page

# What a list cannot do without, of the clients whom the signed-in person looks after.
CLIENTS = """
    SELECT client.id, client.reference, client.first_name, client.last_name, standing.standing, standing.missed_weeks
    FROM clinic_client client JOIN attendance_standingrecord standing ON standing.client_id = client.id
    WHERE client.clinic_id = %s AND client.keyworker_id = %s AND client.closed_on IS NULL ORDER BY client.id LIMIT 50
"""


@staff_page(Permission.WRITE_CLIENTS)
def insert(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """One row of attendance and one of the audit trail in a transaction: no rule, no lock, nothing looked up."""
    now = clock.now()
    with transaction.atomic():
        attendance = Attendance(
            clinic=viewer.clinic,
            client_id=pk,
            attended_on=date.fromisoformat(request.POST["went_on"]),
            self_only=False,
            recorded_at=now,
        )
        attendance.save(force_insert=True)
        audit.record(
            by=viewer.actor, now=now, verb="attendance.added", subject=attendance, clinic=viewer.clinic
        )
    return HttpResponse("Recorded.")


@staff_page(Permission.WRITE_CLIENTS)
def verb(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """The product's verb with the client as every page fetches them, and an answer of one word: no form, no page."""
    recording.record(
        client=viewer.client(pk),
        attended_on=date.fromisoformat(request.POST["went_on"]),
        source=Source.KEYWORKER,
        by=viewer.actor,
        now=clock.now(),
    )
    return HttpResponse("Recorded.")


@staff_page(Permission.SEE_CLIENTS)
def clients(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Fifty clients in one plain query, as a list in the site's own frame."""
    with connection.cursor() as cursor:
        cursor.execute(CLIENTS, [viewer.clinic.pk, viewer.user.pk])
        rows = cursor.fetchall()
    return render(request, "bench/list.html", {"rows": rows})
