"""Policies that ask for much or for little, for tests of what a form asks."""

from petitionkit import presets
from petitionkit.clauses import Threshold
from petitionkit.contact import EmailRules
from petitionkit.eligibility import (
    AllTrue,
    AnyTrue,
    CitizenOf,
    Eligibility,
    GuardianAgrees,
    InRegion,
    NotTrue,
    ResidentIn,
)
from petitionkit.form import AskedConsent, Confirmation, Demand, Form, Label
from petitionkit.policy import Policy

EVERYTHING = Policy(
    name="everything",
    version="1",
    form=Form(
        two_part_name=True,
        phone=Demand.OPTIONAL,
        street=Demand.REQUIRED,
        area=Demand.OPTIONAL,
        postal_code=Demand.REQUIRED,
        national_number=Demand.OPTIONAL,
        register_number=Demand.REQUIRED,
        comment=Demand.OPTIONAL,
        comment_limit=30,
        address_limit=12,
        email_rules=EmailRules(unicode=False),
        consents=(
            AskedConsent(key="terms", version="1", required=True),
            AskedConsent(key="mail", version="1"),
        ),
        labels=(
            Label(of="email", language="fi", text="Sähköposti"),
            Label(of="mail", language="fi", text="Kertokaa minulle"),
        ),
    ),
    eligibility=Eligibility(
        organisations=True,
        minimum_age=16,
        needs=AllTrue(
            all=(
                NotTrue(not_=CitizenOf(citizen_of=("NZ",))),
                AnyTrue(any=(ResidentIn(resident_in=("GB",)), GuardianAgrees(guardian=True))),
                InRegion(in_region=("north", "south")),
            )
        ),
    ),
    thresholds=(Threshold(key="one", level=1),),
)
LITTLE = Policy(
    name="little",
    version="1",
    form=Form(
        email=Demand.OPTIONAL,
        phone=Demand.OPTIONAL,
        region=Demand.UNWANTED,
        visibility_choice=False,
        name_limit=40,
    ),
    confirmation=Confirmation(by_mail=False),
)
POLICIES = (EVERYTHING, LITTLE, *map(presets.load, (*presets.names(), *presets.examples())))
