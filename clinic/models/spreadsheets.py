"""Spreadsheets that somebody uploaded: what they are, what became of them, and what each of them wrote."""

from django.db import models
from django.db.models import F, Q

from clinic.models.clinic import Clinic, User

FILE_NAME_LIMIT = 200
SENTENCE_LIMIT = 500
VALUE_LIMIT = 200
# A group of problems is one sentence without the values in it.
GROUP_LIMIT = 300


class SpreadsheetState(models.TextChoices):
    TO_MATCH = "to_match", "Columns to match"
    CHECKING = "checking", "Being checked"
    CHECKED = "checked", "Waits for your word"
    TAKING_IN = "taking_in", "Being taken in"
    TAKEN_IN = "taken_in", "Taken in"
    STOPPED = "stopped", "Stopped half-way"
    PUT_ASIDE = "put_aside", "Put aside"
    FAILED = "failed", "Could not be read"
    TAKING_BACK = "taking_back", "Being taken back"
    TAKEN_BACK = "taken_back", "Taken back"


# Somebody is waited for: a worker.
AT_WORK = (SpreadsheetState.CHECKING, SpreadsheetState.TAKING_IN, SpreadsheetState.TAKING_BACK)


class Spreadsheet(models.Model):
    """A file that somebody uploaded, through its preview to what it came to. The row is the memory of the work on it.

    kind: one of the registry's. read_as: how its bytes were understood, in words. look: what its columns hold, as far
    as one has to know it to match them; a Look. reading: how its columns are read; a Reading.
    rows: how many there are, once it was read; done: how many of them the present work is through with, or how many of
    its effects. The counts are those of the present work or the last: rows in the preview, then rows taken in.
    foreseen: what the preview counted. told: what a person should know of rows that went in. sample: what would be
    written, some rows of it. asked_at: when the present work was asked for; worked_at: when some of it was last done.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="spreadsheets")
    kind = models.CharField(max_length=20)
    file_name = models.CharField(max_length=FILE_NAME_LIMIT)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=SpreadsheetState.choices)
    read_as = models.CharField(max_length=SENTENCE_LIMIT, blank=True)
    look = models.JSONField(default=dict, blank=True)
    reading = models.JSONField(default=dict, blank=True)

    rows = models.PositiveIntegerField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    already = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    foreseen = models.JSONField(default=dict, blank=True)
    told = models.JSONField(default=list, blank=True)
    sample = models.JSONField(default=list, blank=True)
    failure = models.CharField(max_length=SENTENCE_LIMIT, blank=True)

    asked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(null=True, blank=True)
    worked_at = models.DateTimeField(null=True, blank=True)
    taken_in_by = models.CharField(max_length=150, blank=True)
    taken_in_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.CharField(max_length=150, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-uploaded_at", "-id"]
        indexes = [models.Index(fields=["state", "uploaded_at"], name="spreadsheet_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=SpreadsheetState.values), name="spreadsheet_in_a_known_state"
            ),
            models.CheckConstraint(
                condition=Q(state=SpreadsheetState.STOPPED)
                | Q(state=SpreadsheetState.FAILED) & ~Q(failure="")
                | ~Q(state=SpreadsheetState.FAILED) & Q(failure=""),
                name="spreadsheet_fails_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(rows__isnull=True, added=0, changed=0, already=0, rejected=0)
                | Q(rows__isnull=False)
                & Q(rows__gte=F("added") + F("changed") + F("already") + F("rejected")),
                name="spreadsheet_counts_of_its_rows",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=AT_WORK) | Q(asked_at__isnull=False, asked_by__isnull=False),
                name="spreadsheet_worked_on_for_somebody",
            ),
            models.CheckConstraint(
                condition=Q(taken_in_at__isnull=True, taken_in_by="")
                | Q(taken_in_at__isnull=False) & ~Q(taken_in_by=""),
                name="spreadsheet_taken_in_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at__isnull=True, taken_back_by="")
                | Q(taken_back_at__isnull=False, taken_in_at__isnull=False) & ~Q(taken_back_by=""),
                name="spreadsheet_taken_back_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def differs_from_preview(self) -> bool:
        """Whether what came of it is not what its preview counted."""
        return any(getattr(self, name) != count for name, count in self.foreseen.items())

    @property
    def at_work(self) -> bool:
        """Whether a worker is to go on with it."""
        return self.state in AT_WORK


class SpreadsheetFile(models.Model):
    """The bytes of a spreadsheet, compressed with zlib, for as long as they are needed. sheet: the name of the sheet
    that is read, of a workbook.
    """

    spreadsheet = models.OneToOneField(
        Spreadsheet, primary_key=True, on_delete=models.CASCADE, related_name="file"
    )
    content = models.BinaryField()
    sheet = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return str(self.spreadsheet)


class SpreadsheetProblem(models.Model):
    """A row that was not taken in, or would not be, as it stood, and why.

    column: that at fault, where one is, with its value. group: the sentence without what differs from row to row.
    """

    spreadsheet = models.ForeignKey(Spreadsheet, on_delete=models.CASCADE, related_name="problems")
    number = models.PositiveIntegerField()
    column = models.CharField(max_length=100, blank=True)
    value = models.CharField(max_length=VALUE_LIMIT, blank=True)
    sentence = models.CharField(max_length=SENTENCE_LIMIT)
    group = models.CharField(max_length=GROUP_LIMIT)
    cells = models.JSONField(default=list)

    class Meta:
        ordering = ["number"]
        indexes = [models.Index(fields=["spreadsheet", "group"], name="problem_by_group")]
        constraints = [
            models.UniqueConstraint(fields=["spreadsheet", "number"], name="spreadsheet_problem_once_a_row"),
        ]

    def __str__(self) -> str:
        return f"Row {self.number}: {self.sentence}"


class SpreadsheetEffect(models.Model):
    """One thing that a spreadsheet wrote, so that it can be taken back.

    subject and subject_id name the row as the audit trail does; client_id is a bare number for the same reason.
    before and after: what it held, as far as it was altered. undone_at: when it was taken back, the very moment of its
    void where it has one; kept: why it was not.
    """

    spreadsheet = models.ForeignKey(Spreadsheet, on_delete=models.CASCADE, related_name="effects")
    subject = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    client_id = models.BigIntegerField()
    added = models.BooleanField()
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    kept = models.CharField(max_length=SENTENCE_LIMIT, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["subject", "subject_id"], name="effect_on_a_row"),
            models.Index(fields=["spreadsheet", "id"], name="effect_of_a_spreadsheet"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(kept=""), name="spreadsheet_effect_undone_or_kept"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id}"


class SpreadsheetMatch(models.Model):
    """How a clinic read the columns of a file last, for the next of the same headings. reading: a Reading."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="spreadsheet_matches")
    kind = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)
    reading = models.JSONField()
    used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "kind", "digest"], name="spreadsheet_match_once"),
        ]

    def __str__(self) -> str:
        return self.kind
