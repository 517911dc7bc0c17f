"""What a verb says when it does not do what it was asked."""

from typing import Self


class Refused(Exception):
    """The input is wrong or no longer fits; nothing was written. Its text is a sentence for a person.

    field names the input at fault, where one is, so that a form or a spreadsheet can point at it.
    """

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field

    def as_answer(self) -> Self:
        """The same to be kept among answers: without where it was raised, as that holds all that was at hand there."""
        return self.with_traceback(None)


class Conflict(Refused):
    """What is asked contradicts what was asked before under the same id."""
