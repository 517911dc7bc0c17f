"""The hands: Celery tasks that carry ids alone. The database remembers; each task may run twice, or never.

Beat finds all unfinished work again at every tick, so a lost message loses nothing.
"""

from celery import shared_task

from clinic import clock
from clinic.models import Clinic
from reminders import channels
from reminders.desk import sweeping
from reminders.prompts import outbox


@shared_task(name="reminders.sweep_clinics")
def sweep_clinics() -> None:
    """Let each clinic be swept by a task of its own, on as many workers as there are."""
    for pk in Clinic.objects.values_list("pk", flat=True):
        sweep_clinic.delay(pk)


@shared_task(name="reminders.sweep_clinic")
def sweep_clinic(clinic_id: int) -> None:
    """Standings, flags and planning of one clinic, at the present."""
    sweeping.sweep(Clinic.objects.get(pk=clinic_id), clock.now())


@shared_task(name="reminders.send_prompts")
def send_prompts() -> None:
    """Send what is due."""
    outbox.send_all(channels.configured(), clock.now)
