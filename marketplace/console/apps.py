"""Django app of the operators' console; part of the composition root."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Sees everything, decides what needs an operator."""

    name = "marketplace.console"
    label = "console"

    def ready(self) -> None:
        """Load the Celery application and the system checks into every Django process."""
        from marketplace import celery, checks  # noqa: F401, PLC0415  # needs settings
