"""`manage.py check_deals`: does every deal record still fit what it tells of."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from merchants.boundaries import system_scope
from merchants.scope import entered
from orders.chain import Fault
from orders.deal_record import faults_of_deal
from orders.models import OrderForm
from orders.selectors import locked_form


class Command(BaseCommand):
    """Checks the deal records of all forms, or of one; fails when one was tampered with."""

    help = "Check the hash-chained deal record of every form and name those tampered with."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the code of one form."""
        parser.add_argument("--form", default="", help="check the form with this code only")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print one line per fault; exit status 1 when there is one."""
        checked = wrong = 0
        for form_id in _form_ids(options["form"]):
            code, faults = _checked(form_id)
            checked += 1
            wrong += bool(faults)
            for fault in faults:
                self.stdout.write(f"form {code} entry {fault.number}: {fault.why}")
        self.stdout.write(f"{checked} records checked, {wrong} tampered with")
        if wrong:
            raise CommandError(f"{wrong} of {checked} deal records do not hold")


def _form_ids(code: str) -> Iterator[UUID]:
    with entered(system_scope()):
        forms = OrderForm.objects.filter(code=code) if code else OrderForm.objects.all()
        found = list(forms.order_by("created_at", "id").values_list("id", flat=True))
    yield from found


def _checked(form_id: UUID) -> tuple[str, list[Fault]]:
    # Locked, so that nobody writes between the rows we compare.
    with entered(system_scope()):
        form = locked_form(form_id)
        return form.code, list(faults_of_deal(form))
