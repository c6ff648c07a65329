"""Entries: what signers gave, in the one shape that an audit looks at.

Takes signatures of a store or lines of a roll, and takes every part as it comes: an address may
be one line or several, names whole or in parts, anything may be empty. It checks nothing and
refuses nothing; what parts mean for comparing is for ``rows``.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from attrs import field, frozen

from petitionkit.civil import optional_instant
from petitionkit.errors import InvalidValueError
from petitionkit.formats.roll import Roll, read_roll, signed_at
from petitionkit.signature import Signature

__all__ = ["Entry", "entry_of_signature", "read_entries"]


@frozen(kw_only=True)
class Entry:
    """What one signer gave, empty where nothing was; shown in no repr.

    ``id`` tells signatures apart and is the only part that proposals need. ``name`` is whole;
    ``given`` and ``family`` are its parts where the form asks for them. ``address`` is the line
    with street and house. ``birth_date`` is YYYY-MM-DD. ``network`` is the IP address that
    signed, ``source`` where the signature came from (web, paper ...).
    """

    id: str
    name: str = field(default="", repr=False)
    given: str = field(default="", repr=False)
    family: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    town: str = field(default="", repr=False)
    postcode: str = field(default="", repr=False)
    region: str = field(default="", repr=False)
    birth_date: str = field(default="", repr=False)
    network: str = field(default="", repr=False)
    source: str = ""
    signed_at: datetime | None = field(default=None, converter=optional_instant)
