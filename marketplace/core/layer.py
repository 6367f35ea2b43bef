"""The channel layer, never None."""

from channels.layers import BaseChannelLayer, get_channel_layer
from django.core.exceptions import ImproperlyConfigured


def channel_layer() -> BaseChannelLayer:
    """Return the default layer; Channels turns a bad setting into None, which is refused here."""
    layer = get_channel_layer()
    if layer is None:
        raise ImproperlyConfigured("The channel layer could not be set up.")
    return layer
