"""Django app of the calls."""

from django.apps import AppConfig


class CallsConfig(AppConfig):
    """Endpoint, published address, call request, ring, signalling."""

    name = "calls"

    def ready(self) -> None:
        """Register the start-up checks."""
        from calls import checks  # noqa: F401, PLC0415  # registering needs the app registry
