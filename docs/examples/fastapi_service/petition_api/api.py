"""The routes: each asks the desk in one transaction and matches on what it answers.

They are plain functions, which FastAPI runs in threads: the desk and psycopg are synchronous,
and who waits for a lock holds up a thread and not the loop.
"""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, assert_never
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import petitionkit as kit
from petition_api.models import (
    AlreadySigned,
    Arrivals,
    Confirmed,
    Decision,
    Link,
    News,
    Page,
    Pending,
    PetitionShown,
    Received,
    Signing,
    Start,
    Verdict,
)
from petition_api.office import THREADS, Arrival, Office
from petition_api.problems import DeclinedError, install, responses
from petition_api.rules import POLICY
from petitionkit import Capacity, Desk, NotFoundError, Publicity, Purpose, State
from petitionkit.problems import problem

__all__ = ["create_app"]

routes = APIRouter()
_bearer = HTTPBearer(auto_error=False, description="The token of the staff.")
_LISTED = (State.OPEN, State.PAUSED, State.CLOSED)


def _office(request: Request) -> Office:
    office: Office = request.app.state.office
    return office


def _staff(
    request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> None:
    token: str = request.app.state.staff_token
    if not (token and given and secrets.compare_digest(given.credentials, token)):
        raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})


OfOffice = Annotated[Office, Depends(_office)]


def _public(desk: Desk, petition_id: UUID) -> kit.Petition:
    found = desk.proceedings(petition_id)
    match found.publicity if found else Publicity.OFFICE:
        case Publicity.PUBLIC | Publicity.BY_LINK:
            return desk.petition(petition_id)
        case Publicity.GONE:
            raise HTTPException(410, "It was taken away")
        case _:
            raise NotFoundError(f"no petition {petition_id} is shown here")


def _shown(desk: Desk, petition: kit.Petition) -> PetitionShown:
    return PetitionShown.from_value(petition, standing=desk.standing(petition.id))


# Petitions


@routes.post("/petitions", status_code=201, responses=responses(422, 503))
def start(form: Start, office: OfOffice) -> PetitionShown:
    """Start a petition; a moderator looks at it before it opens."""
    text = kit.PetitionText(language=form.language, title=form.title, body=form.body)
    starter = kit.Party(kind="person", name=form.starter)

    def work(_: Session, desk: Desk) -> PetitionShown:
        draft = desk.start(texts=[text], starter=starter)
        return _shown(desk, desk.acting(Capacity.STARTER).submit(draft.id, POLICY))

    return office.within(work)


@routes.get("/petitions", responses=responses(404, 422, 503))
def list_petitions(
    office: OfOffice,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Page:
    """List petitions that are open, paused or closed, the newest first."""

    def work(_: Session, desk: Desk) -> Page:
        found = desk.search(kit.Search(states=_LISTED), after=after, limit=limit)
        shown = [_shown(desk, desk.petition(one.petition_id)) for one in found]
        return Page(petitions=shown, after=shown[-1].id if len(shown) == limit else None)

    return office.within(work)


@routes.get("/petitions/{petition_id}", responses=responses(404, 410, 422, 503))
def show(petition_id: UUID, office: OfOffice) -> PetitionShown:
    """Show a petition and where it stands."""
    return office.within(lambda _, desk: _shown(desk, _public(desk, petition_id)))


# Signing


@routes.post(
    "/petitions/{petition_id}/signatures",
    status_code=202,
    responses=responses(404, 409, 422, 503),
)
def sign(
    petition_id: UUID,
    form: Signing,
    request: Request,
    office: OfOffice,
    via: Annotated[str, Query(pattern="^[a-z0-9-]{0,40}$", description="How they came.")] = "",
) -> Received:
    """Sign. The answer is the same for who has signed already; the mailbox learns more."""
    source = request.client.host if request.client else ""

    def work(session: Session, desk: Desk) -> kit.Received:
        match desk.sign(petition_id, form.draft(), source=source):
            case kit.Received() as received:
                session.add(Arrival(petition_id=petition_id, via=via))
                return received
            case kit.Refused(problems=problems):
                raise DeclinedError(problems)

    return Received.from_value(office.within(work))


@routes.post("/confirmations/preview", responses=responses(410, 422, 503))
def preview(link: Link, office: OfOffice) -> Pending | Confirmed | AlreadySigned:
    """Tell what a link would do and change nothing; show the name, and a button."""
    match office.within(lambda _, desk: desk.look_at(link.token)):
        case kit.Pending() as pending:
            return Pending.from_value(pending)
        case kit.Confirmed() as confirmed:
            return Confirmed.from_value(confirmed)
        case kit.AlreadySigned() as already:
            return AlreadySigned.from_value(already)
        case kit.Refused(problems=problems):
            raise DeclinedError(problems)
        case never:
            assert_never(never)


@routes.post("/confirmations", responses=responses(409, 410, 422, 503))
def confirm(link: Link, office: OfOffice) -> Confirmed | AlreadySigned:
    """Confirm a signature by the link of its letter; again, the answer is the same."""

    def work(_: Session, desk: Desk) -> Confirmed | AlreadySigned:
        match desk.confirm(link.token):
            case kit.Confirmed(signature_id=signature_id) as confirmed:
                token = desk.token_for(signature_id, Purpose.WITHDRAW, days=365)
                return Confirmed.from_value(confirmed, withdrawal=token)
            case kit.AlreadySigned() as already:
                return AlreadySigned.from_value(already)
            case kit.Refused(problems=problems):
                raise DeclinedError(problems)

    return office.within(work)


@routes.post("/withdrawals", status_code=204, responses=responses(404, 409, 410, 422, 503))
def withdraw(link: Link, office: OfOffice) -> Response:
    """Take a signature back; its signer may sign again."""

    def work(_: Session, desk: Desk) -> None:
        signature = desk.open_link(link.token, Purpose.WITHDRAW)
        if isinstance(signature, kit.Refused):
            raise DeclinedError(signature.problems)
        answer = desk.withdraw(signature.id)
        if isinstance(answer, kit.Refused):
            raise DeclinedError(answer.problems)

    office.within(work)
    return Response(status_code=204)


@routes.post("/unsubscriptions", status_code=204, responses=responses(409, 410, 422, 503))
def unsubscribe(token: str, office: OfOffice) -> Response:
    """Send no more news; the signature goes on counting. Mail programs post here (RFC 8058)."""

    def work(_: Session, desk: Desk) -> None:
        signature = desk.open_link(token, Purpose.UNSUBSCRIBE)
        if isinstance(signature, kit.Refused):
            raise DeclinedError(signature.problems)
        desk.unsubscribe(signature.id, "updates")  # refused where it was done before: as well

    office.within(work)
    return Response(status_code=204)


# The staff

staff = APIRouter(prefix="/staff", dependencies=[Depends(_staff)])


@staff.get("/queue", responses=responses(401, 422, 503))
def queue(office: OfOffice) -> list[PetitionShown]:
    """List what waits for a moderator, the oldest first."""
    waiting = kit.Search(states=(State.AWAITING_MODERATION,), order="oldest")

    def work(_: Session, desk: Desk) -> list[PetitionShown]:
        return [_shown(desk, desk.petition(one.petition_id)) for one in desk.search(waiting)]

    return office.within(work)


@staff.post("/petitions/{petition_id}/decisions", responses=responses(401, 403, 404, 409, 422, 503))
def decide(petition_id: UUID, decision: Decision, office: OfOffice) -> PetitionShown:
    """Approve a petition, send it back or reject it, if it is as the moderator read it."""

    def work(_: Session, desk: Desk) -> PetitionShown:
        seat = desk.acting(Capacity.MODERATOR, actor="staff", seen=decision.version)
        match decision.verdict:
            case Verdict.APPROVE:
                found = seat.approve(petition_id)
            case Verdict.SEND_BACK:
                found = seat.send_back(petition_id)
            case Verdict.REJECT:
                if decision.ground is None:
                    raise DeclinedError([problem("required", "ground")])
                said = kit.Reasons(ground=decision.ground, explanation=decision.explanation)
                found = seat.reject(petition_id, said)
            case never:
                assert_never(never)
        if isinstance(found, kit.Conflict):
            raise HTTPException(409, "It has changed since; read it again.")
        return _shown(desk, found)

    return office.within(work)


@staff.post(
    "/petitions/{petition_id}/updates",
    status_code=202,
    responses=responses(401, 403, 404, 409, 422, 503),
)
def announce(petition_id: UUID, news: News, office: OfOffice) -> None:
    """Have news sent to the supporters who want to be told."""

    def work(_: Session, desk: Desk) -> None:
        seat = desk.acting(Capacity.OFFICE, actor="staff")
        seat.announce(petition_id, key=news.key, subject=news.subject, body=news.body)

    office.within(work)


@staff.get("/petitions/{petition_id}/arrivals", responses=responses(401, 422, 503))
def arrivals(petition_id: UUID, office: OfOffice) -> Arrivals:
    """Count by which way people came who signed: rows of the service itself."""
    asked = select(Arrival.via, func.count()).where(Arrival.petition_id == petition_id)

    def work(session: Session, _: Desk) -> Arrivals:
        rows = session.execute(asked.group_by(Arrival.via))
        return Arrivals(by_way={via: signed for via, signed in rows})  # noqa: C416 (rows are no pairs)

    return office.within(work)


@asynccontextmanager
async def _few_threads(_: FastAPI) -> AsyncIterator[None]:
    # Forty threads, which is the default, would stand in each other's way in one interpreter.
    to_thread.current_default_thread_limiter().total_tokens = THREADS
    yield


def create_app(office: Office, *, staff_token: str = "") -> FastAPI:
    """Make the service over an office; without a token nobody is staff."""
    app = FastAPI(title="Petitions", version="1", lifespan=_few_threads)
    app.state.office, app.state.staff_token = office, staff_token
    app.include_router(routes)
    app.include_router(staff, tags=["staff"])
    install(app)
    return app
