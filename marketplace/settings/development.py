"""What `make run` uses: everything real, on one machine, over plain http on loopback."""

from marketplace.core import env
from marketplace.settings.base import *  # noqa: F403

DEBUG = env.flag("VISAVIS_DEBUG", default=False)
SETTLEMENT_HOLD_SECONDS = env.number("SETTLEMENT_HOLD_SECONDS", 10)
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
