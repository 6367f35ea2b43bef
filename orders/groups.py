"""Names of channel-layer groups, made from authorised objects only. Pure."""

from uuid import UUID


def form_group(form_id: UUID) -> str:
    """Return the group of every socket that shows one form."""
    return f"form.{form_id.hex}"


def order_group(order_id: UUID) -> str:
    """Return the group of every order page that shows one order."""
    return f"order.{order_id.hex}"
