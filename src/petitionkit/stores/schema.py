"""The schema of the SQL stores: its versions, and what each of them adds.

Column types are those that Django's fields have on SQLite. Nothing is applied by itself: an
embedder calls ``migrate`` or takes the SQL from here.
"""

from collections.abc import Sequence

from petitionkit.rows import ATTEMPT_COLUMNS, NOTICE_COLUMNS, SIGNATURE_COLUMNS

__all__ = ["MIN_READER", "SCHEMA_VERSION", "schema_sql"]

_TYPES = {
    "line": "integer NOT NULL",
    "generation": "integer NOT NULL",
    "withdrawn_at": "datetime",
    "invalidated_at": "datetime",
    "bounced_at": "datetime",
    "mailed_at": "datetime",
    "due_at": "datetime",
    "signature_id": "char(32)",
    "attempt_id": "char(32)",
    "particulars": "text",
}


def _columns(names: Sequence[str]) -> str:
    return ", ".join(f"{name} {_TYPES.get(name, 'text NOT NULL')}" for name in names)


_VERSION_1 = (
    "CREATE TABLE petitionkit_schema (version integer NOT NULL, min_reader integer NOT NULL)",
    "CREATE TABLE petitionkit_policy (digest text PRIMARY KEY, document text NOT NULL)",
    "CREATE TABLE petitionkit_realm (number integer PRIMARY KEY, name text NOT NULL UNIQUE)",
    "CREATE TABLE petitionkit_key (number integer PRIMARY KEY, name text NOT NULL UNIQUE)",
    "CREATE TABLE petitionkit_petition (number integer PRIMARY KEY,"
    " id char(32) NOT NULL UNIQUE, office text NOT NULL, realm integer NOT NULL,"
    " body text NOT NULL, version integer NOT NULL, state text NOT NULL, due_at datetime)",
    "CREATE INDEX petitionkit_petition_due ON petitionkit_petition (due_at, id)"
    " WHERE due_at IS NOT NULL",
    "CREATE TABLE petitionkit_name (office text NOT NULL, system text NOT NULL,"
    " value text NOT NULL, petition integer NOT NULL, PRIMARY KEY (office, system, value))",
    "CREATE TABLE petitionkit_fact (petition integer NOT NULL, position integer NOT NULL,"
    " document text NOT NULL, PRIMARY KEY (petition, position))",
    "CREATE TABLE petitionkit_signature (number integer PRIMARY KEY AUTOINCREMENT,"
    f" petition integer NOT NULL, {_columns(SIGNATURE_COLUMNS)})",
    "CREATE UNIQUE INDEX petitionkit_signature_id ON petitionkit_signature (id)",
    "CREATE INDEX petitionkit_signature_order ON petitionkit_signature (petition, number)",
    "CREATE TABLE petitionkit_claim (realm integer NOT NULL, digest blob NOT NULL,"
    " slot integer NOT NULL, key integer NOT NULL, signature integer NOT NULL,"
    " PRIMARY KEY (realm, digest, slot)) WITHOUT ROWID",
    "CREATE INDEX petitionkit_claim_signature ON petitionkit_claim (signature)",
    "CREATE TABLE petitionkit_attempt (number integer PRIMARY KEY, petition integer NOT NULL,"
    f" {_columns(ATTEMPT_COLUMNS)})",
    "CREATE UNIQUE INDEX petitionkit_attempt_id ON petitionkit_attempt (id)",
    "CREATE INDEX petitionkit_attempt_mailbox"
    " ON petitionkit_attempt (petition, mailbox, mailed_at)",
    "CREATE INDEX petitionkit_attempt_due ON petitionkit_attempt (due_at, id)"
    " WHERE due_at IS NOT NULL",
    "CREATE TABLE petitionkit_amendment (number integer PRIMARY KEY, signature integer NOT NULL,"
    " document text NOT NULL)",
    "CREATE INDEX petitionkit_amendment_signature ON petitionkit_amendment (signature, number)",
    "CREATE TABLE petitionkit_trace (number integer PRIMARY KEY, petition integer NOT NULL,"
    " office text NOT NULL, source text NOT NULL, role text NOT NULL, at datetime NOT NULL,"
    " until datetime NOT NULL)",
    "CREATE INDEX petitionkit_trace_source ON petitionkit_trace (source, at)",
    "CREATE INDEX petitionkit_trace_until ON petitionkit_trace (until)",
    "CREATE TABLE petitionkit_delta (number integer PRIMARY KEY, petition integer NOT NULL,"
    " at datetime NOT NULL, counters text NOT NULL, amount integer NOT NULL)",
    "CREATE TABLE petitionkit_count (petition integer NOT NULL, counter text NOT NULL,"
    " amount integer NOT NULL, gained integer NOT NULL, as_of datetime NOT NULL,"
    " PRIMARY KEY (petition, counter)) WITHOUT ROWID",
    "CREATE TABLE petitionkit_level (petition integer NOT NULL, counter text NOT NULL,"
    " level integer NOT NULL, since datetime NOT NULL, reached_at datetime,"
    " stale bool NOT NULL, skip integer NOT NULL, PRIMARY KEY (petition, counter, level))"
    " WITHOUT ROWID",
    "CREATE TABLE petitionkit_notice (number integer PRIMARY KEY AUTOINCREMENT,"
    f" {_columns(NOTICE_COLUMNS)})",
    "CREATE UNIQUE INDEX petitionkit_notice_id ON petitionkit_notice (id)",
)

_VERSIONS = (_VERSION_1,)

SCHEMA_VERSION = len(_VERSIONS)
"""The version that this petitionkit writes."""

MIN_READER = 1
"""The oldest schema version whose petitionkit can still work with what this one writes."""


def schema_sql(since: int = 0) -> tuple[str, ...]:
    """Statements that lead from one version of the schema (0: nothing) to the newest."""
    return tuple(statement for version in _VERSIONS[since:] for statement in version)
