"""Keeps what opens something out of the log: the token of a link stands in the link's address."""

import logging
import re
from typing import Final

_TOKEN: Final = re.compile(r"(/continue/)[^/\s?]+")


class LinkFilter(logging.Filter):
    """Takes tokens out of the addresses a line of the log names."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the line where needed; every line is kept."""
        if isinstance(record.args, tuple):
            record.args = tuple(map(_without, record.args))
        return True


def _without(word: object) -> object:
    return _TOKEN.sub(r"\1…", word) if isinstance(word, str) else word
