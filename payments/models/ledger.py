"""The books: append-only double entry in minor units."""

from typing import ClassVar

from django.db import models

from merchants.models import MerchantRow
from orders.models import Order
from payments.states import LedgerAccount


class LedgerEntry(MerchantRow):
    """One line of a journal; a debit is positive, a credit negative.

    The database refuses a commit after which a journal or an order does not sum to zero in a
    currency, and refuses every change or removal of a line. A mistake is put right by a new
    journal.
    """

    journal = models.CharField(max_length=80)
    account = models.CharField(max_length=24)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    stripe_object = models.CharField(max_length=128, blank=True, default="")
    balance_transaction = models.CharField(max_length=64, blank=True, default="")
    event_id = models.CharField(max_length=255, blank=True, default="")
    idempotency_key = models.CharField(max_length=80, blank=True, default="")
    available_on = models.DateTimeField(null=True)

    class Meta(MerchantRow.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merchant", "journal", "account", "currency"], name="ledger_line_once"
            ),
            models.CheckConstraint(
                condition=models.Q(account__in=list(LedgerAccount)), name="ledger_account_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(amount_minor=0), name="ledger_amount_not_zero"
            ),
            models.CheckConstraint(
                condition=models.Q(currency__regex=r"^[A-Z]{3}$"), name="ledger_currency_iso"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant", "order"], name="ledger_of_order"),
            models.Index(
                fields=["merchant", "account", "currency", "created_at"], name="ledger_of_account"
            ),
        ]

    def __str__(self) -> str:
        """Return journal and account."""
        return f"{self.journal} {self.account}"
