"""Clients who were entered twice: what was put together, what each row was before, and who are two people after all."""

from django.db import models
from django.db.models import F, Q

from clinic.models.client import Client
from clinic.models.clinic import Clinic


class Merge(models.Model):
    """Two records of one client put together: kept is the one that stays, merged the one that leads to it."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="merges")
    kept = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="merges")
    merged = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="merges_away")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("merged")), name="merge_of_two"),
            models.UniqueConstraint(
                fields=["merged"], condition=Q(undone_at__isnull=True), name="merge_once_a_client"
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by="")
                | Q(undone_at__isnull=False) & ~Q(undone_by=""),
                name="merge_undone_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} into {self.kept_id}"


class MergedRow(models.Model):
    """What a merge altered in one row: columns before and after, as JSON. before is empty for a row that it made."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="merged_rows")
    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="rows")
    table = models.CharField(max_length=80)
    row = models.BigIntegerField()
    before = models.JSONField(null=True)
    after = models.JSONField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["merge", "table", "row"], name="merged_row_once_a_merge")
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.row}"


class TwoPeople(models.Model):
    """Two clients who look like one and are two, by somebody's word: they are not asked about again."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="two_people")
    one = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    said_at = models.DateTimeField()
    said_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="two_people_once_a_pair"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="two_people_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id} and {self.other_id}"
