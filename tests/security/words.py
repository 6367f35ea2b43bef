"""Secret words: each text of a test's rows holds one of its own, and its prefix says whose it is."""

from itertools import count

# Who may ever read a word with this prefix: see `people.READS`.
ONE, TWO, THREE = "qxone", "qxtwo", "qxthree"
"""What a customer and their merchant tell each other."""
RING_A, RING_B = "qxringa", "qxringb"
"""A customer who still rings."""
TEAM_A, TEAM_B = "qxteama", "qxteamb"
"""Names of members: colleagues and their merchant's customers know them."""
DESK_A, DESK_B = "qxdeska", "qxdeskb"
"""Mail addresses and devices: colleagues only."""
NOTE_A, NOTE_B = "qxnotea", "qxnoteb"
"""What members write about a customer or a call for each other: colleagues only."""
MONEY_A = "qxmoneya"
"""Settlement and books of a merchant: its members with payments:read."""
PRIVATE = (
    *(ONE, TWO, THREE, RING_A, RING_B, TEAM_A, TEAM_B),
    *(DESK_A, DESK_B, NOTE_A, NOTE_B, MONEY_A),
)

_number = count(1)


def word(prefix: str) -> str:
    """A word that is nowhere else."""
    return f"{prefix}{next(_number):04d}"


def leaks(body: bytes, readable: frozenset[str]) -> list[str]:
    """The prefixes of words in `body` that its reader must not see."""
    if b"qx" not in body:
        return []
    return [p for p in PRIVATE if p not in readable and p.encode() in body]
