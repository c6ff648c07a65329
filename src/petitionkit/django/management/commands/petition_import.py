"""``manage.py petition_import``: take a roll of signatures in.

The same roll twice adds nothing, and a run that was killed goes on when it is started again.
"""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from petitionkit.desk import Desk
from petitionkit.django.desk import site_desk
from petitionkit.errors import IllegalStepError, InvalidValueError, UnreadableFileError
from petitionkit.formats.roll import RollLine, inspect_roll, signed_at
from petitionkit.formats.roll_intake import Dating, take_in
from petitionkit.outcomes import Duplicate
from petitionkit.petition import Petition
from petitionkit.problems import Problem
from petitionkit.store import SLUG

__all__ = ["Command"]


class Command(BaseCommand):
    """Take in every line of a roll and say what became of them."""

    help = "Take in a roll of signatures (CSV or tab-separated) that are proved already."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the petition, the file, and what its dates mean."""
        parser.add_argument("petition", help="Slug or id of the petition.")
        parser.add_argument("file", type=Path, help="The roll.")
        parser.add_argument("--office", default="", help="Office that the slug is one of.")
        parser.add_argument("--database", default="", help="Alias of the database.")
        parser.add_argument(
            "--signed-on",
            default="",
            help="When lines without a date were signed: 'now', a day or an instant (ISO 8601).",
        )
        parser.add_argument("--pattern", default="", help="strptime pattern of the roll's dates.")

    def handle(
        self,
        *_: object,
        petition: str,
        file: Path,
        office: str,
        database: str,
        signed_on: str,
        pattern: str,
        **__: object,
    ) -> None:
        """Import, then report; refused and repeated lines are named by number and code alone."""
        desk = site_desk(database)
        found = self._petition(desk, petition, office)
        try:
            report = take_in(
                desk,
                found.id,
                inspect_roll(file),
                dating=_dating(desk, found, signed_on, pattern),
                watcher=self,
            )
        except (IllegalStepError, InvalidValueError, UnreadableFileError) as error:
            raise CommandError(str(error)) from error
        desk.tick()
        self.stdout.write(
            f"{report.accepted} accepted ({report.again} of them before),"
            f" {report.duplicates} duplicates, {report.refused_lines} refused;"
            f" {desk.standing(found.id).supporters} supporters"
        )

    @staticmethod
    def _petition(desk: Desk, named: str, office: str) -> Petition:
        found = desk.find(office, SLUG, named)
        if found is not None:
            return found
        try:
            return desk.petition(UUID(named))
        except (ValueError, LookupError):
            raise CommandError(f"no petition has the slug or id {named}") from None

    def accepted(self, line: RollLine) -> None:
        """See ``RollWatcher.accepted``: only the sum is told."""

    def duplicate(self, line: RollLine, outcome: Duplicate, *, same_roll: bool) -> None:
        """See ``RollWatcher.duplicate``."""
        of = f"line {outcome.line}" if same_roll else f"signature {outcome.of}"
        self.stderr.write(f"line {line.number} repeats {of}")

    def refused(self, line: RollLine, problems: Sequence[Problem]) -> None:
        """See ``RollWatcher.refused``."""
        codes = " ".join(f"{one.field}:{one.code}" for one in problems)
        self.stderr.write(f"line {line.number} refused: {codes}")


def _dating(desk: Desk, petition: Petition, signed_on: str, pattern: str) -> Dating:
    policy, standing = desk.policy(petition.id), desk.standing(petition.id)
    zone = policy.window.zone if policy else "UTC"
    if signed_on in ("", "now"):
        return Dating(zone=zone, undated=standing.at if signed_on else None, pattern=pattern)
    undated = signed_at(signed_on, zone, standing.opened_at or standing.at)
    return Dating(zone=zone, undated=undated, pattern=pattern)
