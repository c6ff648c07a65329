"""petitionkit: petitions as a domain library.

The front door. Every name here lives in the module that the table names and is loaded when it
is first asked for, so that ``import petitionkit`` costs next to nothing and opens no doorway
(stores, formats, the command line) that is not used.
"""

from importlib import import_module
from types import MappingProxyType

_HOMES = MappingProxyType(
    {
        "acting": ("ActOutcome", "Acting"),
        "catalogue": ("Listed", "Order", "Search"),
        "civil": ("Calendar", "Duration", "LeapDayRule", "MonthEnd"),
        "claims": ("ClaimKind", "Identity", "Sharing"),
        "clauses": (
            "Checkpoint",
            "ClosedWhen",
            "Closing",
            "EarlyEndAt",
            "FollowUp",
            "Latch",
            "Opening",
            "Otherwise",
            "Pausing",
            "Sponsoring",
            "Stage",
            "Threshold",
            "Window",
            "WindowEnd",
        ),
        "counters": ("Counter",),
        "desk": ("Desk",),
        "disclosure": ("Disclosed", "Disclosure", "Reader", "SmallRegions"),
        "eligibility": (
            "Aged",
            "AllTrue",
            "AnyTrue",
            "CitizenOf",
            "Eligibility",
            "GuardianAgrees",
            "InRegion",
            "NotTrue",
            "ResidentIn",
            "SomeTrue",
        ),
        "entitlement": ("Entitlement", "entitled"),
        "errors": (
            "AlreadyExistsError",
            "ForeignFileError",
            "IllegalStepError",
            "InvalidValueError",
            "KeyFileError",
            "NotFoundError",
            "NotPermittedError",
            "PetitionkitError",
            "PolicyAmendedError",
            "SchemaVersionError",
            "StoreContractError",
            "StoreUnavailableError",
            "UnreadableFileError",
        ),
        "facts": ("Event", "Fact", "State"),
        "following": ("Due",),
        "form": (
            "AskedConsent",
            "Confirmation",
            "Counting",
            "Demand",
            "Form",
            "FormField",
            "Keeping",
            "Kept",
            "Label",
        ),
        "headlines": ("Headline", "headline"),
        "keys": ("KeyRing", "Secrets"),
        "letters": ("Letter",),
        "moderation": (
            "Audience",
            "Capacity",
            "Ground",
            "MaterialEdits",
            "Moderation",
            "Permission",
            "Reasons",
            "Report",
            "Restriction",
            "Transfer",
            "Update",
        ),
        "outcomes": (
            "Accepted",
            "AlreadySigned",
            "Amended",
            "Confirmed",
            "Conflict",
            "Duplicate",
            "Erased",
            "Pending",
            "Received",
            "Refused",
            "Ticked",
            "Withdrawn",
        ),
        "parties": (
            "Addressee",
            "Answer",
            "Author",
            "AuthorRole",
            "Delivery",
            "Party",
            "PartyKind",
        ),
        "petition": (
            "CountEffect",
            "DeclaredCount",
            "Edit",
            "Identifier",
            "Petition",
            "PetitionText",
            "Relation",
            "RelationKind",
        ),
        "policy": ("Policy",),
        "privacy": ("Controller", "KeptField", "Privacy", "privacy_of"),
        "privacy_words": ("PrivacyDocument", "privacy_notice", "processing_record"),
        "problems": ("Problem",),
        "proceedings": (
            "Appeal",
            "Debate",
            "Proceedings",
            "Publicity",
            "QueueAge",
            "Response",
            "Victory",
        ),
        "regions": ("RegionCounts", "public_regions"),
        "retention": ("ErasureRecord", "Retention", "RetentionRule", "Whom"),
        "retention_plan": ("PlannedErasure", "RetentionPlan"),
        "rights": (
            "ExportedAttempt",
            "ExportedSignature",
            "KnownBy",
            "SignerExport",
            "SignerFile",
        ),
        "series": ("Stretch",),
        "signature": (
            "Amendment",
            "AmendmentKind",
            "Approval",
            "Attempt",
            "Attestation",
            "AttestationKind",
            "Channel",
            "Consent",
            "Particulars",
            "Provenance",
            "Review",
            "Role",
            "Signature",
            "SignatureDraft",
            "Submission",
            "Visibility",
        ),
        "similar": ("Similar", "by_words"),
        "standing": ("LevelStanding", "Owed", "Standing", "ThresholdStanding"),
        "status": ("Decision", "Status"),
        "store": ("Store",),
        "tally": ("Tally",),
        "timeline": ("Moment", "Timeline"),
        "tokens": ("Purpose",),
        "version": ("__version__",),
        "views": (
            "AddresseeView",
            "ModeratorView",
            "OrganiserView",
            "PublicView",
            "SignerView",
            "view",
        ),
        "wording": ("TextLimits",),
    }
)
_HOME_OF = MappingProxyType({name: home for home, names in _HOMES.items() for name in names})

__all__ = sorted(_HOME_OF)  # noqa: PLE0605 (a test holds it against the stub beside this file)


def __getattr__(name: str) -> object:
    """Load a name from its module when it is first asked for."""
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"petitionkit has no {name}")
    value = getattr(import_module(f"petitionkit.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Name what can be imported from here."""
    return list(__all__)
