"""A roll into SQLite, with everything on: validation, identity, claims, counters, levels."""

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import closing
from pathlib import Path

import bare_lines
import floors
from measuring import Line, Setting, by_turns, fresh, rate
from signers import ONE_CLAIM, TWO_CLAIMS, an_open_petition, write_roll

from petitionkit.cli.importing import at_rest, validating
from petitionkit.formats.roll import RollLine, inspect_roll
from petitionkit.formats.roll_intake import Dating, take_in
from petitionkit.outcomes import Duplicate
from petitionkit.policy import Policy
from petitionkit.stores.sqlite import SQLiteStore, migrate


class Watcher:
    """Nobody looks."""

    def accepted(self, line: RollLine) -> None:
        pass

    def duplicate(self, line: RollLine, outcome: Duplicate, *, same_roll: bool) -> None:
        pass

    def refused(self, line: RollLine, problems: object) -> None:
        pass


def import_roll(path: Path, roll: Path, policy: Policy, pool: Executor | None = None) -> int:
    """As the command does it: the file read through first, then taken in, then a tick."""
    migrate(path)
    with at_rest(), closing(SQLiteStore(path)) as store:
        desk, petition = an_open_petition(store, policy)
        opening = petition.opening
        assert opening is not None
        dating = Dating(undated=opening.at)
        report = take_in(
            desk, petition.id, inspect_roll(roll), dating=dating, watcher=Watcher(), pool=pool
        )
        desk.tick()
        assert desk.standing(petition.id).supporters == report.accepted
        return report.accepted


def measure(setting: Setting) -> Iterator[Line]:
    lines = setting.lines
    with fresh(setting.folder) as name:
        folder = Path(name)
        roll = write_roll(folder / "roll.csv", lines)

        def floor() -> float:
            with fresh(folder) as here:
                return rate(lines, lambda: floors.import_roll(Path(here) / "floor.db", roll))

        for what, policy, target in (
            ("one claim", ONE_CLAIM, 1.0),
            ("two claims", TWO_CLAIMS, 0.75),
        ):

            def ours(policy: Policy = policy) -> float:
                with fresh(folder) as here:
                    return rate(lines, lambda: import_roll(Path(here) / "ours.db", roll, policy))

            yield by_turns(
                f"import of {lines:,} lines into SQLite, {what} a signer",
                floor,
                ours,
                target=target,
                unit="lines/s",
                rounds=setting.rounds,
            )

        def values_alone() -> float:
            with fresh(folder) as here:
                return rate(lines, lambda: bare_lines.write_values(Path(here) / "bare.db", roll))

        yield by_turns(
            f"the values of {lines:,} lines made and written to SQLite, no rule asked",
            floor,
            values_alone,
            target=None,
            unit="lines/s",
            rounds=setting.rounds,
        )

        def one_process() -> float:
            with fresh(folder) as here:
                return rate(lines, lambda: import_roll(Path(here) / "one.db", roll, ONE_CLAIM))

        def two_processes() -> float:
            """With the second process being started, as the command starts it."""

            def work() -> None:
                with validating(2) as pool:
                    import_roll(Path(here) / "two.db", roll, ONE_CLAIM, pool)

            with fresh(folder) as here:
                return rate(lines, work)

        yield by_turns(
            f"import of {lines:,} lines, two processes that validate, against one process",
            one_process,
            two_processes,
            target=1.3,
            unit="lines/s",
            rounds=setting.rounds,
        )
