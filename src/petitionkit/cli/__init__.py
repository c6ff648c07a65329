"""The command line. Needs the extra ``cli`` (click, rich)."""

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command ``petitionkit``."""
    try:
        from petitionkit.cli.app import app
    except ModuleNotFoundError as error:
        if error.name not in ("click", "rich"):
            raise
        sys.exit("The command line needs its extra: pip install 'petitionkit[cli]'")
    app()
