"""The order: a frozen copy of one confirmed revision, with its lines.

After the insert only `state`, `paid_at`, `revising_at` and `link_epoch` can change; a trigger in
`migrations/0006_deal_walls.py` and missing rights hold the rest.
"""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Round

from marketplace.core.ids import new_code
from marketplace.core.money import Money
from merchants.models import MerchantRow, PartyRow
from orders.models.order_form import OrderForm
from orders.models.photo import Photo
from orders.states import OrderState


class OrderCounter(MerchantRow):
    """The number of a merchant's last order."""

    last = models.PositiveIntegerField(default=0)

    class Meta(MerchantRow.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant"], name="order_counter_once"),
        ]

    def __str__(self) -> str:
        """Return the number."""
        return f"order counter at {self.last}"


class Order(PartyRow):
    """What both sides agreed to, and whether it is paid."""

    code = models.CharField(max_length=22, unique=True, default=new_code, editable=False)
    number = models.PositiveIntegerField()
    form = models.ForeignKey(OrderForm, on_delete=models.PROTECT, related_name="orders")
    form_revision = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    state = models.CharField(
        max_length=16,
        choices=[(state.value, state.value) for state in OrderState],
        default=OrderState.AWAITING_PAYMENT.value,
    )
    currency = models.CharField(max_length=3)
    # total = subtotal − discount + delivery, + tax where it is not included (`orders.pricing`).
    subtotal_minor = models.PositiveBigIntegerField()
    discount_minor = models.PositiveBigIntegerField(default=0)
    delivery_minor = models.PositiveBigIntegerField(default=0)
    # Percent; null where no tax was named.
    tax_rate = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    tax_included = models.BooleanField(default=True)
    tax_minor = models.PositiveBigIntegerField(default=0)
    total_minor = models.PositiveBigIntegerField()
    # The first part of the total, where one was agreed; the balance is the rest.
    deposit_minor = models.PositiveBigIntegerField(default=0)
    line_count = models.PositiveSmallIntegerField()
    content = models.TextField()
    # Every value with its author and time, the seller as it was, who confirmed.
    snapshot = models.JSONField()
    time_start = models.DateTimeField(null=True)
    time_end = models.DateTimeField(null=True)
    time_zone = models.CharField(max_length=40, blank=True)
    address = models.JSONField(null=True)
    note = models.TextField(blank=True)
    # The merchant's terms on the day; never shown to the customer.
    commission_bps = models.PositiveIntegerField()
    commission_fixed_minor = models.PositiveIntegerField()
    created_by = models.UUIDField()
    pay_by = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    # The order it takes the place of.
    revises = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="revised_by"
    )
    # Its form is open again for a revision; not payable as long as that lasts.
    revising_at = models.DateTimeField(null=True)
    # Raised to make every link to this order worthless, see `orders.order_links`.
    link_epoch = models.PositiveIntegerField(default=1)

    class Meta(PartyRow.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["form", "form_revision"], name="order_once_per_revision"
            ),
            models.UniqueConstraint(fields=["merchant", "number"], name="order_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in OrderState]),
                name="order_state_known",
            ),
            models.CheckConstraint(
                condition=Q(commission_bps__lte=10_000), name="order_commission_at_most_all"
            ),
            models.CheckConstraint(
                condition=Q(deposit_minor__lte=F("total_minor")),
                name="order_deposit_at_most_all",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["merchant", "-created_at"], name="order_of_merchant"),
            models.Index(fields=["customer", "-created_at"], name="order_of_customer"),
            models.Index(
                fields=["pay_by"],
                condition=Q(state=OrderState.AWAITING_PAYMENT.value),
                name="order_offer_due",
            ),
        ]

    def __str__(self) -> str:
        """Return number and state."""
        return f"order {self.number_text}: {self.state}"

    @property
    def number_text(self) -> str:
        """Return the number as people see it."""
        return f"{self.number:04d}"

    @property
    def total(self) -> Money:
        """Return the total."""
        return Money(self.total_minor, self.currency)

    @property
    def values(self) -> dict[str, dict[str, Any]]:
        """Return the frozen values with author, time and revision, by field key."""
        fields: dict[str, dict[str, Any]] = self.snapshot["fields"]
        return fields

    @property
    def is_payable(self) -> bool:
        """Say whether the customer may pay it."""
        return self.state == OrderState.AWAITING_PAYMENT and self.revising_at is None


class OrderLine(PartyRow):
    """One thing sold. Written with its order, never after."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    description = models.TextField()
    quantity = models.DecimalField(max_digits=9, decimal_places=3)
    unit = models.CharField(max_length=20, blank=True)
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, null=True, related_name="+")
    unit_price_minor = models.PositiveBigIntegerField()
    total_minor = models.PositiveBigIntegerField()

    class Meta(PartyRow.Meta):
        abstract = False
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "position"], name="order_line_position_once"),
            models.CheckConstraint(
                condition=Q(total_minor=Round(F("quantity") * F("unit_price_minor"))),
                name="order_line_adds_up",
            ),
        ]

    def __str__(self) -> str:
        """Return the position; what is sold stays out of logs."""
        return f"line {self.position}"

    def total_in(self, currency: str) -> Money:
        """Return the line's total."""
        return Money(self.total_minor, currency)


class FulfilmentMark(PartyRow):
    """What was done for an order, by whom. Append-only: a mark is taken back by another one."""

    class Kind(models.TextChoices):
        """What happened."""

        LINE_DONE = "line_done"
        LINE_UNDONE = "line_undone"
        FULFILLED = "fulfilled"
        COMPLETED = "completed"
        NOTE = "note"

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="marks")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=11, choices=Kind)
    # For the customer to read: a tracking number, say.
    words = models.CharField(max_length=300, blank=True)
    by = models.UUIDField()
    by_name = models.CharField(max_length=80)

    class Meta(PartyRow.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__startswith="line_", line__isnull=False)
                | (~Q(kind__startswith="line_") & Q(line__isnull=True)),
                name="mark_of_line_names_it",
            ),
        ]

    def __str__(self) -> str:
        """Return the kind; words stay out of logs."""
        return f"mark: {self.kind}"
