"""Versions that live side by side, read from the constants that hold them."""

import json
from io import BytesIO

from petitionkit import policy
from petitionkit.duplicates import rule_sets
from petitionkit.formats.jsonl import write_records
from petitionkit.mailboxes import MAILBOX_RECIPE, MAILBOX_RECIPES
from petitionkit.stores.schema import MIN_READER, SCHEMA_VERSION
from petitionkit.version import ENGINE, __version__
from tables.codes import rows


def own_files() -> str:
    """The version of the files that are written as JSON Lines, read from an empty one."""
    file = BytesIO()
    write_records(file, ())
    head: dict[str, int] = json.loads(file.getvalue().partition(b"\n")[0])
    return str(head["petitionkit"])


def versions() -> str:
    """What has a version of its own, which one is written now, and which ones are read."""
    recipes = ", ".join(map(str, sorted(MAILBOX_RECIPES)))
    sets = [rule_sets.load(name) for name in rule_sets.names()]
    return rows(
        ("what", "written now", "read", "where it stands"),
        ("package", f"`{__version__}`", "-", "`petitionkit.__version__`"),
        ("engine", f"`{ENGINE}`", "every one", "in each fact: the version that decided"),
        (
            "schema of SQL stores",
            str(SCHEMA_VERSION),
            f"{SCHEMA_VERSION}; older ones after `migrate`; written so that programs of schema "
            f"{MIN_READER} on can still work with it",
            "in the store, table `petitionkit_schema`",
        ),
        ("format of policies", str(policy.FORMAT), str(policy.FORMAT), "`format` in each policy"),
        (
            "recipe for mailboxes",
            str(MAILBOX_RECIPE),
            f"{recipes}; those of your own from 1000 on",
            "inside each claim",
        ),
        ("files of petitionkit's own", own_files(), own_files(), "first line of each file"),
        *(
            (
                f"rule set `{one.name}`",
                f"`{one.digest}`",
                "any rule set file",
                "in each proposal and review",
            )
            for one in sets
        ),
    )
