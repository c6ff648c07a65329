"""The service's own rows and petitionkit's are there together, or neither is."""

from uuid import UUID

import pytest
from petition_api import office as module
from petition_api.office import Arrival, Office
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from fastapi_app.conftest import ANA, Bench
from petitionkit.desk import Desk
from petitionkit.errors import StoreUnavailableError
from petitionkit.keys import KeyRing
from petitionkit.outcomes import Received
from petitionkit.signature import SignatureDraft

DRAFT = SignatureDraft(name="Ana", email="ana@example.org", consents=("terms",))


def rows(bench: Bench) -> tuple[int, int]:
    """How many arrivals there are, and how many letters are due to signers."""
    with Session(bench.engine) as session:
        arrived = session.execute(select(func.count()).select_from(Arrival)).scalar_one()
    desk = bench.office.desk
    return arrived, len([one for one in desk.notices() if desk.letter(one)])


def signs(session: Session, desk: Desk, petition_id: str) -> None:
    assert desk.sign(UUID(petition_id), DRAFT) == Received()
    session.add(Arrival(petition_id=UUID(petition_id), via="poster"))
    session.flush()


def test_both_are_committed(bench: Bench) -> None:
    petition_id = bench.opened()
    assert bench.sign(petition_id, via="poster").status_code == 202
    assert rows(bench) == (1, 1)
    assert bench.arrivals(petition_id) == {"poster": 1}


def test_both_are_rolled_back(bench: Bench) -> None:
    petition_id = bench.opened()

    def work(session: Session, desk: Desk) -> None:
        signs(session, desk, petition_id)
        raise KeyError("the app changes its mind")

    with pytest.raises(KeyError):
        bench.office.within(work)
    assert rows(bench) == (0, 0)


def test_a_row_of_the_apps_that_fails_takes_the_signature_with_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    petition_id = bench.opened()

    def nowhere(**_: object) -> Arrival:
        return Arrival(petition_id=UUID(petition_id), via=None)

    with monkeypatch.context() as patched:
        patched.setattr("petition_api.api.Arrival", nowhere)
        assert bench.sign(petition_id).status_code == 503
    assert rows(bench) == (0, 0)


def test_a_refused_form_leaves_neither(bench: Bench) -> None:
    petition_id = bench.opened()
    bench.clock.advance(years=2)
    assert bench.sign(petition_id).status_code == 409
    assert rows(bench) == (0, 0)


def test_what_others_stood_in_the_way_of_is_done_again_from_the_start(bench: Bench) -> None:
    petition_id = bench.opened()
    tries: list[int] = []

    def work(session: Session, desk: Desk) -> None:
        tries.append(1)
        signs(session, desk, petition_id)
        if len(tries) < 3:
            raise StoreUnavailableError("a deadlock", retryable=True)

    bench.office.within(work)
    assert len(tries) == 3
    assert rows(bench) == (1, 1)


def test_it_gives_up_in_the_end_and_says_when_to_come_again(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    petition_id = bench.opened()
    tries: list[int] = []

    def locked(*_: object, **__: object) -> None:
        tries.append(1)
        raise StoreUnavailableError("a deadlock", retryable=True)

    monkeypatch.setattr(Desk, "sign", locked)
    answer = bench.client.post(f"/petitions/{petition_id}/signatures", json=ANA)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert answer.json()["detail"] == ""
    assert len(tries) == module._TRIES  # noqa: SLF001 (as often as it says)


def test_an_office_is_opened_as_the_environment_says(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = bench.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("PETITIONKIT_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    petition_id = UUID(bench.opened())
    opened = Office.from_environment()
    assert opened.within(lambda _, desk: desk.petition(petition_id)).id == petition_id
    opened.close()


def test_a_database_that_is_gone_is_said_to_be(bench: Bench) -> None:
    engine = create_engine(bench.engine.url)
    office = Office(engine, secrets=KeyRing([bytes(32)]))
    engine.dispose()
    elsewhere = bench.engine.url.set(query={}, host="127.0.0.1", port=1)
    office._engine = create_engine(elsewhere)  # noqa: SLF001 (as if it had stopped)
    with pytest.raises(StoreUnavailableError):
        office.within(lambda *_: None)
