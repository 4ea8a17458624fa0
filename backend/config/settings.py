"""The one settings file. Every value that differs between places is read from the environment
by a typed reader that fails loudly; ``.env.example`` lists them all with a word each.

Development (DEBUG=1) has safe defaults for everything; production has none for secrets.
"""

from __future__ import annotations

from pathlib import Path

import environ

from backend.core.checks import stop_if_dangerous

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()

# ── Where we are ────────────────────────────────────────────────────────────────────────────
DEBUG: bool = env.bool("DEBUG", default=False)
DEMO: bool = env.bool("DEMO", default=False)
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / ".data"))).resolve()
PORT: int = env.int("PORT", default=8000)
SITE_URL: str = env.str("SITE_URL", default=f"http://localhost:{PORT}")
SECRET_KEY: str = env.str(
    "SECRET_KEY",
    default="development-only-key-of-32-bytes-or-more" if DEBUG else environ.Env.NOTSET,
)
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["*"] if DEBUG else environ.Env.NOTSET)
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])
WS_ALLOWED_ORIGINS: list[str] = env.list("WS_ALLOWED_ORIGINS", default=[SITE_URL])
TRUSTED_PROXIES: int = env.int("TRUSTED_PROXIES", default=0)
ROOT_URLCONF = "backend.config.urls"
ASGI_APPLICATION = "backend.config.asgi.application"
WSGI_APPLICATION = "backend.config.wsgi.application"

INSTALLED_APPS = [
    "unfold",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.contrib.admin",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "channels",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.headless",
    "allauth.socialaccount",
    "axes",
    "csp",
    "django_htmx",
    "django_structlog",
    "django_prometheus",
    "backend.core",
    "backend.accounts",
    "backend.ledger",
    "backend.realtime",
    "backend.notifications",
    "backend.inbox",
    "readers",
    "live",
    "payouts",
    "marketplace",
    "admin_portal",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "backend.core.middleware.RequestId",
    "backend.core.headers.BrowserRules",
    "backend.core.headers.ContentPolicy",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "backend.core.middleware.PlainQueries",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "backend.accounts.middleware.Traces",
    "django_htmx.middleware.HtmxMiddleware",
    "backend.core.throttles.RateLimitHeaders",
    "backend.core.middleware.DomainErrors",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "frontend_templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "backend.config.context.page",
            ],
        },
    }
]

# ── Databases ───────────────────────────────────────────────────────────────────────────────
# The pool is for ASGI processes, where no connection outlives its request otherwise.
DATABASES = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", 5)
if env.bool("DATABASE_POOL", default=False):
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 2,
        "max_size": env.int("DATABASE_POOL_MAX", default=12),
        "timeout": 10,
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL: str = env.str("REDIS_URL")
REDIS_PREFIX: str = env.str("REDIS_PREFIX", default="soulseer")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": f"{REDIS_PREFIX}:cache",
        "TIMEOUT": 60,
    },
    # Answers that may be a moment old: kept in the process, for a second.
    "moment": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "moment",
        "TIMEOUT": env.int("LIST_ANSWER_SECONDS", default=1),
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}

# ── Signing in ──────────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = env.list(
    "PASSWORD_HASHERS", default=["django.contrib.auth.hashers.Argon2PasswordHasher"]
)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
# Where people begin who came to work.
HOME_OF_ROLE = {"reader": "/console/", "admin": "/staff/"}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
CSRF_COOKIE_HTTPONLY = True  # our scripts read the token from the page
if not DEBUG:
    # A browser takes these from our own host over https alone, never from a sister's.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=not DEBUG)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 0 if DEBUG else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEBUG
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin-allow-popups"  # the pay page opens beside a room
X_FRAME_OPTIONS = "DENY"

from backend.config.account_settings import *  # noqa: E402, F403  (allauth, axes: one concern)

if GOOGLE_CLIENT_ID:  # noqa: F405  (without keys its routes could only fail)
    INSTALLED_APPS.append("allauth.socialaccount.providers.google")

from backend.config.money_settings import *  # noqa: E402, F403  (the numbers of the meter)
from backend.config.row_browser import UNFOLD  # noqa: E402, F401  (how Django's admin looks)
from backend.config.stream_settings import *  # noqa: E402, F403  (streams, gifts, their engine)

# ── Pages ───────────────────────────────────────────────────────────────────────────────────
LANGUAGE_CODE, TIME_ZONE, USE_I18N, USE_TZ = "en", "UTC", True, True
FORMAT_MODULE_PATH = ["backend.config.formats"]
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "frontend_templates" / "static"]
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(DATA_DIR / "media")))
_FILES_BUCKET: str = env.str("FILES_BUCKET", default="")
_PRIVATE_BUCKET: str = env.str("PRIVATE_FILES_BUCKET", default="")
PRIVATE_ROOT = Path(env.str("PRIVATE_ROOT", default=str(DATA_DIR / "private")))
STORAGES = {
    "default": {
        "BACKEND": "storages.backends.s3.S3Storage"
        if _FILES_BUCKET
        else "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"bucket_name": _FILES_BUCKET, "file_overwrite": False} if _FILES_BUCKET else {},
    },
    # What only its owner may fetch, through a door of ours: no web server serves this.
    "private": {
        "BACKEND": "storages.backends.s3.S3Storage"
        if _PRIVATE_BUCKET
        else "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"bucket_name": _PRIVATE_BUCKET, "default_acl": "private"}
        if _PRIVATE_BUCKET
        else {
            "location": PRIVATE_ROOT,
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
# A page of eighty small files may not ask about each of them again on every visit.
WHITENOISE_MAX_AGE: int = env.int("STATIC_MAX_AGE", default=60)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

from backend.config.browser_settings import *  # noqa: E402, F403  (what browsers may do)

# ── API ─────────────────────────────────────────────────────────────────────────────────────
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "backend.accounts.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["backend.core.permissions.IsSignedIn"],
    "DEFAULT_RENDERER_CLASSES": ["backend.core.renderers.FastJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["backend.core.parsers.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "backend.core.pages.CursorPages",
    "DEFAULT_THROTTLE_CLASSES": ["backend.core.throttles.ApiThrottle"],
    "DEFAULT_SCHEMA_CLASS": "backend.core.schema.Schema",
    "EXCEPTION_HANDLER": "backend.core.problems.exception_to_response",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "UNICODE_JSON": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "SoulSeer API",
    "DESCRIPTION": "Readings by the minute: readers, sessions, payments.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": r"/api/v1/",
    "SERVE_INCLUDE_SCHEMA": False,
    # The browsable page comes from our own origin, so it works without the internet.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "KindEnum": "readers.kinds.Kind",
        "RoleEnum": "backend.accounts.models.Role",
        "SideEnum": ["client", "reader"],
        "ReaderStatusEnum": ["online", "busy", "offline"],
        "SessionStateEnum": "live.states.State",
        "StreamStateEnum": "live.stream_states.StreamState",
        "StreamAccessEnum": "live.stream_states.Access",
        "StreamRoleEnum": ["host", "moderator", "viewer"],
        "HostIsEnum": "live.stream_states.HostIs",
        "TopUpStatusEnum": "payouts.states.TopUpStatus",
        "PayoutStateEnum": "payouts.payout_states.PayoutState",
        "PayoutRunStateEnum": "payouts.payout_states.RunState",
        "PayoutRunKindEnum": "payouts.payout_states.RunKind",
        "OnboardingStateEnum": "payouts.earnings.serializers.ONBOARDING_STATES",
        "DisputeStateEnum": "payouts.dispute_states.DisputeState",
        "DisputeReasonEnum": "payouts.dispute_states.ReasonCode",
        "DisputeOutcomeEnum": "payouts.dispute_states.Outcome",
        "DisputeBearerEnum": "payouts.dispute_states.BearerOf",
    },
}
# (times, seconds) for each family of limits: API, sockets, payment attempts (S50).
RATE_LIMITS: dict[str, tuple[int, int]] = {
    "api": (env.int("LIMIT_API_PER_MINUTE", default=100), 60),
    "auth": (env.int("LIMIT_AUTH_PER_5_MINUTES", default=5), 300),
    # In development everybody comes from one address.
    "auth-address": (
        env.int("LIMIT_AUTH_PER_ADDRESS_PER_5_MINUTES", default=600 if DEBUG else 60),
        300,
    ),
    "socket-connect": (env.int("LIMIT_SOCKETS_PER_MINUTE", default=20), 60),
    "top-up": (env.int("LIMIT_TOP_UPS_PER_HOUR", default=10), 3600),
    "payment-failure": (env.int("LIMIT_PAYMENT_FAILURES_PER_DAY", default=5), 86_400),
    "new-card": (env.int("LIMIT_NEW_CARDS_PER_DAY", default=3), 86_400),
    "promo-code": (env.int("LIMIT_CODES_PER_HOUR", default=10), 3600),
    "photo": (30, 3600),
    "report": (env.int("LIMIT_REPORTS_PER_DAY", default=10), 86_400),
}
SOCKETS_OPEN_MAX: int = env.int("SOCKETS_OPEN_MAX", default=5)
# So many frames at once from one socket, and so many more in each so many seconds.
SOCKET_FRAMES: tuple[int, float] = (
    env.int("SOCKET_FRAMES_BURST", default=60),
    env.float("SOCKET_FRAMES_SECONDS", default=2.0),
)

# ── Jobs ────────────────────────────────────────────────────────────────────────────────────
CELERY_BROKER_URL: str = env.str(
    "CELERY_BROKER_URL",
    default=REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host="),
)

# ── Engines ─────────────────────────────────────────────────────────────────────────────────
ENGINES = {
    "card_charger": "payouts.adapters.stripe_checkout.StripeCheckout",
    "bank_disputes": "payouts.adapters.stripe_disputes.StripeDisputes",
    "platform_balance": "payouts.adapters.stripe_balance.StripeBalance",
    "card_vault": "payouts.adapters.stripe_cards.StripeVault",
    "saved_card_charger": "payouts.adapters.stripe_cards.StripeSavedCards",
    "card_refunder": "payouts.adapters.stripe_refunds.StripeRefunds",
    "webhook_verifier": "payouts.adapters.stripe_webhooks.StripeWebhooks",
    "thin_webhook_verifier": "payouts.adapters.stripe_webhooks.StripeThinWebhooks",
    "payout_rail": "payouts.adapters.stripe_transfers.StripeTransfers",
    "connect_accounts": {
        "v1": "payouts.adapters.stripe_connect.StripeAccountsV1",
        "v2": "payouts.adapters.stripe_connect.StripeAccountsV2",
    }[CONNECT_API],  # noqa: F405
    "stream_engine": "live.adapters.agora.AgoraEngine"
    if STREAMS_BY_AGORA  # noqa: F405
    else "live.adapters.embedded.EmbeddedEngine",
}
STRIPE_API_BASE: str = env.str("STRIPE_API_BASE", default="")
STRIPE_SECRET_KEY: str = env.str("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRETS: list[str] = env.list("STRIPE_WEBHOOK_SECRETS", default=[])
STRIPE_THIN_WEBHOOK_SECRETS: list[str] = env.list("STRIPE_THIN_WEBHOOK_SECRETS", default=[])
# A rehearsal's way to tomorrow: see ``backend.core.clock``. Never in production.
CLOCK_AHEAD_FILE: str = env.str("CLOCK_AHEAD_FILE", default="")
STRIPE_API_VERSION = "2026-10-28.endive"
stop_if_dangerous(
    debug=DEBUG,
    demo=DEMO,
    key=STRIPE_SECRET_KEY,
    base=STRIPE_API_BASE,
    webhook_secrets=STRIPE_WEBHOOK_SECRETS,
    thin_webhook_secrets=STRIPE_THIN_WEBHOOK_SECRETS if CONNECT_API == "v2" else None,  # noqa: F405
    clock_ahead_file=CLOCK_AHEAD_FILE,
)
TURN_URLS: list[str] = env.list("TURN_URLS", default=[])
TURN_SECRET: str = env.str("TURN_SECRET", default="")
STUN_URLS: list[str] = env.list("STUN_URLS", default=[])
TURN_TTL_SECONDS = 2 * 3600
READERS_RELAY_ONLY: bool = env.bool("READERS_RELAY_ONLY", default=bool(TURN_URLS) and not DEBUG)

# ── Mail ────────────────────────────────────────────────────────────────────────────────────
vars().update(env.email_url("EMAIL_URL", default=f"filemail://{DATA_DIR / 'mail'}"))
EMAIL_FILE_PATH = str(DATA_DIR / "mail")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("MAIL_FROM", default="SoulSeer <hello@soulseer.test>")

from backend.config.money_settings import *  # noqa: E402, F403  (the numbers of the meter)
from backend.config.stream_settings import *  # noqa: E402, F403  (streams, gifts, their engine)

# ── Logs, metrics, errors ───────────────────────────────────────────────────────────────────
LOGGING_FORMAT: str = env.str("LOG_FORMAT", default="console" if DEBUG else "json")
LOG_LEVEL: str = env.str("LOG_LEVEL", default="INFO")

from backend.config.logs import LOGGING, configure  # noqa: E402

configure(json=LOGGING_FORMAT == "json")
LOGGING["root"]["level"] = LOG_LEVEL
SENTRY_DSN: str = env.str("SENTRY_DSN", default="")
if SENTRY_DSN:
    import sentry_sdk

    sentry_sdk.init(
        dsn=SENTRY_DSN,
        environment=env.str("SENTRY_ENVIRONMENT", default="production"),
        release=env.str("RELEASE", default="unreleased"),
        send_default_pii=False,
        traces_sample_rate=env.float("SENTRY_TRACES", default=0.0),
    )
