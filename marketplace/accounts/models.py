"""People: users who sign in, customers who may be guests, and the audit of what they did."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from marketplace.core.models import Row


class UserManager(BaseUserManager["User"]):
    """Makes users from an e-mail address and a password."""

    def create_user(self, email: str, password: str, **fields: Any) -> "User":
        """Save a user with a hashed password; the address is kept in lower case."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find by address in any case."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, Row):
    """Somebody who signs in with an e-mail address: a member, an operator, or a customer."""

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)
    is_operator = models.BooleanField(default=False)
    language = models.CharField(max_length=10, blank=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_lower_case"
            )
        ]

    def __str__(self) -> str:
        """Return the name; the address stays out of logs."""
        return self.name


class Customer(Row):
    """Who calls and buys: a guest known by a signed cookie, or a signed-in user."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, null=True, blank=True)
    name = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=10, blank=True)
    time_zone = models.CharField(max_length=40, blank=True)
    # Raised to make every cookie given out before worthless.
    cookie_epoch = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        """Return a neutral word; names stay out of logs."""
        return f"customer {self.id}"


class ActorKind(models.TextChoices):
    """Who did something."""

    CUSTOMER = "customer"
    MEMBER = "member"
    OPERATOR = "operator"
    SYSTEM = "system"


class AuditEntry(Row):
    """One thing somebody did. Append-only: the serving role can neither change nor delete it."""

    actor_kind = models.CharField(max_length=10, choices=ActorKind)
    actor_id = models.UUIDField(null=True)
    action = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.UUIDField(null=True)
    # Not foreign keys: people stand below merchants, and the trail outlives the rows.
    merchant_id = models.UUIDField(null=True)
    customer_id = models.UUIDField(null=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["merchant_id", "-created_at"], name="audit_of_merchant"),
            models.Index(fields=["subject_id", "created_at"], name="audit_of_subject"),
        ]

    def __str__(self) -> str:
        """Return what was done."""
        return self.action


class MailState(models.TextChoices):
    """Where a mail stands."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class Mail(Row):
    """A mail to be sent: a row first, so that a crash or a lost task delays it and no more.

    Subject and words are emptied once it is sent, because they may carry a link that opens
    something.
    """

    to = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(max_length=10_000, blank=True)
    purpose = models.CharField(max_length=40)
    # Whose business it is; no foreign key, people stand below merchants.
    merchant_id = models.UUIDField(null=True)
    state = models.CharField(max_length=6, choices=MailState, default=MailState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    # A mail that is of no use after then is not sent any more.
    until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=models.Q(state="queued"), name="mail_due"),
        ]

    def __str__(self) -> str:
        """Return the purpose; address and words stay out of logs."""
        return f"mail: {self.purpose}"
