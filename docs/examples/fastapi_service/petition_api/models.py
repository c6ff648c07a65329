"""What comes in and goes out: the policy's form, the library's answers, and what is ours."""

from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, Field

import petitionkit as kit
from petition_api.rules import POLICY
from petitionkit.pydantic import answer_model, signing_model

# What is made of the policy is made when this is imported, where no type checker sees it.
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


Standing = answer_model(kit.Standing, policy=POLICY)


class PetitionShown(answer_model(kit.Petition)):  # type: ignore[misc]
    """A petition as everybody sees it, and where it stands."""

    standing: Standing  # type: ignore[valid-type]


class Page(BaseModel):
    """Petitions, the newest first. ``after`` asks for the next page; null: there is none."""

    petitions: list[PetitionShown]
    after: UUID | None


class Link(BaseModel):
    """The token of a link in a letter; in a body, so that no log of addresses has it."""

    token: str


class Received(answer_model(kit.Received)):  # type: ignore[misc]
    """The form was in order. Whether a mail follows is between us and the mailbox."""


class Pending(answer_model(kit.Pending, only=["petition_id", "name", "expires_at"])):  # type: ignore[misc]
    """What a link is about, for a page with a button: mail scanners press none."""


class AlreadySigned(answer_model(kit.AlreadySigned)):  # type: ignore[misc]
    """Told to the owner of the mailbox alone: another signature of theirs counts."""


class Confirmed(answer_model(kit.Confirmed, only=[])):  # type: ignore[misc]
    """The signature counts. With ``withdrawal`` its signer may take it back."""

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


class News(BaseModel):
    """News of a petition, for supporters who want to be told."""

    key: str = Field(description="Names it within the petition.", examples=["council-meets"])
    subject: str
    body: str


class Arrivals(BaseModel):
    """How many came by which way and signed."""

    by_way: dict[str, int]
