"""What a webhook's body must look like before anything is done with it. Pure."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Known(BaseModel):
    # Stripe adds fields without a new version, so others are passed over.
    model_config = ConfigDict(extra="ignore", frozen=True)


class StripeObject(_Known):
    """The object an event is about: its id is all we take from the body."""

    id: str = Field(default="", max_length=255)


class StripeData(_Known):
    """The snapshot inside an event."""

    object: StripeObject


class StripeEnvelope(_Known):
    """A snapshot event (`event`) or a thin one (`v2.core.event`)."""

    id: str = Field(min_length=1, max_length=255)
    object: Literal["event", "v2.core.event"]
    type: str = Field(min_length=1, max_length=120)
    livemode: bool
    created: datetime
    api_version: str | None = Field(default=None, max_length=40)
    account: str | None = Field(default=None, max_length=64)
    context: str | None = Field(default=None, max_length=255)
    data: StripeData | None = None
    related_object: StripeObject | None = None

    @property
    def is_thin(self) -> bool:
        """Say whether the event carries no snapshot and so no version."""
        return self.object == "v2.core.event"

    @property
    def object_id(self) -> str:
        """Return the id of the object the event is about."""
        if self.related_object is not None:
            return self.related_object.id
        return self.data.object.id if self.data is not None else ""
