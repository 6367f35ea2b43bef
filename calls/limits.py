"""Sizes and counts that signalling may not exceed. Pure."""

from typing import Final

SDP_BYTES: Final = 32 * 1024
LINE_CHARACTERS: Final = 4096
CANDIDATE_BYTES: Final = 256
MEDIA_SECTIONS: Final = 3
CANDIDATES_PER_SIDE: Final = 64
LAST_PORT: Final = 65535
TYPED_CHARACTERS: Final = 500
"""Of a line that is still being typed."""
SAID_CHARACTERS: Final = 1000
"""Of a finished line; the column is as wide."""
LINES_SHOWN: Final = 200
NOTE_CHARACTERS: Final = 2000
RATING_CHARACTERS: Final = 500
TRANSFER_NOTE_CHARACTERS: Final = 500
BLOCK_REASON_CHARACTERS: Final = 200
