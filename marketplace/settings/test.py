"""What the tests use: real engines, quick password hashing, unhashed static names."""

from marketplace.core import env
from marketplace.settings.base import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SETTLEMENT_HOLD_SECONDS = env.number("SETTLEMENT_HOLD_SECONDS", 0)
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
TRUSTED_ORIGINS = ["http://testserver"]
ORIGIN = "http://testserver"
# Static files are found where they lie in the apps; nothing is collected for a test.
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
