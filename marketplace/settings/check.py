"""What static checks use: nothing is reached, so nothing needs to be set."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-static-checks")
os.environ.setdefault("DATABASE_URL", "postgresql://app@localhost/visavis")
os.environ.setdefault("REDIS_URL", "redis://localhost:6379")

from marketplace.settings.base import *  # noqa: F403

# No pool: a check that asks for the migration history must fail at once, not wait.
DATABASES["default"]["OPTIONS"] = {}
