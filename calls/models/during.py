"""What happens in a call beside pictures and sound: text, and handing it to a colleague."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from calls.models.call import Call
from calls.models.choices import choices, one_of
from calls.states import Side, TransferState
from marketplace.core.ids import new_code
from merchants.models import Member, MerchantRow, PartyRow


class TextLine(PartyRow):
    """One finished line of the real-time text. Append-only; what is being typed is not stored."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="lines")
    # Counts the call's lines, without a gap.
    number = models.PositiveIntegerField()
    side = models.CharField(max_length=8, choices=choices(Side))
    name = models.CharField(max_length=80, blank=True)
    text = models.CharField(max_length=1000)
    op = models.CharField(max_length=64)

    class Meta(PartyRow.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call", "number"], name="line_number_once"),
            models.UniqueConstraint(fields=["call", "op"], name="line_op_once"),
            models.CheckConstraint(condition=one_of("side", Side), name="line_side_known"),
        ]

    def __str__(self) -> str:
        """Return the number; the text stays out of logs."""
        return f"line {self.number}"


class Transfer(MerchantRow):
    """A member offers the running call to a colleague, with a note."""

    code = models.CharField(max_length=22, unique=True, default=new_code, editable=False)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="transfers")
    from_member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    to_member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=500, blank=True)
    state = models.CharField(
        max_length=9, choices=choices(TransferState), default=TransferState.OFFERED.value
    )
    offered_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta(MerchantRow.Meta):
        abstract = False
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=one_of("state", TransferState), name="transfer_state_known"
            ),
            models.UniqueConstraint(
                fields=["call"],
                condition=Q(state=TransferState.OFFERED.value),
                name="transfer_offered_once",
            ),
            models.CheckConstraint(
                condition=Q(state=TransferState.OFFERED.value, closed_at__isnull=True)
                | (~Q(state=TransferState.OFFERED.value) & Q(closed_at__isnull=False)),
                name="transfer_closed_once",
            ),
            models.CheckConstraint(
                condition=~Q(from_member=models.F("to_member")), name="transfer_to_somebody_else"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["until"],
                condition=Q(state=TransferState.OFFERED.value),
                name="transfer_due",
            ),
        ]

    def __str__(self) -> str:
        """Return code and state; the note stays out of logs."""
        return f"transfer {self.code}: {self.state}"
