"""The words the directory sorts by, apart from the tables so that parsers need no database."""

from django.db.models import TextChoices


class FellowshipKind(TextChoices):
    """What a fellowship asks of its members; those without a higher power stand as equals (evidence E13)."""

    TWELVE_STEP = "twelve_step", "12-step"
    SECULAR = "secular", "Secular"
    OTHER = "other", "Other"


class FeedFormat(TextChoices):
    """The formats in which groups publish their meetings."""

    MEETING_GUIDE = "meeting-guide", "Meeting Guide JSON"
    BMLT = "bmlt", "BMLT"
    NAWS = "naws", "NAWS export"
    TSML_SHEET = "tsml-sheet", "12-Step Meeting List sheet"


class AttendanceOption(TextChoices):
    """How one can take part; inactive is kept in the directory and never offered."""

    IN_PERSON = "in_person", "In person"
    HYBRID = "hybrid", "In person or online"
    ONLINE = "online", "Online"
    INACTIVE = "inactive", "Not meeting at present"
