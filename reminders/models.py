"""What we do about it: the models of this stage's rooms, gathered for Django."""

from reminders.contacts.models import Introduction, IntroductionStep, LocalContact
from reminders.digest.models import Digest, DigestChoice
from reminders.prompts.models import Attempt, PlannedFlag, Prompt, SignedLink
from reminders.worklist.models import KeyworkerTask, NotNow
from reminders.worklist.waiting_models import Escalation, Patience

__all__ = [
    "Attempt",
    "Digest",
    "DigestChoice",
    "Escalation",
    "Introduction",
    "IntroductionStep",
    "KeyworkerTask",
    "LocalContact",
    "NotNow",
    "Patience",
    "PlannedFlag",
    "Prompt",
    "SignedLink",
]
