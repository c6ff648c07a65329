"""The privacy notice and the record of processing: what they rest on, and how they are said."""

from attrs import evolve

from petitionkit.assessment import Rate, Vigilance
from petitionkit.civil import Duration
from petitionkit.codec import to_plain
from petitionkit.disclosure import Disclosed, Disclosure, Reader
from petitionkit.form import AskedConsent, Demand, Form, FormField, Keeping, Label
from petitionkit.policy import Policy
from petitionkit.privacy import Controller, Privacy, privacy_of
from petitionkit.privacy_words import privacy_notice, processing_record
from petitionkit.retention import Retention, RetentionRule, Whom
from petitionkit.rules import Passed, Which
from petitionkit.signature import Visibility
from samples import POLICY

SHOWN = (Disclosed.NAME, Disclosed.LOCALITY, Disclosed.SIGNED_ON)
AFTER = Passed(passed=Duration(months=6), since=("closed",))
OFFICE = Controller(
    name="City of Claremont",
    contact="petitions@claremont.example",
    basis="GDPR 6(1)(e), 9(2)(g)",
    authority="the Data Protection Authority",
    officer="dpo@claremont.example",
    processors=("Mailer Ltd", "Host AG"),
    measures=("Encrypted at rest",),
)
RICH = evolve(
    POLICY,
    form=Form(
        birth_date=Demand.OPTIONAL,
        national_number=Demand.OPTIONAL,
        locality=Demand.OPTIONAL,
        two_part_name=True,
        home_country="PT",
        consents=(AskedConsent(key="news", version="1"),),
        labels=(
            Label(of="locality", language="en", text="Parish"),
            Label(of="news", language="en", text="News by mail"),
        ),
    ),
    eligibility=evolve(POLICY.eligibility, minimum_age=16),
    vigilance=Vigilance(rates=(Rate(role="signer", most=3, seconds=90_000),)),
    disclosure=Disclosure(fields=SHOWN, public=SHOWN[:1], fewest=10),
    retention=Retention(
        rules=(
            RetentionRule(
                key="all", when=AFTER, keeps=(FormField.LOCALITY,), visible_to=(Visibility.PUBLIC,)
            ),
            RetentionRule(key="rest", when=AFTER),
            RetentionRule(key="who", when=AFTER, whom=Whom.STARTER),
        ),
        spent_claims="law.12",
    ),
)


def found(policy: Policy = RICH, controller: Controller = OFFICE) -> Privacy:
    return privacy_of(policy, controller)


def test_each_field_says_what_becomes_of_it() -> None:
    fields = {one.name: one for one in found().fields}
    assert fields["email"].required
    assert fields["email"].identifies
    assert fields["locality"].label == "Parish"
    assert fields["locality"].shown_to == (Reader.ADDRESSEE, Reader.ORGANISER, Reader.MODERATOR)
    assert fields["locality"].erased_by == ("rest",)
    assert fields["name"].erased_by == ("all", "rest")
    assert (fields["birth_date"].keeping, fields["birth_date"].decides) == (Keeping.DERIVE, True)
    assert fields["birth_date"].shown_to == ()
    assert fields["national_number"].keeping is Keeping.DROP
    assert fields["of_age"].counts
    assert fields["signed_at"].shown_to == (Reader.ADDRESSEE, Reader.ORGANISER, Reader.MODERATOR)
    assert "network" not in fields


def test_the_notice_says_it_in_sentences() -> None:
    text = privacy_notice(found()).text()
    for line in (
        "# What becomes of your data: town, version 1",
        "- City of Claremont, petitions@claremont.example",
        "- Data protection officer: dpo@claremont.example",
        "- To show on the petition's page who has signed",
        "- To write to you about the petition, where you agreed: News by mail",
        "- e-mail address: you must give it",
        "- Parish: you may give it",
        "- who may sign hangs on date of birth",
        "- of date of birth only what follows from it is kept once your signature counts",
        "- national number is not kept once your signature counts",
        "- A keyed hash of where you sign from, looked at for 2 days, so that nobody signs too"
        " often",
        "- Shown to everybody: name",
        "- Public statistics name no region in which fewer than 10 have signed",
        "- Mailer Ltd works on it for us",
        "- Nothing goes to countries outside",
        "- What you never confirmed: at the latest 60 days after your last link was sent",
        "- Rule all leaves: town",
        "- To complain to the Data Protection Authority",
        "- Attempts that look like abuse are set aside by rule; write to us, and somebody looks"
        " at yours",
    ):
        assert line in text.splitlines(), line
    assert "6 months after 'closed', where the petition is closed, lapsed" in text
    assert "of those who are shown to everybody: whatever says who they are (rule all)" in text
    assert "(law.12)" in text


def test_what_a_policy_does_not_do_is_not_said() -> None:
    policy = evolve(POLICY, form=Form(visibility_choice=False), disclosure=Disclosure())
    bare = Controller(name="C", contact="c", basis="b", transfers="Norway, an adequate country")
    text = privacy_notice(found(policy, bare)).text()
    assert "- Shown to everybody: nothing" in text
    assert "- No rule erases what says who you are; it is kept until you ask" in text
    assert "- Countries outside: Norway, an adequate country" in text
    assert text.endswith("## Decisions by rule alone\n\n- None\n")
    for word in ("officer", "complain", "works on it", "your choice", "page who has signed"):
        assert word not in text
    by_hand = evolve(policy, confirmation=evolve(policy.confirmation, by_mail=False))
    assert "never confirmed:" not in privacy_notice(found(by_hand, bare)).text()


def test_the_record_says_whose_data_and_how_they_are_kept_safe() -> None:
    text = processing_record(found()).text()
    assert "# Record of processing: town, version 1" in text
    assert "- Those who started, wrote or report a petition" in text
    assert "- Encrypted at rest" in text


def test_every_word_goes_through_the_hook() -> None:
    shouted = privacy_notice(found()).text(_shouting)
    assert "- E-MAIL ADDRESS: YOU MUST GIVE IT" in shouted
    assert "- SHOWN TO EVERYBODY: NAME" in shouted


def _shouting(english: str) -> str:
    """Capitals everywhere but in placeholders."""
    parts = english.replace("{", "\0{").replace("}", "}\0").split("\0")
    return "".join(part if part.startswith("{") else part.upper() for part in parts)


def test_it_is_data_too() -> None:
    plain = to_plain(found())
    assert plain["policy"] == "town"
    assert {"name": "email", "asked": True}.items() <= plain["fields"][3].items()


def test_how_long_a_rule_waits_is_said_in_the_language_of_the_notice() -> None:
    later = Passed(passed=Duration(years=1), since=("closed", "threshold_reached.debate"))
    either = evolve(later, passed=Duration(weeks=2), which=Which.EARLIER)
    rules = tuple(RetentionRule(key=f"r{n}", when=one) for n, one in enumerate((later, either)))
    policy = evolve(RICH, retention=Retention(rules=rules))
    notice = privacy_notice(privacy_of(policy, OFFICE))
    events = "'closed', 'threshold reached' of debate"
    assert f"1 year after the later of {events}" in notice.text()
    assert f"2 weeks after the earlier of {events}" in notice.text()
    german = {"{duration} after the later of {events}": "{duration} nach dem letzten von {events}"}
    said = notice.text(lambda english: german.get(english, english), language="de")
    assert f"1 Jahr nach dem letzten von {events}" in said
    assert "2 Wochen after" in said
