"""What people type in a call, made safe to show beside other words. Pure."""

import unicodedata
from typing import Final

# They reorder the words around them on the other side's screen.
_REORDERING: Final = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_BREAKS: Final = str.maketrans({"\r": "\n", "\u2028": "\n", "\u2029": "\n", "\t": " "})


def clean_text(text: str) -> str:
    """Return `text` without control characters, in composed form; line breaks stay.

    Nothing is escaped: who shows it puts it into the page as text. The text never grows, so that
    what fits its column before fits it afterwards; a few letters would by being composed.
    """
    plain = text.replace("\r\n", "\n").translate(_BREAKS)
    composed = unicodedata.normalize("NFC", plain)
    if len(composed) > len(plain):
        composed = plain
    return "".join(char for char in composed if _shows(char))


def _shows(char: str) -> bool:
    return char == "\n" or (
        unicodedata.category(char) not in {"Cc", "Cs"} and char not in _REORDERING
    )
