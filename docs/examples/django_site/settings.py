"""Settings of the site; without PETITIONKIT_KEY and SECRET_KEY it is for trying out alone."""

import os
from pathlib import Path

from django import VERSION

HERE = Path(__file__).parent
DEBUG = "SECRET_KEY" not in os.environ
SECRET_KEY = os.environ.get("SECRET_KEY", "for trying out")
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1").split(",")
SITE_URL = os.environ.get("SITE_URL", "http://localhost:8000")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "petitionkit.django",
    "petitions",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
_KEY = os.environ.get("PETITIONKIT_KEY", "")
PETITIONKIT = {"KEYS": [_KEY] if _KEY else [bytes(32)] if DEBUG else []}
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": HERE / "site.db",
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
    }
}
GOALS = (10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000)
_BACKEND = os.environ.get("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
if VERSION < (6, 1):
    EMAIL_BACKEND = _BACKEND
else:
    MAILERS = {"default": {"BACKEND": _BACKEND}}
DEFAULT_FROM_EMAIL = "petitions@localhost"
ROOT_URLCONF = "urls"
STATIC_URL = "static/"
USE_TZ = True
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
