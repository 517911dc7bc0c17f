"""One module a published format, each with a pure `parse(data: bytes) -> ParsedFeed`."""

from collections.abc import Callable

from attendance.directory.feeds import meeting_guide
from attendance.directory.feeds.parsed import ParsedFeed
from attendance.directory.kinds import FeedFormat
from clinic.errors import Refused

PARSERS: dict[FeedFormat, Callable[[bytes], ParsedFeed]] = {FeedFormat.MEETING_GUIDE: meeting_guide.parse}


def parser_of(format_name: str) -> Callable[[bytes], ParsedFeed]:
    """The parser of a format by its name; raises Refused for one that this version cannot read."""
    try:
        return PARSERS[FeedFormat(format_name)]
    except (KeyError, ValueError):
        readable = ", ".join(PARSERS)
        raise Refused(
            f"Feeds in the format {format_name!r} cannot be read yet; {readable} can.", "format"
        ) from None
