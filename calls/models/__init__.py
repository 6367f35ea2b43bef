"""Endpoints, published addresses, calls, and what belongs to them."""

from calls.models.block import Block
from calls.models.call import Call
from calls.models.callback import Callback
from calls.models.during import TextLine, Transfer
from calls.models.endpoint import LONGEST_LIFE, Endpoint, PublishedAddress

__all__ = [
    "LONGEST_LIFE",
    "Block",
    "Call",
    "Callback",
    "Endpoint",
    "PublishedAddress",
    "TextLine",
    "Transfer",
]
