"""The service as its environment has it: ``uvicorn --factory petition_api.main:app``.

``python -m petition_api.main`` makes the tables.
"""

import os

from fastapi import FastAPI
from sqlalchemy import create_engine

from petition_api.api import create_app
from petition_api.office import Office

__all__ = ["app"]


def app() -> FastAPI:
    """Make the app, in each process that serves it."""
    return create_app(Office.from_environment(), staff_token=os.environ.get("STAFF_TOKEN", ""))


if __name__ == "__main__":
    Office.migrate(create_engine(os.environ["DATABASE_URL"]))
