from django.db import models
from django.db.models import Q

from clinic.models.clinic import Clinic, User


class ActorKind(models.TextChoices):
    """By which door somebody came."""

    STAFF = "staff"
    CLIENT = "client"
    CONTACT = "contact"
    TOKEN = "token"  # noqa: S105  (a kind of actor, no secret)
    COMMAND = "command"
    SYSTEM = "system"


class AuditEntry(models.Model):
    """Who wrote what, when. It holds ids and field names, never values, so that erasure stays possible.

    client_id is a bare number on purpose: the trail outlives the row it speaks of. rows: how many a list had that
    somebody took along; empty for everything else.
    """

    clinic = models.ForeignKey(Clinic, null=True, on_delete=models.PROTECT, related_name="audit_entries")
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_name = models.CharField(max_length=150, blank=True)
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    subject_id = models.BigIntegerField(null=True)
    client_id = models.BigIntegerField(null=True)
    fields = models.JSONField(default=list)
    rows = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["clinic", "client_id", "id"], name="audit_of_a_client")]
        constraints = [
            models.CheckConstraint(
                condition=Q(actor_kind__in=ActorKind.values), name="audit_by_a_known_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.verb}"
