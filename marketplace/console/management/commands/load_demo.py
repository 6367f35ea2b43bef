"""`manage.py load_demo`: demo merchants and people."""

from typing import Any

from django.core.management.base import BaseCommand

from marketplace.console import demo


class Command(BaseCommand):
    """Loads the demo data; running it again changes nothing."""

    help = "Load two demo merchants, their people and an operator."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Load."""
        demo.load()
        self.stdout.write("demo data is in place")
