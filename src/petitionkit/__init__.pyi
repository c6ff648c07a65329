# What a type checker sees of the front door; a test keeps it equal to it.

from petitionkit.acting import Acting as Acting
from petitionkit.acting import ActOutcome as ActOutcome
from petitionkit.catalogue import Listed as Listed
from petitionkit.catalogue import Order as Order
from petitionkit.catalogue import Search as Search
from petitionkit.civil import Calendar as Calendar
from petitionkit.civil import Duration as Duration
from petitionkit.civil import LeapDayRule as LeapDayRule
from petitionkit.civil import MonthEnd as MonthEnd
from petitionkit.claims import ClaimKind as ClaimKind
from petitionkit.claims import Identity as Identity
from petitionkit.claims import Sharing as Sharing
from petitionkit.clauses import Checkpoint as Checkpoint
from petitionkit.clauses import ClosedWhen as ClosedWhen
from petitionkit.clauses import Closing as Closing
from petitionkit.clauses import EarlyEndAt as EarlyEndAt
from petitionkit.clauses import FollowUp as FollowUp
from petitionkit.clauses import Latch as Latch
from petitionkit.clauses import Opening as Opening
from petitionkit.clauses import Otherwise as Otherwise
from petitionkit.clauses import Pausing as Pausing
from petitionkit.clauses import Sponsoring as Sponsoring
from petitionkit.clauses import Stage as Stage
from petitionkit.clauses import Threshold as Threshold
from petitionkit.clauses import Window as Window
from petitionkit.clauses import WindowEnd as WindowEnd
from petitionkit.counters import Counter as Counter
from petitionkit.desk import Desk as Desk
from petitionkit.disclosure import Disclosed as Disclosed
from petitionkit.disclosure import Disclosure as Disclosure
from petitionkit.disclosure import Reader as Reader
from petitionkit.disclosure import SmallRegions as SmallRegions
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
from petitionkit.errors import NotPermittedError as NotPermittedError
from petitionkit.errors import PetitionkitError as PetitionkitError
from petitionkit.errors import PolicyAmendedError as PolicyAmendedError
from petitionkit.errors import SchemaVersionError as SchemaVersionError
from petitionkit.errors import StoreContractError as StoreContractError
from petitionkit.errors import StoreUnavailableError as StoreUnavailableError
from petitionkit.errors import UnreadableFileError as UnreadableFileError
from petitionkit.facts import Event as Event
from petitionkit.facts import Fact as Fact
from petitionkit.facts import State as State
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
from petitionkit.headlines import Headline as Headline
from petitionkit.headlines import headline as headline
from petitionkit.keys import KeyRing as KeyRing
from petitionkit.keys import Secrets as Secrets
from petitionkit.letters import Letter as Letter
from petitionkit.moderation import Audience as Audience
from petitionkit.moderation import Capacity as Capacity
from petitionkit.moderation import Ground as Ground
from petitionkit.moderation import MaterialEdits as MaterialEdits
from petitionkit.moderation import Moderation as Moderation
from petitionkit.moderation import Permission as Permission
from petitionkit.moderation import Reasons as Reasons
from petitionkit.moderation import Report as Report
from petitionkit.moderation import Restriction as Restriction
from petitionkit.moderation import Transfer as Transfer
from petitionkit.moderation import Update as Update
from petitionkit.outcomes import Accepted as Accepted
from petitionkit.outcomes import AlreadySigned as AlreadySigned
from petitionkit.outcomes import Amended as Amended
from petitionkit.outcomes import Confirmed as Confirmed
from petitionkit.outcomes import Conflict as Conflict
from petitionkit.outcomes import Duplicate as Duplicate
from petitionkit.outcomes import Erased as Erased
from petitionkit.outcomes import Pending as Pending
from petitionkit.outcomes import Received as Received
from petitionkit.outcomes import Refused as Refused
from petitionkit.outcomes import Ticked as Ticked
from petitionkit.outcomes import Withdrawn as Withdrawn
from petitionkit.parties import Addressee as Addressee
from petitionkit.parties import Answer as Answer
from petitionkit.parties import Author as Author
from petitionkit.parties import AuthorRole as AuthorRole
from petitionkit.parties import Delivery as Delivery
from petitionkit.parties import Party as Party
from petitionkit.parties import PartyKind as PartyKind
from petitionkit.petition import CountEffect as CountEffect
from petitionkit.petition import DeclaredCount as DeclaredCount
from petitionkit.petition import Edit as Edit
from petitionkit.petition import Identifier as Identifier
from petitionkit.petition import Petition as Petition
from petitionkit.petition import PetitionText as PetitionText
from petitionkit.petition import Relation as Relation
from petitionkit.petition import RelationKind as RelationKind
from petitionkit.policy import Policy as Policy
from petitionkit.privacy import Controller as Controller
from petitionkit.privacy import KeptField as KeptField
from petitionkit.privacy import Privacy as Privacy
from petitionkit.privacy import privacy_of as privacy_of
from petitionkit.privacy_words import PrivacyDocument as PrivacyDocument
from petitionkit.privacy_words import privacy_notice as privacy_notice
from petitionkit.privacy_words import processing_record as processing_record
from petitionkit.problems import Problem as Problem
from petitionkit.proceedings import Appeal as Appeal
from petitionkit.proceedings import Debate as Debate
from petitionkit.proceedings import Proceedings as Proceedings
from petitionkit.proceedings import Publicity as Publicity
from petitionkit.proceedings import QueueAge as QueueAge
from petitionkit.proceedings import Response as Response
from petitionkit.proceedings import Victory as Victory
from petitionkit.regions import RegionCounts as RegionCounts
from petitionkit.regions import public_regions as public_regions
from petitionkit.retention import ErasureRecord as ErasureRecord
from petitionkit.retention import Retention as Retention
from petitionkit.retention import RetentionRule as RetentionRule
from petitionkit.retention import Whom as Whom
from petitionkit.retention_plan import PlannedErasure as PlannedErasure
from petitionkit.retention_plan import RetentionPlan as RetentionPlan
from petitionkit.rights import ExportedAttempt as ExportedAttempt
from petitionkit.rights import ExportedSignature as ExportedSignature
from petitionkit.rights import KnownBy as KnownBy
from petitionkit.rights import SignerExport as SignerExport
from petitionkit.rights import SignerFile as SignerFile
from petitionkit.series import Stretch as Stretch
from petitionkit.signature import Amendment as Amendment
from petitionkit.signature import AmendmentKind as AmendmentKind
from petitionkit.signature import Approval as Approval
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
from petitionkit.signature import Visibility as Visibility
from petitionkit.similar import Similar as Similar
from petitionkit.similar import by_words as by_words
from petitionkit.standing import LevelStanding as LevelStanding
from petitionkit.standing import Owed as Owed
from petitionkit.standing import Standing as Standing
from petitionkit.standing import ThresholdStanding as ThresholdStanding
from petitionkit.status import Decision as Decision
from petitionkit.status import Status as Status
from petitionkit.store import Store as Store
from petitionkit.tally import Tally as Tally
from petitionkit.timeline import Moment as Moment
from petitionkit.timeline import Timeline as Timeline
from petitionkit.tokens import Purpose as Purpose
from petitionkit.version import __version__ as __version__
from petitionkit.views import AddresseeView as AddresseeView
from petitionkit.views import ModeratorView as ModeratorView
from petitionkit.views import OrganiserView as OrganiserView
from petitionkit.views import PublicView as PublicView
from petitionkit.views import SignerView as SignerView
from petitionkit.views import view as view
from petitionkit.wording import TextLimits as TextLimits

__all__ = [
    "Accepted",
    "ActOutcome",
    "Acting",
    "Addressee",
    "AddresseeView",
    "Aged",
    "AllTrue",
    "AlreadyExistsError",
    "AlreadySigned",
    "Amended",
    "Amendment",
    "AmendmentKind",
    "Answer",
    "AnyTrue",
    "Appeal",
    "Approval",
    "AskedConsent",
    "Attempt",
    "Attestation",
    "AttestationKind",
    "Audience",
    "Author",
    "AuthorRole",
    "Calendar",
    "Capacity",
    "Channel",
    "Checkpoint",
    "CitizenOf",
    "ClaimKind",
    "ClosedWhen",
    "Closing",
    "Confirmation",
    "Confirmed",
    "Conflict",
    "Consent",
    "Controller",
    "CountEffect",
    "Counter",
    "Counting",
    "Debate",
    "Decision",
    "DeclaredCount",
    "Delivery",
    "Demand",
    "Desk",
    "Disclosed",
    "Disclosure",
    "Due",
    "Duplicate",
    "Duration",
    "EarlyEndAt",
    "Edit",
    "Eligibility",
    "Entitlement",
    "Erased",
    "ErasureRecord",
    "Event",
    "ExportedAttempt",
    "ExportedSignature",
    "Fact",
    "FollowUp",
    "ForeignFileError",
    "Form",
    "FormField",
    "Ground",
    "GuardianAgrees",
    "Headline",
    "Identifier",
    "Identity",
    "IllegalStepError",
    "InRegion",
    "InvalidValueError",
    "Keeping",
    "Kept",
    "KeptField",
    "KeyFileError",
    "KeyRing",
    "KnownBy",
    "Label",
    "Latch",
    "LeapDayRule",
    "Letter",
    "LevelStanding",
    "Listed",
    "MaterialEdits",
    "Moderation",
    "ModeratorView",
    "Moment",
    "MonthEnd",
    "NotFoundError",
    "NotPermittedError",
    "NotTrue",
    "Opening",
    "Order",
    "OrganiserView",
    "Otherwise",
    "Owed",
    "Particulars",
    "Party",
    "PartyKind",
    "Pausing",
    "Pending",
    "Permission",
    "Petition",
    "PetitionText",
    "PetitionkitError",
    "PlannedErasure",
    "Policy",
    "PolicyAmendedError",
    "Privacy",
    "PrivacyDocument",
    "Problem",
    "Proceedings",
    "Provenance",
    "PublicView",
    "Publicity",
    "Purpose",
    "QueueAge",
    "Reader",
    "Reasons",
    "Received",
    "Refused",
    "RegionCounts",
    "Relation",
    "RelationKind",
    "Report",
    "ResidentIn",
    "Response",
    "Restriction",
    "Retention",
    "RetentionPlan",
    "RetentionRule",
    "Review",
    "Role",
    "SchemaVersionError",
    "Search",
    "Secrets",
    "Sharing",
    "Signature",
    "SignatureDraft",
    "SignerExport",
    "SignerFile",
    "SignerView",
    "Similar",
    "SmallRegions",
    "SomeTrue",
    "Sponsoring",
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
    "TextLimits",
    "Threshold",
    "ThresholdStanding",
    "Ticked",
    "Timeline",
    "Transfer",
    "UnreadableFileError",
    "Update",
    "Victory",
    "Visibility",
    "Whom",
    "Window",
    "WindowEnd",
    "Withdrawn",
    "__version__",
    "by_words",
    "entitled",
    "headline",
    "privacy_notice",
    "privacy_of",
    "processing_record",
    "public_regions",
    "view",
]
