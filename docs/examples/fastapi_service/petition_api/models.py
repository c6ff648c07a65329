"""What comes in and goes out. Requests to sign are the policy's form; so are its thresholds."""

from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from petition_api.rules import POLICY
from petitionkit import Petition, Standing, State
from petitionkit.pydantic import ProblemShown, signing_model

# What is made of the policy is made when this is imported, where no type checker sees it.
Threshold = StrEnum("Threshold", [one.key for one in POLICY.thresholds])  # type: ignore[misc]
Ground = StrEnum("Ground", [one.key for one in POLICY.moderation.grounds])  # type: ignore[misc]


class Signing(signing_model(POLICY)):  # type: ignore[misc]
    """What somebody fills in to sign, as the policy asks it."""


class Start(BaseModel):
    """A petition that somebody wants to start."""

    title: str = Field(examples=["Save the library"])
    body: str
    starter: str = Field(description="The name of who starts it, which is shown.")
    language: str = Field(
        default="en",
        pattern="^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        description="A language tag, such as pt-BR.",
    )


class Started(BaseModel):
    """A petition that a moderator will look at."""

    id: UUID
    state: State


class ThresholdShown(BaseModel):
    """Where a petition stands at a threshold."""

    model_config = ConfigDict(from_attributes=True)

    key: Threshold
    level: int
    count: int
    missing: int
    reached_at: datetime | None


class PetitionShown(BaseModel):
    """A petition as everybody sees it."""

    id: UUID
    version: int
    title: str
    body: str
    starter: str
    state: State
    supporters: int
    opened_at: datetime | None
    deadline: datetime | None
    may_be_signed: bool
    why_not: ProblemShown | None
    thresholds: list[ThresholdShown]

    @classmethod
    def of(cls, petition: Petition, standing: Standing) -> Self:
        """A petition, and where it stands."""
        text, refusal = petition.text(), standing.signing.problem
        return cls(
            id=petition.id,
            version=petition.version,
            title=text.title,
            body=text.body,
            starter=petition.starter.name if petition.starter else "",
            state=standing.status.state,
            supporters=standing.supporters,
            opened_at=standing.opened_at,
            deadline=standing.deadline,
            may_be_signed=standing.signing.answer,
            why_not=ProblemShown.of(refusal) if refusal else None,
            thresholds=[ThresholdShown.model_validate(one) for one in standing.thresholds],
        )


class Page(BaseModel):
    """Petitions, the newest first. ``after`` asks for the next page; null: there is none."""

    petitions: list[PetitionShown]
    after: UUID | None


class Received(BaseModel):
    """The form was in order. Whether a mail follows is between us and the mailbox."""

    remarks: list[ProblemShown] = Field(description="Worth a second look, such as example.con.")


class Link(BaseModel):
    """The token of a link in a letter; in a body, so that no log of addresses has it."""

    token: str


class Asked(BaseModel):
    """What a link is about, for a page with a button: mail scanners press none."""

    petition_id: UUID
    name: str
    expires_at: datetime


class Answer(StrEnum):
    """What became of a link."""

    CONFIRMED = "confirmed"
    ALREADY_SIGNED = "already_signed"


class Confirmed(BaseModel):
    """What became of a link. With ``withdrawal`` its signer may take the signature back."""

    answer: Answer
    withdrawal: str = ""


class Verdict(StrEnum):
    """What a moderator says."""

    APPROVE = "approve"
    SEND_BACK = "send_back"
    REJECT = "reject"


class Decision(BaseModel):
    """What a moderator decides on the version that they have read."""

    verdict: Verdict
    version: int
    ground: Ground | None = Field(default=None, description="Needed to reject.")
    explanation: str = ""


class Arrivals(BaseModel):
    """How many came by which way and signed."""

    by_way: dict[str, int]
