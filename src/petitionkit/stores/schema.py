"""The schema of the SQL stores: its versions, and what each of them adds.

One text for all databases; the types in braces are the dialect's, as Django's fields have
them. Nothing is applied by itself: an embedder calls ``migrate``, runs Django's migrations or
takes the SQL from here. A version that only adds columns with a default, tables or indexes leaves
the readers of the version before at work; one that does more raises ``MIN_READER``.
"""

from collections.abc import Sequence

from petitionkit.rows import ATTEMPT_COLUMNS, DISPATCH_COLUMNS, SIGNATURE_COLUMNS
from petitionkit.stores.dialect import DIALECTS

__all__ = ["MIN_READER", "SCHEMA_VERSION", "schema_sql"]

_TYPES = {
    "id": "{uuid} NOT NULL UNIQUE",
    "petition_id": "{uuid} NOT NULL",
    "signature_id": "{uuid}",
    "attempt_id": "{uuid}",
    "line": "{integer} NOT NULL",
    "generation": "{integer} NOT NULL",
    "tries": "{integer} NOT NULL",
    "signed_at": "{instant} NOT NULL",
    "counted_at": "{instant} NOT NULL",
    "withdrawn_at": "{instant}",
    "invalidated_at": "{instant}",
    "bounced_at": "{instant}",
    "mailed_at": "{instant}",
    "due_at": "{instant}",
    "received_at": "{instant} NOT NULL",
    "expires_at": "{instant} NOT NULL",
    "at": "{instant} NOT NULL",
    "particulars": "{text}",
}


def _columns(names: Sequence[str]) -> str:
    return ", ".join(f"{name} {_TYPES.get(name, '{text} NOT NULL')}" for name in names)


_DELTA = (
    "petition {integer} NOT NULL, at {instant} NOT NULL, counters {text} NOT NULL,"
    " amount {integer} NOT NULL"
)

_VERSION_1 = (
    "CREATE TABLE petitionkit_schema (version {integer} NOT NULL PRIMARY KEY,"
    " min_reader {integer} NOT NULL)",
    "CREATE TABLE petitionkit_policy (digest {text} NOT NULL PRIMARY KEY,"
    " document {text} NOT NULL)",
    "CREATE TABLE petitionkit_realm (number {serial}, name {text} NOT NULL UNIQUE)",
    "CREATE TABLE petitionkit_key (number {serial}, name {text} NOT NULL UNIQUE)",
    "CREATE TABLE petitionkit_petition (number {serial}, id {uuid} NOT NULL UNIQUE,"
    " office {text} NOT NULL, realm {integer} NOT NULL, body {text} NOT NULL,"
    " version {integer} NOT NULL, state {text} NOT NULL, as_of {instant} NOT NULL,"
    " due_at {instant}, begun_at {instant} NOT NULL)",
    "CREATE INDEX petitionkit_petition_due ON petitionkit_petition (due_at, id)"
    " WHERE due_at IS NOT NULL",
    "CREATE INDEX petitionkit_petition_begun ON petitionkit_petition (begun_at, id)",
    "CREATE INDEX petitionkit_petition_state ON petitionkit_petition (state, begun_at, id)",
    "CREATE INDEX petitionkit_petition_as_of ON petitionkit_petition (as_of)",
    # A facet repeats what lists are ordered and chosen by, so that one index has it all.
    "CREATE TABLE petitionkit_facet (petition {integer} NOT NULL, kind {text} NOT NULL,"
    " value {text} NOT NULL, state {text} NOT NULL, begun_at {instant} NOT NULL,"
    " id {uuid} NOT NULL, PRIMARY KEY (petition, kind, value))",
    "CREATE INDEX petitionkit_facet_value ON petitionkit_facet (kind, value, state, begun_at, id)",
    "CREATE TABLE petitionkit_name (office {text} NOT NULL, system {text} NOT NULL,"
    " value {text} NOT NULL, petition {integer} NOT NULL, PRIMARY KEY (office, system, value))",
    "CREATE INDEX petitionkit_name_petition ON petitionkit_name (petition)",
    "CREATE TABLE petitionkit_fact (petition {integer} NOT NULL, position {integer} NOT NULL,"
    " document {text} NOT NULL, PRIMARY KEY (petition, position))",
    "CREATE TABLE petitionkit_signature (number {serial},"
    f" petition {{integer}} NOT NULL, {_columns(SIGNATURE_COLUMNS)})",
    "CREATE INDEX petitionkit_signature_order ON petitionkit_signature (petition, number)",
    "CREATE TABLE petitionkit_claim (realm {integer} NOT NULL, digest {bytes} NOT NULL,"
    " slot {integer} NOT NULL, key {integer} NOT NULL, signature {integer} NOT NULL,"
    " PRIMARY KEY (realm, digest, slot))",
    "CREATE INDEX petitionkit_claim_signature ON petitionkit_claim (signature)",
    f"CREATE TABLE petitionkit_attempt (number {{serial}}, petition {{integer}} NOT NULL,"
    f" {_columns(ATTEMPT_COLUMNS)})",
    "CREATE INDEX petitionkit_attempt_mailbox"
    " ON petitionkit_attempt (petition, mailbox, mailed_at)",
    "CREATE INDEX petitionkit_attempt_signature ON petitionkit_attempt (signature_id)"
    " WHERE signature_id IS NOT NULL",
    "CREATE INDEX petitionkit_attempt_due ON petitionkit_attempt (due_at, id)"
    " WHERE due_at IS NOT NULL",
    "CREATE INDEX petitionkit_attempt_pending ON petitionkit_attempt (petition, number)"
    " WHERE signature_id IS NULL",
    "CREATE TABLE petitionkit_amendment (number {serial}, signature {integer} NOT NULL,"
    " document {text} NOT NULL)",
    "CREATE INDEX petitionkit_amendment_order ON petitionkit_amendment (signature, number)",
    "CREATE TABLE petitionkit_trace (number {serial}, petition {integer} NOT NULL,"
    " office {text} NOT NULL, source {text} NOT NULL, role {text} NOT NULL,"
    " at {instant} NOT NULL, until {instant} NOT NULL)",
    "CREATE INDEX petitionkit_trace_source ON petitionkit_trace (source, at)",
    "CREATE INDEX petitionkit_trace_until ON petitionkit_trace (until)",
    f"CREATE TABLE petitionkit_unfolded (number {{serial}}, {_DELTA})",
    "CREATE INDEX petitionkit_unfolded_petition ON petitionkit_unfolded (petition)",
    f"CREATE TABLE petitionkit_delta (number {{integer}} NOT NULL PRIMARY KEY, {_DELTA})",
    "CREATE INDEX petitionkit_delta_order ON petitionkit_delta (petition, at, number)",
    "CREATE TABLE petitionkit_count (petition {integer} NOT NULL, counter {text} NOT NULL,"
    " amount {integer} NOT NULL, gained {integer} NOT NULL, as_of {instant} NOT NULL,"
    " PRIMARY KEY (petition, counter))",
    "CREATE TABLE petitionkit_level (petition {integer} NOT NULL, counter {text} NOT NULL,"
    " level {integer} NOT NULL, since {instant} NOT NULL, reached_at {instant},"
    " stale {bool} NOT NULL, skip {integer} NOT NULL, PRIMARY KEY (petition, counter, level))",
    f"CREATE TABLE petitionkit_notice (number {{serial}}, {_columns(DISPATCH_COLUMNS)})",
    "CREATE INDEX petitionkit_notice_due ON petitionkit_notice (due_at, number)"
    " WHERE due_at IS NOT NULL",
)

_VERSIONS = (_VERSION_1,)

SCHEMA_VERSION = len(_VERSIONS)
"""The version that this petitionkit writes."""

MIN_READER = 1
"""The oldest schema version whose petitionkit can still work with what this one writes."""


def schema_sql(
    dialect: str = "sqlite", *, since: int = 0, to: int | None = None
) -> tuple[str, ...]:
    """Statements that lead from one version of the schema (0: nothing) to another.

    ``dialect`` is ``sqlite`` or ``postgresql``; without ``to`` they lead to the newest version.
    The last one writes the version down. Run all in one transaction, from a migration tool of
    your own if you have one.
    """
    to = len(_VERSIONS) if to is None else to
    types = DIALECTS[dialect].types
    steps = [statement.format_map(types) for step in _VERSIONS[since:to] for statement in step]
    if not steps:
        return ()
    return (
        *steps,
        "DELETE FROM petitionkit_schema",
        f"INSERT INTO petitionkit_schema VALUES ({to}, {MIN_READER})",
    )
