"""One settings file for every size: the embedded folder by default, PostgreSQL through `DATABASE_URL`."""

from __future__ import annotations

from pathlib import Path

import environ

from yichuang.config import folder, logs, rooms

env = environ.Env()

DATA = Path(env.str("YICHUANG_DATA", default="") or "data").absolute()
DEMO = env.bool("DEMO", default=False)
ZONE = env.str("YICHUANG_ZONE", default="all")
DISTRICT = env.str("YICHUANG_DISTRICT", default="wuchang")
DEFINITIONS = rooms.definition_folders(DISTRICT, extra=env.str("YICHUANG_DEFINITIONS", default=""))
KEYS = DATA / "keys"
FILES = DATA / "files"
ANCHORS = [Path(each) for each in env.list("YICHUANG_ANCHORS", default=[])]

SECRET_KEY = env.str("SECRET_KEY", default="") or folder.secret_key(KEYS)
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env.str("YICHUANG_SITE_URL", default="http://127.0.0.1:8000")

FOUNDATION_ROOMS = rooms.present("foundation")
DOMAIN_ROOMS = rooms.present("domains")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "ninja",
    "csp",
    *FOUNDATION_ROOMS,
    *rooms.single("ui"),
    *DOMAIN_ROOMS,
    *rooms.present("portals"),
    "allauth",  # after the rooms: their templates stand in front of those of allauth
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

MIDDLEWARE = [
    *rooms.middleware("yichuang.foundation.service_levels.middleware", "Timed"),
    *rooms.middleware("yichuang.config.overload", "Overload"),
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    *rooms.middleware("yichuang.ui.middleware", "PostAnswer"),
    *rooms.middleware("yichuang.foundation.people.middleware", "Acting"),
    *rooms.middleware("yichuang.config.read_only", "ReadOnlyGet"),
]

ROOT_URLCONF = "yichuang.config.urls"
WSGI_APPLICATION = "yichuang.config.wsgi.application"
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                *rooms.middleware("yichuang.ui.context", "house"),
            ],
        },
    },
]

DATABASES = folder.databases(DATA, env.str("DATABASE_URL", default=""))

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = rooms.locale_paths()
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 86_400

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = env.bool("HTTPS", default=False)
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
JOB_LEASE_SECONDS = env.int("JOB_LEASE_SECONDS", default=600)
SERVICE_SAMPLE_SECONDS = env.int("SERVICE_SAMPLE_SECONDS", default=30)
IDLE_MINUTES = env.int("IDLE_MINUTES", default=30)
SESSION_COOKIE_AGE = 12 * 3600

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    },
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "yichuang.foundation.people.allauth.Adapter"
ACCOUNT_RATE_LIMITS = {"login_failed": "5/15m/key,50/15m/ip"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_ADAPTER = "yichuang.foundation.people.identity.SocialAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": folder.oidc_apps(env)}}
ACCOUNT_USER_DISPLAY = "yichuang.foundation.people.allauth.shown_name"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "public:begin"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

CACHES = {  # tries are counted here: all processes of the machine must see one count
    "default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": DATA / "cache"}
}

EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.smtp.EmailBackend")
vars().update(env.email_url("EMAIL_URL", default="dummymail://"))
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="noreply@localhost")

STORAGE_URL = env.str("YICHUANG_FILES", default="")
FILE_MAX_BYTES = env.int("FILE_MAX_BYTES", default=20 * 1024 * 1024)
SEAL_PROVIDER = env.str("SEAL_PROVIDER", default="")
VIRUS_SCANNER = env.str("VIRUS_SCANNER", default="")

SILENCED_SYSTEM_CHECKS = ["account.W001"]
LOGGING = logs.settings(env.str("LOG_LEVEL", default="WARNING"))
CSRF_FAILURE_VIEW = "yichuang.config.errors.csrf_failure"
