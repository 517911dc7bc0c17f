"""What happened to introductions, told to the rooms above without importing them."""

from django.dispatch import Signal

# An introduction began or moved on: introduction: Introduction, to: IntroductionState, by: Actor, now: datetime.
introduction_moved = Signal()
