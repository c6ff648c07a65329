"""The service over loopback, on a database of its own, with a clock that moves when it is told."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from attrs import define
from petition_api.api import create_app
from petition_api.office import Office, Table
from postgres_server import a_database, empty
from sqlalchemy import Engine, create_engine

from petitionkit.keys import KeyRing
from petitionkit.testing.clock import FrozenClock

STAFF = {"Authorization": "Bearer of the staff"}
ANA: dict[str, Any] = {"name": "Ana Díaz", "email": "ana@example.org", "consents": ["terms"]}


@contextmanager
def served(app: Any) -> Iterator[str]:  # noqa: ANN401 (any ASGI app)
    """An app on a free port of loopback, in a thread; its address."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@define
class Bench:
    """The service and what its tests ask of it."""

    engine: Engine
    url: str
    office: Office
    clock: FrozenClock
    client: httpx.Client

    def opened(self, title: str = "Save the library") -> str:
        """A petition that is open for signatures; its id."""
        form = {"title": title, "body": "It closes in May.", "starter": "Bo Berg"}
        started = self.client.post("/petitions", json=form)
        assert started.status_code == 201, started.text
        petition_id: str = started.json()["id"]
        self.decide(petition_id, verdict="approve")
        return petition_id

    def decide(self, petition_id: str, **decision: object) -> httpx.Response:
        """Decide on a petition as it lies in the queue."""
        queue = self.client.get("/staff/queue", headers=STAFF).json()
        version = next(one["version"] for one in queue if one["id"] == petition_id)
        return self.client.post(
            f"/staff/petitions/{petition_id}/decisions",
            headers=STAFF,
            json={"version": version, **decision},
        )

    def sign(self, petition_id: str, form: object = None, via: str = "") -> httpx.Response:
        """Fill in the form."""
        path = f"/petitions/{petition_id}/signatures"
        return self.client.post(path, json=form or ANA, params={"via": via})

    def shown(self, petition_id: str) -> dict[str, Any]:
        """The petition as everybody sees it."""
        found: dict[str, Any] = self.client.get(f"/petitions/{petition_id}").json()
        return found

    def supporters(self, petition_id: str) -> int:
        """How many count."""
        return int(self.shown(petition_id)["standing"]["supporters"])

    def arrivals(self, petition_id: str) -> dict[str, int]:
        """What the service's own table says."""
        path = f"/staff/petitions/{petition_id}/arrivals"
        found: dict[str, int] = self.client.get(path, headers=STAFF).json()["by_way"]
        return found


@pytest.fixture(scope="session")
def everything() -> Iterator[Bench]:
    clock = FrozenClock()
    with a_database(quick=True) as url:
        engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:", 1))
        Office.migrate(engine)
        Office.migrate(engine)
        office = Office(engine, secrets=KeyRing([bytes(32)]), clock=clock)
        app = create_app(office, staff_token="of the staff")  # noqa: S106 (of tests alone)
        with served(app) as address, httpx.Client(base_url=address) as client:
            yield Bench(engine=engine, url=url, office=office, clock=clock, client=client)
        engine.dispose()


@pytest.fixture
def bench(everything: Bench) -> Bench:
    """As at the beginning."""
    empty(everything.url)
    with everything.engine.begin() as connection:
        for table in Table.metadata.sorted_tables:
            connection.execute(table.delete())
    everything.clock.now = FrozenClock().now
    return everything
