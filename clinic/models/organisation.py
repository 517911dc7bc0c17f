"""Who runs several clinics, between which clients may be transferred."""

from django.db import models
from django.db.models import Q


class Organisation(models.Model):
    """Whoever runs clinics. Staff of one see nothing of another: it only says where a client may be transferred to."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=40, unique=True)

    class Meta:
        ordering = ["slug"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="organisation_has_a_name")]

    def __str__(self) -> str:
        return self.name
