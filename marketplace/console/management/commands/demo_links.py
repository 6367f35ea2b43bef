"""`manage.py demo_links`: where to go and who to be."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from marketplace.console import demo


class Command(BaseCommand):
    """Prints the links and logins of the demo."""

    help = "Print the links for customer, merchant and operator."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Print one line per door."""
        origin = settings.ORIGIN
        for merchant in demo.MERCHANTS:
            handle, name = merchant.fields["handle"], merchant.fields["name"]
            note = "keeps opening hours" if merchant.hours else "no account needed"
            self.stdout.write(f"  customer   {origin}/m/{handle}/   ({name}, {note})")
        for merchant in demo.MERCHANTS:
            handle, owner = merchant.fields["handle"], merchant.owner[0]
            self.stdout.write(f"  merchant   {origin}/desk/{handle}/   {owner} / {demo.PASSWORD}")
        self.stdout.write(f"  operator   {origin}/operator/   {demo.OPERATOR} / {demo.PASSWORD}")
        if settings.STRIPE_API_BASE:
            self.stdout.write(f"  sandbox    {settings.STRIPE_API_BASE}/   (no real payment)")
            self.stdout.write(
                "  test cards 4242 4242 4242 4242 pays, 4000 0000 0000 0002 is declined"
            )
