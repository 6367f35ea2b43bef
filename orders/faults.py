"""Why a value cannot stand in a field, as a code; the words for it are in `errors`. Pure."""

from typing import Any


class FieldError(ValueError):
    """A value does not fit its field: a stable code, the field, and facts such as the limit."""

    def __init__(self, code: str, field: str, **data: Any) -> None:
        """Keep code, field and facts."""
        super().__init__(f"{field}: {code}")
        self.code, self.field, self.data = code, field, data
