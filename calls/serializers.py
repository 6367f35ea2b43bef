"""The call request as it comes in over HTTP."""

from typing import Any

from rest_framework import serializers


class CallRequestSerializer(serializers.Serializer[Any]):
    """Merchant and address; nothing else decides who rings."""

    merchant = serializers.CharField(max_length=40)
    # Judged by the service, which tells missing, malformed, unknown and stale apart.
    address = serializers.CharField(
        required=False, allow_null=True, allow_blank=True, max_length=200, default=None
    )
    # What the caller would like to be called; shown to the merchant, proves nothing.
    name = serializers.CharField(required=False, allow_blank=True, max_length=80, default="")
    page = serializers.CharField(required=False, allow_blank=True, max_length=200, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse fields that are not known."""
        unknown = sorted(set(self.initial_data) - set(self.fields))
        if unknown:
            raise serializers.ValidationError(dict.fromkeys(unknown, "This field is not known."))
        return attrs
