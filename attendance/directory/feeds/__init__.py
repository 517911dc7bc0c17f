"""One module a published format, each with a pure `parse(data: bytes) -> ParsedFeed`."""

from collections.abc import Callable
from functools import partial

from attendance.directory.feeds import bmlt, meeting_guide, naws, tsml_sheet
from attendance.directory.feeds.parsed import ParsedFeed
from attendance.directory.kinds import FeedFormat
from clinic.errors import Refused

PARSERS: dict[FeedFormat, Callable[[bytes], ParsedFeed]] = {
    FeedFormat.MEETING_GUIDE: meeting_guide.parse,
    FeedFormat.BMLT: bmlt.parse,
    FeedFormat.NAWS: naws.parse,
    FeedFormat.TSML_SHEET: tsml_sheet.parse,
}


def parser_of(format_name: str, formats: bytes = b"") -> Callable[[bytes], ParsedFeed]:
    """The parser of a format by its name; raises Refused for one that this version cannot read.

    formats: the list of formats that a BMLT feed refers to (see bmlt.parse); no other has one.
    """
    if format_name == FeedFormat.BMLT:
        return partial(bmlt.parse, formats=formats)
    try:
        return PARSERS[FeedFormat(format_name)]
    except (KeyError, ValueError):
        readable = ", ".join(PARSERS)
        raise Refused(
            f"Feeds in the format {format_name!r} cannot be read yet; {readable} can.", "format"
        ) from None
