"""``manage.py petition_tick``: record what has followed by itself.

No answer depends on it; it keeps lists quick and sends notices on their way.
"""

from django.core.management.base import BaseCommand, CommandParser

from petitionkit.civil import instant_text
from petitionkit.django.desk import site_desk

__all__ = ["Command"]


class Command(BaseCommand):
    """Run ``desk.tick`` until nothing more is due."""

    help = "Record what has followed by itself: deadlines, thresholds, reminders. Run it often."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the database and how much is done in one go."""
        parser.add_argument("--database", default="", help="Alias of the database.")
        parser.add_argument("--limit", type=int, default=100, help="Petitions a turn.")

    def handle(self, *_: object, database: str, limit: int, **__: object) -> None:
        """Tick, turn after turn."""
        desk = site_desk(database)
        ticked = desk.tick(limit=limit)
        settled = ticked.settled
        while ticked.more:
            ticked = desk.tick(limit=limit)
            settled += ticked.settled
        following = instant_text(ticked.next_at) if ticked.next_at else "never, as things are"
        self.stdout.write(f"settled {settled}; next: {following}")
