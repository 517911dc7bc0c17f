"""What we do about it: the models of this stage's rooms, gathered for Django."""

from reminders.contacts.models import Introduction, IntroductionStep, LocalContact
from reminders.prompts.models import Attempt, PlannedFlag, Prompt, SignedLink
from reminders.worklist.models import KeyworkerTask, NotNow

__all__ = [
    "Attempt",
    "Introduction",
    "IntroductionStep",
    "KeyworkerTask",
    "LocalContact",
    "NotNow",
    "PlannedFlag",
    "Prompt",
    "SignedLink",
]
