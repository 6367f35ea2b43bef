"""Settings shared by every environment. Values come from the environment, read loudly."""

from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from calls.addresses import is_private_host
from marketplace.core import env

BASE_DIR: Final = Path(__file__).resolve().parent.parent.parent

# -- identity of this installation ---------------------------------------------------------
SECRET_KEY = env.secret("SECRET_KEY")
DEBUG = False
# The exact origin (scheme, host, port) the product is served at; sockets compare with it.
ORIGIN = env.text("VISAVIS_ORIGIN", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", urlsplit(ORIGIN).hostname or "")
TRUSTED_ORIGINS = [ORIGIN, *env.words("VISAVIS_MORE_ORIGINS")]
CSRF_TRUSTED_ORIGINS = TRUSTED_ORIGINS
# Addresses of our own reverse proxies; only they may say who the client is.
TRUSTED_PROXIES = env.words("TRUSTED_PROXIES")

# -- applications --------------------------------------------------------------------------
INSTALLED_APPS = [
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "marketplace.core",
    "marketplace.accounts",
    "merchants",
    "calls",
    "orders",
    "payments",
    "marketplace.console",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "marketplace.middleware.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "marketplace.accounts.middleware.CustomerMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "marketplace.middleware.DomainErrorMiddleware",
]
ROOT_URLCONF = "marketplace.urls"
ASGI_APPLICATION = "marketplace.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "marketplace.context.page",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

# -- database ------------------------------------------------------------------------------
# One connection pool per process; connections go back after each request (CONN_MAX_AGE 0),
# because under ASGI a kept connection would leak with its thread.
DATABASE_POOL_SIZE = env.number("DATABASE_POOL_SIZE", 16, least=2, most=200)
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        **env.database("DATABASE_URL"),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            "pool": {"min_size": 2, "max_size": DATABASE_POOL_SIZE, "timeout": 10},
            # A lock that does not come in three seconds is an answer, not a reason to pile up.
            "options": "-c lock_timeout=3s",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- Redis protocol: channel layer and broker in different databases -------------------------
REDIS_URL = env.text("REDIS_URL")
_SOCKET = REDIS_URL.startswith("unix://")
_REDIS_PATH = REDIS_URL.removeprefix("unix://").split("?")[0]
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {
            "hosts": [
                {
                    "address": f"unix://{_REDIS_PATH}?db=0"
                    if _SOCKET
                    else f"{REDIS_URL.rstrip('/')}/0",
                    # redis-py 8 would otherwise time out idle readers and cap the pool at 100.
                    "socket_timeout": None,
                    "max_connections": 10_000,
                }
            ],
        },
    }
}

# Counters of rate limits, shared by all nodes; losing them costs nothing.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": f"unix://{_REDIS_PATH}?db=2" if _SOCKET else f"{REDIS_URL.rstrip('/')}/2",
    }
}

# -- Celery: the broker is a door bell, the rows are the truth -------------------------------
CELERY_BROKER_URL = (
    f"redis+socket://{_REDIS_PATH}?virtual_host=1" if _SOCKET else f"{REDIS_URL.rstrip('/')}/1"
)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
SWEEP_SECONDS = env.number("SWEEP_SECONDS", 2, least=1, most=60)
CELERY_BEAT_SCHEDULE = {
    "sweep-calls": {"task": "calls.sweep_calls", "schedule": SWEEP_SECONDS},
    "sweep-transfers": {"task": "calls.sweep_transfers", "schedule": SWEEP_SECONDS},
    "note-answer-times": {"task": "calls.note_answer_times", "schedule": 60},
    "forget-addresses": {"task": "calls.forget_addresses", "schedule": 3600},
    "sweep-callbacks": {"task": "calls.sweep_callbacks", "schedule": SWEEP_SECONDS * 5},
    "expire-forms": {"task": "orders.expire_forms", "schedule": 3600},
    "send-mails": {"task": "accounts.send_mails", "schedule": SWEEP_SECONDS * 5},
    "apply-due-events": {"task": "payments.apply_due_events", "schedule": SWEEP_SECONDS * 5},
    "expire-orders": {"task": "payments.expire_orders", "schedule": SWEEP_SECONDS * 5},
    "settle-due": {"task": "payments.settle_due", "schedule": SWEEP_SECONDS},
    "reconcile-open-payments": {"task": "payments.reconcile_open_payments", "schedule": 60},
}

# -- calls -----------------------------------------------------------------------------------
# A merchant's own ring time is cut to this; shorter in tests and drills.
CALL_LONGEST_RING_SECONDS = env.number("CALL_LONGEST_RING_SECONDS", 120, least=1, most=120)
# How long a caller may wait while everybody is busy.
CALL_QUEUE_SECONDS = env.number("CALL_QUEUE_SECONDS", 900, least=1, most=7200)
CALL_DROP_SECONDS = env.number("CALL_DROP_SECONDS", 30, least=1, most=600)
# Call requests a minute: of one customer, and of one address, behind which may be many people.
CALL_REQUESTS_PER_MINUTE = env.number("CALL_REQUESTS_PER_MINUTE", 6, least=1)
CALL_REQUESTS_PER_MINUTE_OF_ADDRESS = env.number("CALL_REQUESTS_PER_MINUTE_OF_ADDRESS", 60, least=1)
# Requests to be called back an hour: of one customer, and of one address.
CALLBACKS_PER_HOUR = env.number("CALLBACKS_PER_HOUR", 6, least=1)
CALLBACKS_PER_HOUR_OF_ADDRESS = env.number("CALLBACKS_PER_HOUR_OF_ADDRESS", 30, least=1)
# Links to go on at another device, made or opened a minute from one address.
HANDOVERS_PER_MINUTE_OF_ADDRESS = env.number("HANDOVERS_PER_MINUTE_OF_ADDRESS", 30, least=1)
TURN_URLS = env.words("TURN_URLS")
TURN_SECRET = env.secret("TURN_SECRET", "")
TURN_TTL_SECONDS = env.number("TURN_TTL_SECONDS", 600, least=60, most=600)
# The relay's own address, published for merchants in relay mode.
RELAY_ADDRESS = env.text("RELAY_ADDRESS", "")
# Whether addresses of private networks may be published and passed on to the other side: only
# where the product itself is reached at one, as on a single machine or in a shop's own network.
ALLOW_PRIVATE_ADDRESSES = env.flag(
    "ALLOW_PRIVATE_ADDRESSES", default=is_private_host(urlsplit(ORIGIN).hostname or "")
)

# -- mail ------------------------------------------------------------------------------------
# With a host mail goes out by SMTP; without one it is written to files, as `make run` does.
EMAIL_HOST = env.text("EMAIL_HOST", "")
EMAIL_PORT = env.number("EMAIL_PORT", 587, least=1, most=65535)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.secret("EMAIL_HOST_PASSWORD", "")
# STARTTLS on a plain connection, or TLS from the first byte; not both.
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=False)
EMAIL_USE_SSL = env.flag("EMAIL_USE_SSL", default=False)
EMAIL_TIMEOUT = env.number("EMAIL_TIMEOUT", 10, least=1, most=60)
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = str(Path(env.text("VISAVIS_STATE", str(BASE_DIR / ".visavis"))) / "mail")
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Visavis <no-reply@visavis.example>")
# Whether the start is refused without a way to send mail.
MAIL_REQUIRED = False

# -- payments ----------------------------------------------------------------------------------
STRIPE_SECRET_KEY = env.secret("STRIPE_SECRET_KEY", "")
STRIPE_PUBLISHABLE_KEY = env.text("STRIPE_PUBLISHABLE_KEY", "")
# Empty: Stripe itself. Otherwise the address of the sandbox.
STRIPE_API_BASE = env.text("STRIPE_API_BASE", "")
STRIPE_JS_URL = env.text("STRIPE_JS_URL", "https://js.stripe.com/endive/stripe.js")
# One secret, or two during a rotation, separated by a comma.
STRIPE_WEBHOOK_SECRET = env.secret("STRIPE_WEBHOOK_SECRET", "")
STRIPE_ALLOW_LIVE = env.flag("STRIPE_ALLOW_LIVE", default=False)
SETTLEMENT_HOLD_SECONDS = env.number("SETTLEMENT_HOLD_SECONDS", 48 * 3600, most=90 * 86400)

# -- people ------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "sign-in"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# Scripts take the token from the page, so no cookie is a script's business.
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600

# -- languages and time ------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

# -- files -------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / ".visavis" / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "marketplace.static.HashedModulesStorage"},
}
WHITENOISE_MAX_AGE = 31_536_000

# -- headers -----------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "media-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "font-src": ["'self'"],
        "manifest-src": ["'self'"],
        "frame-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True

# -- other -------------------------------------------------------------------------------------
TEST_HOOKS = env.flag("VISAVIS_TEST_HOOKS", default=False)
REST_FRAMEWORK = {
    "UNAUTHENTICATED_USER": None,
    "EXCEPTION_HANDLER": "marketplace.core.api.problem",
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"links": {"()": "marketplace.core.redact.LinkFilter"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["links"]}
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "daphne": {"level": "WARNING"},
        "django.channels.server": {"level": "WARNING"},
        "celery": {"level": "WARNING"},
        # The SDK would write every request with its object's id.
        "stripe": {"level": "WARNING"},
    },
}
