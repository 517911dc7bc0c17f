"""The fellowships whose groups meet."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from attendance.directory.kinds import FellowshipKind
from clinic.models import Clinic

FELLOWSHIP_NAME_LIMIT = 120


class Fellowship(models.Model):
    """A fellowship such as Alcoholics Anonymous; abbreviation is how people write it for short.

    Without a clinic it is of the directory that all share: a feed is of it, or everybody knows it. What a
    clinic named by itself is its own, and no other clinic sees it.
    """

    clinic = models.ForeignKey(
        Clinic, null=True, blank=True, on_delete=models.PROTECT, related_name="fellowships"
    )
    name = models.CharField(max_length=FELLOWSHIP_NAME_LIMIT)
    abbreviation = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=20, choices=FellowshipKind.choices, default=FellowshipKind.OTHER)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"), condition=Q(clinic__isnull=True), name="fellowship_once_a_name"
            ),
            models.UniqueConstraint(
                F("clinic"),
                Lower("name"),
                condition=Q(clinic__isnull=False),
                name="fellowship_once_a_name_in_a_clinic",
            ),
            models.CheckConstraint(
                condition=Q(clinic__isnull=True) | Q(abbreviation=""), name="fellowship_abbreviated_if_shared"
            ),
            models.UniqueConstraint(
                Lower("abbreviation"), condition=~Q(abbreviation=""), name="fellowship_once_an_abbreviation"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="fellowship_has_a_name"),
            models.CheckConstraint(
                condition=Q(kind__in=FellowshipKind.values), name="fellowship_of_a_known_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.name
