"""What every template may need."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def page(_request: HttpRequest) -> dict[str, Any]:
    """Return the flags base.html uses."""
    return {"test_hooks": settings.TEST_HOOKS}
