"""The call request as it comes in over HTTP."""

from typing import Any

from rest_framework import serializers

from calls.limits import RATING_CHARACTERS
from calls.text import clean_text


class KnownFields(serializers.Serializer[Any]):
    """A body with known fields only."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse fields that are not known."""
        values = super().to_internal_value(data)
        unknown = sorted(set(data) - set(self.fields))
        if unknown:
            raise serializers.ValidationError(dict.fromkeys(unknown, "This field is not known."))
        return values


class CallRequestSerializer(KnownFields):
    """Merchant and address; nothing else decides who rings."""

    merchant = serializers.CharField(max_length=40)
    # Judged by the service, which tells missing, malformed, unknown and stale apart.
    address = serializers.CharField(
        required=False, allow_null=True, allow_blank=True, max_length=200, default=None
    )
    # What the caller would like to be called; shown to the merchant, proves nothing.
    name = serializers.CharField(required=False, allow_blank=True, max_length=80, default="")
    page = serializers.CharField(required=False, allow_blank=True, max_length=200, default="")
    # A request to be called back that this call answers.
    callback = serializers.CharField(required=False, allow_blank=True, max_length=22, default="")

    def validate_page(self, page: str) -> str:
        """Return the page without characters that would reorder what the desk shows around it."""
        return clean_text(page)


class RatingSerializer(KnownFields):
    """What a customer thought of their call."""

    stars = serializers.IntegerField(min_value=1, max_value=5)
    words = serializers.CharField(
        required=False, allow_blank=True, max_length=RATING_CHARACTERS, default=""
    )
