"""A database as Pytition's migrations make it on SQLite, as far as it is read."""

import sqlite3
from collections.abc import Mapping, Sequence

__all__ = ["SCHEMA", "pytition_database"]

# Tables and columns of Pytition's models, as Django names them. What it keeps of a petition's
# look is left out but for a few columns.
SCHEMA = """
CREATE TABLE auth_user (id integer PRIMARY KEY, username varchar(150), first_name varchar(30),
    last_name varchar(150));
CREATE TABLE petition_pytitionuser (id integer PRIMARY KEY, user_id integer,
    moderated bool NOT NULL DEFAULT 0);
CREATE TABLE petition_organization (id integer PRIMARY KEY, name varchar(200),
    slugname varchar(200));
CREATE TABLE petition_petition (id integer PRIMARY KEY, title text, text text,
    side_text text DEFAULT '', target integer DEFAULT 500, org_id integer, user_id integer,
    twitter_description varchar(200) DEFAULT '', has_newsletter bool DEFAULT 0,
    published bool DEFAULT 1, moderated bool DEFAULT 0, paper_signatures integer DEFAULT 0,
    paper_signatures_enabled bool DEFAULT 0, creation_date datetime,
    last_modification_date datetime, publication_date datetime);
CREATE TABLE petition_slugmodel (id integer PRIMARY KEY, slug varchar(200), petition_id integer);
CREATE TABLE petition_signature (id integer PRIMARY KEY, first_name varchar(50),
    last_name varchar(50), phone varchar(20) DEFAULT '', email varchar(254),
    confirmation_hash varchar(128), confirmed bool, petition_id integer,
    subscribed_to_mailinglist bool DEFAULT 0, date datetime, ipaddress text);
"""


def pytition_database(
    *, schema: str = SCHEMA, path: str = ":memory:", **tables: Sequence[Mapping[str, object]]
) -> sqlite3.Connection:
    """A connection to a database with these rows, by the table's name without its prefix."""
    connection = sqlite3.connect(path)
    connection.executescript(schema)
    for name, rows in tables.items():
        table = name if name.startswith("auth_") else f"petition_{name}"
        for row in rows:
            marks = ", ".join("?" for _ in row)
            connection.execute(
                f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})",
                tuple(row.values()),
            )
    connection.commit()
    return connection
