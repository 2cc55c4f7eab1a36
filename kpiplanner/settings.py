"""All settings. Each comes from the environment or .env; .env.example lists them with defaults."""

import ipaddress
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(BASE_DIR / ".env")

VAR_DIR = Path(env.str("KPI_VAR", default=str(BASE_DIR / "var"))).resolve()
VAR_DIR.mkdir(parents=True, exist_ok=True)


def kept_secret(path: Path) -> str:
    """The secret of an installation that was given none: made once, readable by its owner alone."""
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text()


def is_private(host: str) -> bool:
    if host == "localhost" or host.endswith(".local"):
        return True
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return False


# -- address ---------------------------------------------------------------------------------------

PORT = env.int("PORT", default=8000)
SITE_URL = env.str("SITE_URL", default=f"http://localhost:{PORT}").rstrip("/")
_site = urlsplit(SITE_URL)
SITE_HOST = _site.hostname or "localhost"
IS_HTTPS = _site.scheme == "https"
IS_LOCAL = SITE_HOST in {"localhost", "127.0.0.1", "::1"}
# Plain http beyond this machine works on a private network only, and every page says so.
SHOW_HTTP_BANNER = not IS_HTTPS and not IS_LOCAL
if not IS_HTTPS and not is_private(SITE_HOST):
    raise environ.ImproperlyConfigured(
        f"SITE_URL={SITE_URL}: outside a private network the address has to start with https://"
    )
BIND = env.str("BIND", default="127.0.0.1" if IS_LOCAL else "0.0.0.0")  # noqa: S104
ALLOWED_HOSTS = [SITE_HOST, *env.list("ALLOWED_HOSTS", default=[])]
if IS_LOCAL:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or kept_secret(VAR_DIR / "secret")
# "off" takes the sample team away even where no real organisation exists.
SAMPLE = env.bool("SAMPLE", default=True)

# -- application -----------------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "ninja",
    "django_tasks",
    "django_tasks_db",
    "apps.web",
    "apps.accounts",
    "apps.calendars",
    "apps.funnels",
    "apps.activity",
    "apps.goals",
    "apps.okrs",
    "apps.growth",
    "apps.progress",
    "apps.reviews",
    "apps.home",
    "apps.notices",
    "apps.api",
    "apps.exchange",
    "apps.company",
    "apps.setup",
]

MIDDLEWARE = [
    "kpiplanner.logs.request_ids",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "kpiplanner.middleware.unchanged_pages",
    "kpiplanner.middleware.private_answers",
    "kpiplanner.middleware.one_look_at_the_marks",
    "kpiplanner.middleware.htmx_redirects",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "apps.accounts.session_ends.ending_sessions",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "kpiplanner.middleware.personal_language_and_zone",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "kpiplanner.urls"
WSGI_APPLICATION = "kpiplanner.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.accounts.context.workplace",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# -- database, cache, tasks ------------------------------------------------------------------------

DATABASES: dict[str, Any] = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")
}
DATABASE_IS_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if DATABASE_IS_SQLITE:
    DATABASES["default"]["OPTIONS"] = {
        # IMMEDIATE: a transaction that reads and then writes waits for the lock instead of failing.
        # FULL: an acknowledged log survives a power cut.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # What is deleted is overwritten: nothing of an erased person stays in free pages.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
        "PRAGMA secure_delete=ON;",
    }
    DATABASES["default"]["CONN_MAX_AGE"] = 600
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["CONN_MAX_AGE"] = 60
# Where backups lie, and after how many hours without one /readyz turns red; 0: never.
BACKUP_DIR = env.str("BACKUP_DIR", default=str(VAR_DIR / "backups"))
BACKUP_MAX_HOURS = env.int("BACKUP_MAX_HOURS", default=0)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES: dict[str, Any] = {
    # Shared by all workers: the sign-in limits count here.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "web_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# -- people ----------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
# The company's own sign-in: an extra, on where the operator names it (docs/operate.md).
OIDC_ID = "company"
OIDC_NAME = env("OIDC_NAME", default="OpenID") if env("OIDC_SERVER_URL", default="") else ""
if OIDC_NAME:
    INSTALLED_APPS += ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"]
    SOCIALACCOUNT_ADAPTER = "apps.accounts.single_sign_on.KnownPeopleOnly"
    # A link, not a form: the policy forbids forms that end on another host, and the way back is bound to
    # this browser by its state.
    SOCIALACCOUNT_LOGIN_ON_GET = True
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": OIDC_ID,
                    "name": OIDC_NAME,
                    "client_id": env("OIDC_CLIENT_ID"),
                    "secret": env("OIDC_CLIENT_SECRET"),
                    "settings": {"server_url": env("OIDC_SERVER_URL")},
                }
            ],
        }
    }
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "apps.accounts.adapter.ClosedSignup"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_PREVENT_ENUMERATION = True
# Counted before a password is hashed. Strict for one account; an office of 300 behind one address
# signs in on a Monday morning without being shut out.
ACCOUNT_RATE_LIMITS = {
    "login": "600/h/ip",
    "login_failed": "120/h/ip,20/d/key,6/5m/key",
    "reset_password": "60/h/ip,5/h/key",
}
# A mail when the password or the second step of an account changes.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
MFA_ADAPTER = "apps.accounts.adapter.SecondStep"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "kpiplanner"
# The clock of a phone may be off by half a minute.
MFA_TOTP_TOLERANCE = 1
# Addresses come by invitation; there is no second list of confirmed ones.
MFA_ALLOW_UNVERIFIED_EMAIL = True
# Passkeys on http://localhost; browsers refuse them on any other address without https.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = IS_LOCAL and not IS_HTTPS
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)

# -- mail ------------------------------------------------------------------------------------------

HAS_MAIL = bool(env.str("EMAIL_URL", default=""))
if HAS_MAIL:
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default=f"kpiplanner <noreply@{SITE_HOST}>")

# Hosts inside the own network that a team's chat may live on; all others have to lie outside, with https.
WEBHOOK_ALLOW = set(env.list("WEBHOOK_ALLOW", default=[]))

# -- languages and time ----------------------------------------------------------------------------

LANGUAGE_CODE = env.str("DEFAULT_LANGUAGE", default="ja")
LANGUAGES = [("ja", _("Japanese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = "language"
TIME_ZONE = env.str("TIME_ZONE", default="Asia/Tokyo")
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
# Months by name in English: 11/8 is two different days on two sides of the Atlantic.
FORMAT_MODULE_PATH = "kpiplanner.formats"

# -- files -----------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", ("vendor", VAR_DIR / "vendor")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_HANDLERS = [
    "apps.web.uploads.Capped",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# -- safety ----------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "kpiplanner.errors.csrf_failure"
CSRF_COOKIE_SAMESITE = "Lax"
# Without use; see apps/accounts/session_ends.py.
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
if IS_HTTPS:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT: list[str] = []
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True

# "json": a line for each request, and every line an object; otherwise plain lines of what went wrong.
LOGS_JSON = env.str("LOG_FORMAT", default="plain") == "json"
# Defects are told to these addresses: an extra, see kpiplanner.logs.ErrorMail.
ERROR_MAILS = env.list("ERROR_MAILS", default=[])
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_tokens": {"()": "kpiplanner.logs.NoTokens"}},
    "formatters": {"json": {"()": "kpiplanner.logs.JsonLines"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "filters": ["no_tokens"]}
        | ({"formatter": "json"} if LOGS_JSON else {}),
        "error_mail": {"class": "kpiplanner.logs.ErrorMail", "level": "ERROR"},
    },
    "loggers": {
        # A visitor's 403 or 404 is no event for the operator.
        "django.request": {"level": "ERROR"},
        "kpiplanner.requests": {"level": "INFO" if LOGS_JSON else "WARNING"},
    },
    "root": {
        "handlers": ["console", *(["error_mail"] if ERROR_MAILS else [])],
        "level": env.str("LOG_LEVEL", default="WARNING"),
    },
}
