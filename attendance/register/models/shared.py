"""What several tables of the register have in common."""

from django.db import models
from django.db.models import Q

VOIDED_BY_SOMEBODY = Q(voided_at__isnull=True, voided_by="") | Q(voided_at__isnull=False) & ~Q(voided_by="")
# Who used to take something back was not asked why.
REASON_ONLY_WHERE_VOIDED = Q(void_reason="") | Q(voided_at__isnull=False)


class Source(models.TextChoices):
    """Who says that somebody went."""

    KEYWORKER = "keyworker", "Keyworker"
    CLIENT = "client", "Client"
    SLIP = "slip", "Signed slip"
    CONTACT = "contact", "Local contact"
