"""The live order form, its edits, and the information requests sent from it.

The triggers in `migrations/0002_walls.py` hold what Python promises here: revisions without a
gap, an edit drops every confirmation, a customer never sets a price.
"""

from secrets import token_hex
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from calls.models import Call, Callback
from marketplace.accounts.models import Customer
from marketplace.core.ids import new_code
from merchants.models import Merchant, PartyRow
from orders.states import FormState, RequestState, Role


def new_salt() -> str:
    """Return 128 random bits in hex."""
    return token_hex(16)


def _choices(values: Any) -> list[tuple[str, str]]:
    return [(value.value, value.value) for value in values]


class OrderForm(PartyRow):
    """The live two-way draft of one merchant and one customer; outlives calls."""

    code = models.CharField(max_length=22, unique=True, default=new_code, editable=False)
    # The call it was last opened in.
    call = models.ForeignKey(Call, on_delete=models.PROTECT, null=True, related_name="+")
    # The request to be called back it was filled in for, before there was a call.
    callback = models.ForeignKey(Callback, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(
        max_length=8, choices=_choices(FormState), default=FormState.OPEN.value
    )
    # Raised after a restore from backup, so that clients forget what they remember.
    epoch = models.PositiveIntegerField(default=1)
    # Counts edits, without a gap.
    revision = models.PositiveIntegerField(default=0)
    # Counts all other changes (confirmations, requests, the order), so that a socket which
    # missed the hint of one can tell.
    notices = models.PositiveIntegerField(default=0)
    # Frozen from the merchant when the form is opened.
    currency = models.CharField(max_length=3)
    time_zone = models.CharField(max_length=40)
    # Field key to cell, see `orders.cells`.
    fields = models.JSONField(default=dict)
    customer_confirmed_revision = models.PositiveIntegerField(null=True)
    merchant_confirmed_revision = models.PositiveIntegerField(null=True)
    # What the customer answered instead of confirming, see `orders.replies`; null when nothing.
    reply = models.JSONField(null=True)
    # Goes into the digest of every value in the deal record, so that a value can be erased and
    # its digest tells nothing.
    salt = models.CharField(max_length=32, default=new_salt, editable=False)
    expires_at = models.DateTimeField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(PartyRow.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in FormState]), name="form_state_known"
            ),
            models.UniqueConstraint(
                fields=["merchant", "customer"],
                condition=Q(state=FormState.OPEN.value),
                name="form_open_once",
            ),
            models.CheckConstraint(
                condition=(
                    Q(customer_confirmed_revision__isnull=True)
                    | Q(customer_confirmed_revision=F("revision"))
                )
                & (
                    Q(merchant_confirmed_revision__isnull=True)
                    | Q(merchant_confirmed_revision=F("revision"))
                ),
                name="form_confirmed_as_it_is",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["expires_at"],
                condition=Q(state=FormState.OPEN.value),
                name="form_expiry_due",
            ),
        ]

    def __str__(self) -> str:
        """Return code and revision; values stay out of logs."""
        return f"form {self.code} at {self.revision}"

    @property
    def confirmed(self) -> dict[Role, int | None]:
        """Return the revision each side confirmed."""
        return {
            Role.CUSTOMER: self.customer_confirmed_revision,
            Role.MERCHANT: self.merchant_confirmed_revision,
        }


class FormEdit(PartyRow):
    """One applied edit. Append-only; the form row holds their sum.

    The keys to merchant and customer have neither index nor constraint of their own: one
    composite key to the form (form, merchant, customer) stands for all three.
    """

    merchant = models.ForeignKey(
        Merchant, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    form = models.ForeignKey(
        OrderForm, models.PROTECT, related_name="edits", db_index=False, db_constraint=False
    )
    revision = models.PositiveIntegerField()
    op = models.CharField(max_length=64)
    field = models.CharField(max_length=40)
    value = models.TextField(blank=True)
    author = models.CharField(max_length=8, choices=_choices(Role))
    author_id = models.UUIDField()
    base = models.PositiveIntegerField()

    class Meta(PartyRow.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["form", "revision"], name="edit_revision_once"),
            models.UniqueConstraint(fields=["form", "op"], name="edit_op_once"),
            models.CheckConstraint(
                condition=Q(author__in=[role.value for role in Role]), name="edit_author_known"
            ),
        ]

    def __str__(self) -> str:
        """Return field and revision; the value stays out of logs."""
        return f"{self.field} at {self.revision}"


class InformationRequest(PartyRow):
    """The merchant asks the customer for fields."""

    code = models.CharField(max_length=22, unique=True, default=new_code, editable=False)
    form = models.ForeignKey(OrderForm, on_delete=models.PROTECT, related_name="requests")
    # Field keys, in the order of the form.
    fields = models.JSONField()
    # Field key to the answers offered for it, for those that have any.
    choices = models.JSONField(default=dict)
    hint = models.CharField(max_length=300, blank=True)
    state = models.CharField(
        max_length=8, choices=_choices(RequestState), default=RequestState.SENT.value
    )
    # Field key to reason, for those the customer declined.
    declined = models.JSONField(default=dict)
    # The customer said “later”; a reminder clears it.
    put_off_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    sent_by = models.UUIDField()
    closed_at = models.DateTimeField(null=True)

    class Meta(PartyRow.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in RequestState]),
                name="request_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state=RequestState.SENT.value, closed_at__isnull=True)
                | (~Q(state=RequestState.SENT.value) & Q(closed_at__isnull=False)),
                name="request_closed_once",
            ),
        ]

    def __str__(self) -> str:
        """Return code and state; the hint stays out of logs."""
        return f"request {self.code}: {self.state}"
