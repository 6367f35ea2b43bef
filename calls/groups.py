"""Names of channel-layer groups, made from authorised objects only. Pure."""

from uuid import UUID


def desk_group(merchant_id: UUID) -> str:
    """Return the group of all open desks of one merchant."""
    return f"desk.{merchant_id.hex}"


def call_group(call_id: UUID) -> str:
    """Return the group of the two call sockets of one call."""
    return f"call.{call_id.hex}"


def member_group(member_id: UUID) -> str:
    """Return the group of all open desks of one member."""
    return f"member.{member_id.hex}"


def callback_group(callback_id: UUID) -> str:
    """Return the group of the pages, of both sides, that show one request to be called back."""
    return f"callback.{callback_id.hex}"
