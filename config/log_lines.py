"""Keeps what is no fault of ours to one line of the log."""

import logging


class InOneLine(logging.Filter):
    """Lets every record pass, one of an answer below 500 without its traceback: somebody was told no, as is right."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record in place."""
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = None
        return True
