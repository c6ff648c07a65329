# What a type checker sees of the front door; a test keeps it equal to it.

from petitionkit.civil import Calendar as Calendar
from petitionkit.civil import Duration as Duration
from petitionkit.civil import LeapDayRule as LeapDayRule
from petitionkit.civil import MonthEnd as MonthEnd
from petitionkit.claims import ClaimKind as ClaimKind
from petitionkit.claims import Identity as Identity
from petitionkit.claims import Sharing as Sharing
from petitionkit.desk import Desk as Desk
from petitionkit.eligibility import Aged as Aged
from petitionkit.eligibility import AllTrue as AllTrue
from petitionkit.eligibility import AnyTrue as AnyTrue
from petitionkit.eligibility import CitizenOf as CitizenOf
from petitionkit.eligibility import Eligibility as Eligibility
from petitionkit.eligibility import GuardianAgrees as GuardianAgrees
from petitionkit.eligibility import InRegion as InRegion
from petitionkit.eligibility import NotTrue as NotTrue
from petitionkit.eligibility import ResidentIn as ResidentIn
from petitionkit.eligibility import SomeTrue as SomeTrue
from petitionkit.entitlement import Entitlement as Entitlement
from petitionkit.entitlement import entitled as entitled
from petitionkit.errors import AlreadyExistsError as AlreadyExistsError
from petitionkit.errors import ForeignFileError as ForeignFileError
from petitionkit.errors import IllegalStepError as IllegalStepError
from petitionkit.errors import InvalidValueError as InvalidValueError
from petitionkit.errors import KeyFileError as KeyFileError
from petitionkit.errors import NotFoundError as NotFoundError
from petitionkit.errors import PetitionkitError as PetitionkitError
from petitionkit.errors import SchemaVersionError as SchemaVersionError
from petitionkit.errors import StoreContractError as StoreContractError
from petitionkit.errors import StoreUnavailableError as StoreUnavailableError
from petitionkit.errors import UnreadableFileError as UnreadableFileError
from petitionkit.following import Due as Due
from petitionkit.form import AskedConsent as AskedConsent
from petitionkit.form import Confirmation as Confirmation
from petitionkit.form import Counting as Counting
from petitionkit.form import Demand as Demand
from petitionkit.form import Form as Form
from petitionkit.form import FormField as FormField
from petitionkit.form import Keeping as Keeping
from petitionkit.form import Kept as Kept
from petitionkit.form import Label as Label
from petitionkit.form import NamedCount as NamedCount
from petitionkit.headlines import Headline as Headline
from petitionkit.headlines import headline as headline
from petitionkit.keys import KeyRing as KeyRing
from petitionkit.keys import Secrets as Secrets
from petitionkit.letters import Letter as Letter
from petitionkit.outcomes import Accepted as Accepted
from petitionkit.outcomes import AlreadySigned as AlreadySigned
from petitionkit.outcomes import Amended as Amended
from petitionkit.outcomes import Confirmed as Confirmed
from petitionkit.outcomes import Duplicate as Duplicate
from petitionkit.outcomes import Pending as Pending
from petitionkit.outcomes import Received as Received
from petitionkit.outcomes import Refused as Refused
from petitionkit.outcomes import Ticked as Ticked
from petitionkit.outcomes import Withdrawn as Withdrawn
from petitionkit.petition import Addressee as Addressee
from petitionkit.petition import Answer as Answer
from petitionkit.petition import Author as Author
from petitionkit.petition import AuthorRole as AuthorRole
from petitionkit.petition import CountEffect as CountEffect
from petitionkit.petition import DeclaredCount as DeclaredCount
from petitionkit.petition import Delivery as Delivery
from petitionkit.petition import Edit as Edit
from petitionkit.petition import Event as Event
from petitionkit.petition import Fact as Fact
from petitionkit.petition import Identifier as Identifier
from petitionkit.petition import Party as Party
from petitionkit.petition import PartyKind as PartyKind
from petitionkit.petition import Petition as Petition
from petitionkit.petition import PetitionText as PetitionText
from petitionkit.petition import Relation as Relation
from petitionkit.petition import RelationKind as RelationKind
from petitionkit.petition import State as State
from petitionkit.policy import Checkpoint as Checkpoint
from petitionkit.policy import ClosedWhen as ClosedWhen
from petitionkit.policy import Closing as Closing
from petitionkit.policy import EarlyEnd as EarlyEnd
from petitionkit.policy import FollowUp as FollowUp
from petitionkit.policy import Latch as Latch
from petitionkit.policy import Opening as Opening
from petitionkit.policy import Otherwise as Otherwise
from petitionkit.policy import Pausing as Pausing
from petitionkit.policy import Policy as Policy
from petitionkit.policy import Stage as Stage
from petitionkit.policy import Threshold as Threshold
from petitionkit.policy import Window as Window
from petitionkit.policy import WindowEnd as WindowEnd
from petitionkit.problems import Problem as Problem
from petitionkit.series import Stretch as Stretch
from petitionkit.signature import Amendment as Amendment
from petitionkit.signature import AmendmentKind as AmendmentKind
from petitionkit.signature import Attempt as Attempt
from petitionkit.signature import Attestation as Attestation
from petitionkit.signature import AttestationKind as AttestationKind
from petitionkit.signature import Channel as Channel
from petitionkit.signature import Consent as Consent
from petitionkit.signature import Particulars as Particulars
from petitionkit.signature import Provenance as Provenance
from petitionkit.signature import Review as Review
from petitionkit.signature import Role as Role
from petitionkit.signature import Signature as Signature
from petitionkit.signature import SignatureDraft as SignatureDraft
from petitionkit.signature import Submission as Submission
from petitionkit.signature import Verdict as Verdict
from petitionkit.signature import Visibility as Visibility
from petitionkit.standing import Owed as Owed
from petitionkit.standing import Standing as Standing
from petitionkit.standing import ThresholdStanding as ThresholdStanding
from petitionkit.status import Decision as Decision
from petitionkit.status import Status as Status
from petitionkit.store import Store as Store
from petitionkit.tally import Tally as Tally
from petitionkit.tokens import Purpose as Purpose
from petitionkit.version import __version__ as __version__

__all__ = [
    "Accepted",
    "Addressee",
    "Aged",
    "AllTrue",
    "AlreadyExistsError",
    "AlreadySigned",
    "Amended",
    "Amendment",
    "AmendmentKind",
    "Answer",
    "AnyTrue",
    "AskedConsent",
    "Attempt",
    "Attestation",
    "AttestationKind",
    "Author",
    "AuthorRole",
    "Calendar",
    "Channel",
    "Checkpoint",
    "CitizenOf",
    "ClaimKind",
    "ClosedWhen",
    "Closing",
    "Confirmation",
    "Confirmed",
    "Consent",
    "CountEffect",
    "Counting",
    "Decision",
    "DeclaredCount",
    "Delivery",
    "Demand",
    "Desk",
    "Due",
    "Duplicate",
    "Duration",
    "EarlyEnd",
    "Edit",
    "Eligibility",
    "Entitlement",
    "Event",
    "Fact",
    "FollowUp",
    "ForeignFileError",
    "Form",
    "FormField",
    "GuardianAgrees",
    "Headline",
    "Identifier",
    "Identity",
    "IllegalStepError",
    "InRegion",
    "InvalidValueError",
    "Keeping",
    "Kept",
    "KeyFileError",
    "KeyRing",
    "Label",
    "Latch",
    "LeapDayRule",
    "Letter",
    "MonthEnd",
    "NamedCount",
    "NotFoundError",
    "NotTrue",
    "Opening",
    "Otherwise",
    "Owed",
    "Particulars",
    "Party",
    "PartyKind",
    "Pausing",
    "Pending",
    "Petition",
    "PetitionText",
    "PetitionkitError",
    "Policy",
    "Problem",
    "Provenance",
    "Purpose",
    "Received",
    "Refused",
    "Relation",
    "RelationKind",
    "ResidentIn",
    "Review",
    "Role",
    "SchemaVersionError",
    "Secrets",
    "Sharing",
    "Signature",
    "SignatureDraft",
    "SomeTrue",
    "Stage",
    "Standing",
    "State",
    "Status",
    "Store",
    "StoreContractError",
    "StoreUnavailableError",
    "Stretch",
    "Submission",
    "Tally",
    "Threshold",
    "ThresholdStanding",
    "Ticked",
    "UnreadableFileError",
    "Verdict",
    "Visibility",
    "Window",
    "WindowEnd",
    "Withdrawn",
    "__version__",
    "entitled",
    "headline",
]
