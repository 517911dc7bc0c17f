"""The hands: Celery tasks that carry ids alone. The database remembers; each task may run twice, or never.

Beat finds all unfinished work again at every tick, so a lost message loses nothing.
"""

import time
from collections.abc import Callable

from celery import shared_task
from django.conf import settings

from clinic import clock
from clinic.models import Clinic
from reminders import channels
from reminders.desk import sweeping
from reminders.digest import sending
from reminders.prompts import outbox

LONGEST_TURN = 30.0


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
    """Let each clinic's prompts be sent by a task of its own, so that no clinic waits for another's provider."""
    for pk in Clinic.objects.values_list("pk", flat=True):
        send_prompts_of.delay(pk)


@shared_task(name="reminders.send_prompts_of")
def send_prompts_of(clinic_id: int) -> None:
    """Send what is due in one clinic, for as long as its turn lasts."""
    outbox.send_all(
        channels.configured(), clock.now, clinic_id=clinic_id, time_left=turn(settings.TICK_SECONDS)
    )


@shared_task(name="reminders.send_digests")
def send_digests() -> None:
    """Let each clinic in which it is morning write to its staff by a task of its own."""
    for pk in sending.clinics_in_the_morning(clock.now()):
        send_digests_of.delay(pk)


@shared_task(name="reminders.send_digests_of")
def send_digests_of(clinic_id: int) -> None:
    """Write to those of one clinic whose hour has come, for as long as its turn lasts."""
    clinic = Clinic.objects.get(pk=clinic_id)
    sending.send_due(clinic, channels.configured(), clock.now(), time_left=turn(settings.TICK_SECONDS))


def turn(tick: float, seconds: Callable[[], float] = time.monotonic) -> Callable[[], bool]:
    """Whether a turn that begins now still lasts, by real seconds: the clock of the product may stand still.

    A turn is shorter than a tick, so that the turns of a clinic whose provider is slow do not pile up and
    take every worker; and far shorter than a task may run, so that none is ended in the middle of a message.
    """
    end = seconds() + min(LONGEST_TURN, tick / 2)
    return lambda: seconds() < end
