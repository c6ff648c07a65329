"""The site's desk, as the settings have it.

``PETITIONKIT`` in Django's settings is a dict of these options, of which one of the first two
is needed:

- ``KEYS``: keys of 32 random bytes or more, the newest first, as bytes or as base64 text;
- ``SECRETS``: instead of them a ``Secrets`` of your own, or the dotted path of one;
- ``DATABASE``: the alias of the database, ``default`` by itself;
- ``CLOCK``, ``LISTS``, ``OBSERVE``: as ``Desk`` takes them, or the dotted path of one.
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.signals import setting_changed
from django.utils import timezone
from django.utils.module_loading import import_string

from petitionkit.desk import Desk
from petitionkit.django.store import DjangoStore
from petitionkit.errors import KeyFileError
from petitionkit.keys import KeyRing, Secrets
from petitionkit.lists import Lists

__all__ = ["OPTIONS", "database_alias", "given_options", "given_secrets", "site_desk", "site_now"]

OPTIONS = frozenset({"CLOCK", "DATABASE", "KEYS", "LISTS", "OBSERVE", "SECRETS"})
"""What ``PETITIONKIT`` may hold."""


def given_options() -> Mapping[str, Any]:
    """What ``PETITIONKIT`` in the settings holds; empty where it is not there."""
    found: Mapping[str, Any] = getattr(settings, "PETITIONKIT", {})
    return found


def _given(option: str, otherwise: object) -> Any:  # noqa: ANN401 (whatever the settings hold)
    value = given_options().get(option, otherwise)
    return import_string(value) if isinstance(value, str) else value


def database_alias() -> str:
    """The alias of the database that petitions are kept in."""
    return str(given_options().get("DATABASE", "default"))


def given_secrets() -> Secrets:
    """The secrets that the settings name; ``KeyFileError`` where they name none that will do."""
    own: Secrets | None = _given("SECRETS", None)
    if own is not None:
        return own
    keys = given_options().get("KEYS", ())
    if not keys or isinstance(keys, str | bytes):
        raise KeyFileError(
            'set PETITIONKIT = {"KEYS": [...]}: a list of keys in base64; make one with'
            ' python -c "import base64, secrets; print(base64.b64encode(secrets.token_bytes(32))'
            '.decode())"'
        )
    return KeyRing([_key(one) for one in keys])


def _key(given: str | bytes) -> bytes:
    if isinstance(given, bytes):
        return given
    try:
        return base64.b64decode(given, validate=True)
    except (ValueError, binascii.Error):
        raise KeyFileError("a key in PETITIONKIT is not base64; give text such as AAEC…") from None


@lru_cache(maxsize=16)
def _desk(using: str) -> Desk:
    return Desk(
        DjangoStore(using),
        secrets=given_secrets(),
        clock=_given("CLOCK", timezone.now),
        lists=_given("LISTS", Lists),
        observe=_given("OBSERVE", None),
    )


def site_desk(using: str = "") -> Desk:
    """The desk over the site's database, or that of another alias; made once and then kept.

    Inside ``atomic`` its verbs are part of your transaction. Raises ``KeyFileError`` without
    secrets and ``SchemaVersionError`` where ``migrate`` was not run.
    """
    return _desk(using or database_alias())


def site_now() -> datetime:
    """What the clock of the settings shows."""
    found: datetime = _given("CLOCK", timezone.now)()
    return found


def _forget(*, setting: str, **_: object) -> None:
    if setting == "PETITIONKIT":
        _desk.cache_clear()


# A test that overrides the settings gets a desk of its own.
setting_changed.connect(_forget)
