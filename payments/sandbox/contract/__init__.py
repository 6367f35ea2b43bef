"""The installed Stripe SDK read as a specification: which operations exist, what they take, what
objects hold.
"""

from __future__ import annotations

from stripe._api_version import _ApiVersion

API_VERSION: str = _ApiVersion.CURRENT
