"""The version of petitionkit: of the package, and of the engine named in facts."""

__all__ = ["ENGINE", "__version__"]

__version__ = "0.1.0"
ENGINE = f"petitionkit {__version__}"
"""Stands in every fact, so that a decision can be checked by the rules it was made with."""
