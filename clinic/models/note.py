"""What staff write down about a client in their own words."""

from django.db import models
from django.db.models import Q

from clinic.models.client import Client
from clinic.models.clinic import Clinic, User


class Note(models.Model):
    """A few lines about a client. Never deleted: striking out keeps it with who, when and why.

    A correction is a row of its own that points at what it corrects. written_by is the author's name as it was then.
    pinned: it stays at the top of the client's page, however old.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="notes")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="notes")
    text = models.CharField(max_length=2000)
    pinned = models.BooleanField(default=False)
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=150)
    author = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    corrects = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.CharField(max_length=150, blank=True)
    void_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["written_at", "id"]
        indexes = [models.Index(fields=["client", "written_at"], name="note_about_a_client")]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="note_says_something"),
            models.CheckConstraint(condition=~Q(written_by=""), name="note_written_by_somebody"),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, voided_by="", void_reason="")
                | Q(voided_at__isnull=False) & ~Q(voided_by="") & ~Q(void_reason=""),
                name="note_voided_by_somebody_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.written_at:%Y-%m-%d} by {self.written_by}"
