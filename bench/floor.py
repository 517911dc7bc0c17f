"""The least that a sweep could do: read the same facts and write the same rows, with no rule and no ORM.

What to write is known beforehand. The batches, the locks and the transactions are the sweep's.
"""

from __future__ import annotations

from datetime import date

from attendance.standing import evaluation
from bench.plain import Plain
from bench.saved import Change
from clinic.models import Clinic
from reminders.prompts import planning

DUE = """
    SELECT client_id FROM attendance_standingrecord
    WHERE clinic_id = %s AND next_change_on <= %s AND client_id > %s ORDER BY client_id LIMIT %s
"""
FACTS = (
    "SELECT client_id, attended_on, self_only FROM attendance_attendance WHERE client_id IN %s AND voided_at IS NULL",
    "SELECT client_id, starts_on, ends_on FROM attendance_pause WHERE client_id IN %s AND voided_at IS NULL",
    "SELECT client_id, week FROM attendance_checkin WHERE client_id IN %s AND voided_at IS NULL",
    "SELECT client_id, MIN(intake_on), MAX(intake_on) FROM clinic_episode WHERE client_id IN %s GROUP BY client_id",
    "SELECT client_id, standing, missed_weeks, reason, next_change_on FROM attendance_standingrecord"
    " WHERE client_id IN %s",
    "SELECT id, client_id, run, last_missed, missed_weeks, standing, on_hold, closed_at FROM attendance_flag"
    " WHERE client_id IN %s",
)
MOVED = """
    SELECT flag.client_id, flag.id, flag.run, flag.last_missed, flag.missed_weeks
    FROM attendance_flag flag
    JOIN clinic_client client ON client.id = flag.client_id
    LEFT JOIN reminders_plannedflag planned ON planned.flag_id = flag.id
    WHERE flag.clinic_id = %s AND flag.closed_at IS NULL AND NOT flag.on_hold AND client.closed_on IS NULL
    AND (planned.flag_id IS NULL OR planned.missed_weeks <> flag.missed_weeks)
    AND flag.client_id > %s ORDER BY flag.client_id LIMIT %s
"""
REACH = (
    "SELECT client_id, channel, given_on, how, revoked_at FROM clinic_consent"
    " WHERE client_id IN %s AND purpose = 'prompts'",
    "SELECT client_id, id, run, step, occasion, state FROM reminders_prompt WHERE client_id IN %s",
    "SELECT client_id, id, kind, run, done_by FROM reminders_keyworkertask WHERE client_id IN %s",
    "SELECT introduction.client_id, introduction.id, contact.id, contact.active, contact.mobile, contact.email"
    " FROM reminders_introduction introduction"
    " JOIN reminders_localcontact contact ON contact.id = introduction.contact_id"
    " WHERE introduction.client_id IN %s AND introduction.ended_at IS NULL",
)
NEWCOMERS = """
    SELECT standing.client_id, MIN(episode.intake_on) FROM attendance_standingrecord standing
    JOIN clinic_episode episode ON episode.client_id = standing.client_id
    WHERE standing.clinic_id = %s AND standing.standing = 'settling_in'
    AND NOT EXISTS (SELECT 1 FROM attendance_attendance attendance
        WHERE attendance.client_id = standing.client_id AND attendance.voided_at IS NULL)
    GROUP BY standing.client_id
"""


def standings_and_flags(clinic: Clinic, today: date, known: Change) -> None:
    """What `evaluation.sweep` reads and writes."""
    plain = Plain()
    last = 0
    while due := plain.read(DUE, clinic.pk, today, last, evaluation.BATCH):
        clients = tuple(client for (client,) in due)
        last = clients[-1]
        with plain.transaction():
            plain.read(
                f"SELECT id, closed_on FROM clinic_client WHERE id IN %s ORDER BY id {plain.lock()}", clients
            )
            for facts in FACTS:
                plain.read(facts, clients)
            known.write(plain, clients)


def prompts_and_tasks(clinic: Clinic, known: Change) -> None:
    """What `planning.plan` reads and writes soon after midnight, when no question of the week is due."""
    plain = Plain()
    last = 0
    while moved := plain.read(MOVED, clinic.pk, last, planning.BATCH):
        clients = tuple(row[0] for row in moved)
        last = clients[-1]
        with plain.transaction():
            plain.read(
                "SELECT id, mobile, mobile_refused_at, email, email_refused_at FROM clinic_client"
                f" WHERE id IN %s ORDER BY id {plain.lock()}",
                clients,
            )
            for facts in REACH:
                plain.read(facts, clients)
            known.write(plain, clients)
    plain.read(NEWCOMERS, clinic.pk)
