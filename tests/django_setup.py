"""Django for the tests, set up once: no project, petitionkit's app and aliases made at will.

The admin and what it needs are there as well. Petitions of the site's own desk are kept under
whichever alias a test names.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import django
from django.conf import settings
from django.db import connections

MEMORY = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}


def set_up_django() -> None:
    if not settings.configured:
        settings.configure(
            INSTALLED_APPS=[
                "django.contrib.admin",
                "django.contrib.auth",
                "django.contrib.contenttypes",
                "django.contrib.messages",
                "django.contrib.sessions",
                "petitionkit.django",
            ],
            DATABASES={"default": MEMORY},
            MIDDLEWARE=[
                "django.contrib.sessions.middleware.SessionMiddleware",
                "django.contrib.auth.middleware.AuthenticationMiddleware",
                "django.contrib.messages.middleware.MessageMiddleware",
            ],
            PETITIONKIT={"KEYS": [bytes(32)]},
            ROOT_URLCONF="django_urls",
            SECRET_KEY="for tests alone",  # noqa: S106 (nothing is kept with it)
            TEMPLATES=[
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
            ],
            USE_TZ=True,
        )
        django.setup()


def of_django(url: str) -> dict[str, object]:
    """Django's settings for a PostgreSQL of this URL."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.removeprefix("/"),
        "USER": parts.username or "",
        "PASSWORD": parts.password or "",
        "HOST": query.get("host", [parts.hostname or ""])[0],
        "PORT": str(parts.port or ""),
    }


@contextmanager
def alias(name: str, **database: object) -> Iterator[str]:
    """A database alias for as long as the block lasts."""
    made = connections.configure_settings({"default": MEMORY, name: database})
    connections.settings[name] = made[name]
    try:
        yield name
    finally:
        connections[name].close()
        del connections[name]
        del connections.settings[name]
