"""Reading calls, endpoints, queues and addresses. Inside a scope unless said otherwise."""

from calls.selectors.addresses import (
    live_endpoints,
    mode_in_force,
    published_address,
    require_reachable,
    standing_address,
)
from calls.selectors.calls import (
    PRESENT_WITHIN,
    call_for_customer,
    call_for_member,
    ice_for,
    merchant_of_call,
)
from calls.selectors.desks import (
    SHOWN_AT_DESK,
    desk_calls,
    summary,
    waiting_calls,
    with_seen_before,
)
from calls.selectors.due import deserted_calls, dropped_calls, due_rings, left_calls
from calls.selectors.queue import Place, merchants_that_wait, place_of, places, queued_calls
from calls.selectors.reach import (
    Asked,
    caller_and_facts,
    reach_of,
    ring_facts,
    ring_facts_here,
)

__all__ = [
    "PRESENT_WITHIN",
    "SHOWN_AT_DESK",
    "Asked",
    "Place",
    "call_for_customer",
    "call_for_member",
    "caller_and_facts",
    "deserted_calls",
    "desk_calls",
    "dropped_calls",
    "due_rings",
    "ice_for",
    "left_calls",
    "live_endpoints",
    "merchant_of_call",
    "merchants_that_wait",
    "mode_in_force",
    "place_of",
    "places",
    "published_address",
    "queued_calls",
    "reach_of",
    "require_reachable",
    "ring_facts",
    "ring_facts_here",
    "standing_address",
    "summary",
    "waiting_calls",
    "with_seen_before",
]
