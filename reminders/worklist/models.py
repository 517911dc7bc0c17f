"""Tasks for a keyworker: what only a person can do. They show on Today until somebody deals with them."""

from datetime import date

from django.db import models
from django.db.models import Q

from clinic.models import Client, Clinic
from reminders.worklist.said import IN_VAIN, Said


class TaskKind(models.TextChoices):
    """Why a person is needed. The order is the order of urgency on Today."""

    RING_ME = "ring_me", "Asked to be rung"
    LAPSED = "lapsed", "Talk to them"
    NO_ANSWER = "no_answer", "No answer after reaching out"
    UNCERTAIN = "uncertain", "Not known whether a prompt went out"
    NOT_REACHED = "not_reached", "Could not be reached"
    DECLINED = "declined", "A contact could not help"
    INTRODUCE = "introduce", "Introduce a local contact"
    BY_HAND = "by_hand", "Get in touch yourself"
    CONFIRM_CONSENT = "confirm_consent", "Confirm consent"
    SPOKE = "spoke", "Spoke to them"
    TRIED = "tried", "Tried to reach them"


# What a word with the client answers. Consents, messages and introductions are settled by acts of their own.
SPEAKING_ANSWERS = frozenset(
    {TaskKind.RING_ME, TaskKind.LAPSED, TaskKind.NO_ANSWER, TaskKind.NOT_REACHED, TaskKind.BY_HAND}
)
# Each step of a run may need a person for the same cause; while nobody has dealt with one, another says nothing.
ONE_OPEN_A_RUN = [TaskKind.NOT_REACHED, TaskKind.BY_HAND]
ONE_OPEN_A_CLIENT = [TaskKind.CONFIRM_CONSENT]
ONE_OPEN = [*ONE_OPEN_A_RUN, *ONE_OPEN_A_CLIENT]
# How that ends which a task is about that stands in for a message to a contact.
REACH_OUT = "reach_out"


class KeyworkerTask(models.Model):
    """Something a keyworker is asked to do about a client, with the sentence that says why.

    about tells occasions of one kind apart, so that planning again raises nothing twice.
    run is the missed run it belongs to, where it does: what ends the run ends the task. by_itself: nobody dealt
    with it, but the reason for it went.

    A word with a client, or a try, is a row of its own that was done at once. said: what came of it, by the list; empty
    where it was written down before there was one. answered_by: the word that finished a task. taken_back_at: a slip of
    the hand, and not so.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="keyworker_tasks")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="keyworker_tasks")
    kind = models.CharField(max_length=20, choices=TaskKind.choices)
    about = models.CharField(max_length=60, blank=True)
    run = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    raised_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=150, blank=True)
    outcome = models.CharField(max_length=300, blank=True)
    by_itself = models.BooleanField(default=False)
    said = models.CharField(max_length=20, choices=Said.choices, blank=True)
    answered_by = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="answered"
    )
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["raised_at", "id"]
        indexes = [models.Index(fields=["clinic", "done_at"], name="task_open_of_a_clinic")]
        constraints = [
            models.UniqueConstraint(fields=["client", "kind", "about"], name="task_once_about_a_thing"),
            models.UniqueConstraint(
                fields=["client", "kind", "run"],
                condition=Q(done_at__isnull=True, kind__in=ONE_OPEN_A_RUN),
                name="task_one_open_a_run",
            ),
            models.UniqueConstraint(
                fields=["client", "kind"],
                condition=Q(done_at__isnull=True, kind__in=ONE_OPEN_A_RUN, run__isnull=True),
                name="task_one_open_without_a_run",
            ),
            models.UniqueConstraint(
                fields=["client", "kind"],
                condition=Q(done_at__isnull=True, kind__in=ONE_OPEN_A_CLIENT),
                name="task_one_open_a_client",
            ),
            models.CheckConstraint(condition=Q(kind__in=TaskKind.values), name="task_of_a_known_kind"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by="", outcome="", by_itself=False)
                | Q(done_at__isnull=False) & ~Q(done_by="") & ~Q(outcome=""),
                name="task_done_by_somebody_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(kind=TaskKind.TRIED, said__in=sorted(IN_VAIN))
                | Q(kind=TaskKind.SPOKE, said__in=["", *(one for one in Said.values if one not in IN_VAIN)])
                | ~Q(kind__in=[TaskKind.SPOKE, TaskKind.TRIED]) & Q(said=""),
                name="task_said_by_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True, taken_back_by="")
                | Q(taken_back_at__isnull=False, kind__in=[TaskKind.SPOKE, TaskKind.TRIED])
                & ~Q(taken_back_by=""),
                name="task_taken_back_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | Q(done_at__isnull=False),
                name="task_answered_is_done",
            ),
        ]

    def __str__(self) -> str:
        return self.reason

    @property
    def one_open(self) -> tuple[int, str, date | None] | None:
        """What only one task may be open of at a time; None where there may be several."""
        if self.kind in ONE_OPEN_A_CLIENT:
            return self.client_id, self.kind, None
        return (self.client_id, self.kind, self.run) if self.kind in ONE_OPEN_A_RUN else None

    @property
    def answered_by_speaking(self) -> bool:
        """Whether somebody who has spoken to the client has dealt with it.

        Where it is their contact who could not be written to, they have not.
        """
        to_contact = self.kind == TaskKind.NOT_REACHED and self.about.endswith(REACH_OUT)
        return self.kind in SPEAKING_ANSWERS and not to_contact


class NotNow(models.Model):
    """A client put aside on Today until a date, for a reason."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="not_nows")
    client = models.OneToOneField(Client, on_delete=models.CASCADE, related_name="not_now")
    until = models.DateField()
    reason = models.CharField(max_length=300)
    said_at = models.DateTimeField()
    said_by = models.CharField(max_length=150)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="not_now_for_a_reason")]

    def __str__(self) -> str:
        return f"until {self.until}"
