"""What must not stand in a log."""

import logging
import re

TOKEN_IN_PATH = re.compile(r"(?<!\d)(/(?:feeds|notices|invitations|key)/)[^/\s]+")


class NoTokens(logging.Filter):
    """Takes tokens out of paths: whoever reads a log must not be able to use them."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = TOKEN_IN_PATH.sub(r"\1…", record.getMessage())
        record.args = ()
        return True
