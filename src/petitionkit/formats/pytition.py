"""Moving in from a Pytition database (Django), whichever of its versions and databases.

Reads Pytition's own tables through a connection that the caller opened (PEP 249: sqlite3,
psycopg, mysqlclient), tables as they are: columns that an older version lacks are taken as
empty. Writes nothing there. Confirmed signatures are handed on; what was never confirmed is
counted and left. Source: Pytition's models and migrations up to 2026.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Protocol, TypeVar
from uuid import UUID

from attrs import define, field

from petitionkit.civil import instant
from petitionkit.counting import SUPPORTERS
from petitionkit.errors import InvalidValueError, UnreadableFileError
from petitionkit.facts import Event, Fact
from petitionkit.formats.html_text import text_of_html
from petitionkit.formats.moving import Moving, Unmoved
from petitionkit.parties import Party, PartyKind
from petitionkit.petition import CountEffect, DeclaredCount, Identifier, Petition, PetitionText
from petitionkit.policy import Policy
from petitionkit.problems import problem
from petitionkit.signature import Channel, Provenance, SignatureDraft, Submission
from petitionkit.windows import deadline

__all__ = ["SYSTEM", "DatabaseConnection", "DatabaseCursor", "read_database"]

SYSTEM = "pytition"
"""The system under which a petition's number there is kept as an identifier."""

_ROWS = 1000  # fetched at a time, so that memory stays flat
# What a petition has there and has no place here: told where it says anything but its default.
_UNMAPPED = MappingProxyType(
    {
        "side_text": "",
        "footer_text": "",
        "footer_links": "",
        "sign_form_footer": "",
        "target": 500,
        "twitter_description": "",
        "twitter_image": "",
        "org_twitter_handle": "",
        "has_newsletter": False,
        "newsletter_text": "",
        "confirmation_email_reply": "",
        "bgcolor": "",
        "gradient_from": "",
        "gradient_to": "",
    }
)

Row = Mapping[str, Any]
T = TypeVar("T")


class DatabaseCursor(Protocol):
    """What is asked of a cursor (PEP 249)."""

    @property
    def description(self) -> Sequence[Sequence[Any]] | None:
        """The columns of the last query, name first."""
        ...  # pragma: no cover (a protocol's body never runs)

    def execute(self, sql: str, /) -> object:
        """Run a query."""
        ...  # pragma: no cover (a protocol's body never runs)

    def fetchmany(self, size: int, /) -> Sequence[Sequence[Any]]:
        """The next rows."""
        ...  # pragma: no cover (a protocol's body never runs)

    def close(self) -> None:
        """Let the cursor go."""
        ...  # pragma: no cover (a protocol's body never runs)


class DatabaseConnection(Protocol):
    """What is asked of a connection (PEP 249, with the errors as its attributes)."""

    @property
    def Error(self) -> type[Exception]:  # noqa: N802 (PEP 249's name)
        """What the driver raises."""
        ...  # pragma: no cover (a protocol's body never runs)

    def cursor(self) -> DatabaseCursor:
        """A new cursor."""
        ...  # pragma: no cover (a protocol's body never runs)


@define(kw_only=True)
class _Reading:
    """One reading of a database: what is asked of it, and what is looked up for petitions."""

    connection: DatabaseConnection
    policy: Policy
    language: str
    new_id: Callable[[], UUID]
    now: datetime
    slugs: dict[int, tuple[str, ...]] = field(factory=dict)
    organisations: dict[int, str] = field(factory=dict)
    users: dict[int, str] = field(factory=dict)
    confirmed: Counter[int] = field(factory=Counter)
    waiting: Counter[int] = field(factory=Counter)
    first: dict[int, datetime] = field(factory=dict)

    def each(self, table: str, make: Callable[[Row], T], where: str = "") -> Iterator[T]:
        """What is made of each row of a table, in the order of their ids."""
        cursor = self.connection.cursor()
        number = 0
        try:
            cursor.execute(f"SELECT * FROM {table} {where} ORDER BY id")  # noqa: S608 (names are ours)
            names = [str(column[0]) for column in cursor.description or ()]
            while chunk := cursor.fetchmany(_ROWS):
                for cells in chunk:
                    number += 1
                    yield make(dict(zip(names, cells, strict=True)))
        except (self.connection.Error, UnicodeError) as error:  # sqlite3 decodes names itself
            raise UnreadableFileError(
                "pytition.unreadable",
                f"{table} cannot be read ({type(error).__name__}): is this a Pytition database?",
                line=number + 1,
                column=1,
            ) from None
        except InvalidValueError as error:
            raise UnreadableFileError(
                "pytition.wrong_value", f"{table}: {error}", line=number, column=1
            ) from None
        finally:
            with suppress(self.connection.Error):  # whoever read on no more may have closed it all
                cursor.close()

    def look_up(self) -> None:
        """Read once what petitions point to, and count their signatures."""
        for key, slug in self.each("petition_slugmodel", lambda r: (_key(r, "petition_id"), r)):
            self.slugs[key] = (*self.slugs.get(key, ()), _text(slug, "slug"))
        named = self.each("petition_organization", lambda r: (_key(r, "id"), _text(r, "name")))
        self.organisations.update(named)
        people = dict(self.each("auth_user", lambda r: (_key(r, "id"), _full_name(r))))
        owners = self.each("petition_pytitionuser", lambda r: (_key(r, "id"), _key(r, "user_id")))
        self.users.update((key, people.get(user, "")) for key, user in owners)
        for key, proved, at in self.each("petition_signature", _dated):
            (self.confirmed if proved else self.waiting)[key] += 1
            if proved and at is not None:
                self.first[key] = min(self.first.get(key, at), at)

    def petition(self, row: Row) -> Moving | Unmoved:
        """What is handed on of a row of the petitions' table, or why it is not."""
        key = _key(row, "id")
        try:
            return self._moving(row, key)
        except InvalidValueError as error:
            return Unmoved(
                identifier=_identifier(key),
                theirs=self.confirmed[key],
                error=UnreadableFileError("pytition.wrong_value", f"petition_petition: {error}"),
            )

    def _moving(self, row: Row, key: int) -> Moving:
        paper = _key(row, "paper_signatures") if row.get("paper_signatures_enabled") else 0
        waiting = self.waiting[key]
        told = [name for name, usual in _UNMAPPED.items() if row.get(name) not in (usual, None, "")]
        return Moving(
            petition=Petition(
                id=self.new_id(),
                starter=self._owner(row),
                texts=(
                    PetitionText(
                        language=self.language,
                        title=_text(row, "title"),
                        body=text_of_html(_text(row, "text")),
                    ),
                ),
                identifiers=(_identifier(key),),
                slugs=tuple(dict.fromkeys(self.slugs.get(key, ()))),
                declared=self._paper(key, paper),
                facts=self._facts(row, key),
            ),
            theirs=self.confirmed[key] + paper,
            submissions=self.each(
                "petition_signature", self._submission, f"WHERE petition_id = {key:d} AND confirmed"
            ),
            unmapped=(*told, *((f"unconfirmed signatures: {waiting}",) if waiting else ())),
        )

    def _facts(self, row: Row, key: int) -> tuple[Fact, ...]:
        """Begun, and opened where it is published and no moderator took it down.

        It opened with its first signature where it was published anew since.
        """
        first = self.first.get(key)
        begun = _moment(row, "creation_date") or first or self.now
        published = _moment(row, "publication_date") or begun
        opened = min(published, first or published)
        moments = [(Event.STARTED, "creation_date", min(begun, opened))]
        if row.get("published") and not row.get("moderated"):
            moments.append((Event.OPENED, "publication_date", opened))
        return tuple(
            Fact(
                event=event,
                at=at,
                recorded_at=self.now,
                rule=f"{SYSTEM}:{column}",
                until=deadline(self.policy, at) if event is Event.OPENED else None,
            )
            for event, column, at in moments
        )

    def _paper(self, key: int, amount: int) -> tuple[DeclaredCount, ...]:
        if not amount:
            return ()
        return (
            DeclaredCount(
                counter=SUPPORTERS,
                amount=amount,
                source=f"{SYSTEM}:{key}:paper",
                as_of=self.now,
                recorded_at=self.now,
                effect=CountEffect.ADDS,
            ),
        )

    def _owner(self, row: Row) -> Party | None:
        organisation = self.organisations.get(_key(row, "org_id"))
        if organisation:
            return Party(kind=PartyKind.ORGANISATION, name=organisation)
        person = self.users.get(_key(row, "user_id"))
        return Party(kind=PartyKind.PERSON, name=person) if person else None

    def _submission(self, row: Row) -> Submission:
        given, family = _text(row, "first_name"), _text(row, "last_name")
        return Submission(
            draft=SignatureDraft(
                name=f"{given} {family}".strip(),
                given_name=given if family else "",
                family_name=family if given else "",
                email=_text(row, "email"),
                phone=_text(row, "phone"),
                language=self.language,
            ),
            signed_at=_moment(row, "date"),
            provenance=Provenance(
                channel=Channel.IMPORT,
                source=f"{SYSTEM}:{_key(row, 'petition_id')}",
                line=_key(row, "id"),
            ),
        )


def read_database(
    connection: DatabaseConnection,
    *,
    policy: Policy,
    language: str,
    new_id: Callable[[], UUID],
    now: datetime,
) -> Iterator[Moving | Unmoved]:
    """Hand on every petition of a Pytition database, oldest first.

    ``policy`` gives the deadline that they open with (Pytition has none), ``language`` is that
    of the texts, and ``new_id`` makes ids. A petition that says what none here may comes as
    ``Unmoved``. Raises ``UnreadableFileError`` where a table is missing or another row says what
    it cannot: it names the table, and ``line`` counts the rows that were read of it.
    """
    reading = _Reading(
        connection=connection, policy=policy, language=language, new_id=new_id, now=now
    )
    reading.look_up()
    yield from reading.each("petition_petition", reading.petition)


def _identifier(key: int) -> Identifier:
    return Identifier(system=SYSTEM, value=str(key))


def _dated(row: Row) -> tuple[int, bool, datetime | None]:
    return _key(row, "petition_id"), bool(row.get("confirmed")), _moment(row, "date")


def _full_name(row: Row) -> str:
    full = f"{_text(row, 'first_name')} {_text(row, 'last_name')}".strip()
    return full or _text(row, "username")


def _key(row: Row, column: str) -> int:
    """A whole number; 0 where there is none."""
    found = row.get(column) or 0
    if not isinstance(found, int) or found < 0:
        raise InvalidValueError([problem("wrong_type", column, expected="a whole number")])
    return int(found)


def _text(row: Row, column: str) -> str:
    found = row.get(column) or ""
    if not isinstance(found, str):
        raise InvalidValueError([problem("wrong_type", column, expected="text")])
    return found


def _moment(row: Row, column: str) -> datetime | None:
    """An instant as SQLite, MySQL or PostgreSQL hand it on; without an offset it is UTC."""
    found = row.get(column)
    if found is None:
        return None
    try:
        at = found if isinstance(found, datetime) else datetime.fromisoformat(str(found))
    except ValueError:
        raise InvalidValueError([problem("not_an_instant", column)]) from None
    return instant(at if at.tzinfo else at.replace(tzinfo=UTC))
