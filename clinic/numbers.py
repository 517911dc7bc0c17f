"""Numbers of rows, as addresses and forms give them. Pure: a text in, a number out."""

# More digits than these no database counts to; of thousands Python would not even make a number.
LONGEST = 18


def row_number(text: str) -> int | None:
    """The number that a text of plain digits gives; None where it is none that a row could have."""
    return int(text) if len(text) <= LONGEST and text.isascii() and text.isdecimal() else None
