"""Sizes and counts that signalling may not exceed. Pure."""

from typing import Final

SDP_BYTES: Final = 32 * 1024
LINE_CHARACTERS: Final = 4096
CANDIDATE_BYTES: Final = 256
MEDIA_SECTIONS: Final = 3
CANDIDATES_PER_SIDE: Final = 64
LAST_PORT: Final = 65535
