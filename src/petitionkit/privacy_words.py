"""The privacy notice and the record of processing, said from ``privacy``'s values.

Both are documents of statements: as data they are their sections, as text Markdown. They say
what the policy does and no more; whoever publishes a notice adds what the law of the place
asks for besides, and is held to it.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from attrs import frozen

from petitionkit.civil import Duration
from petitionkit.disclosure import Reader
from petitionkit.durations import DURATION_WORDS, DurationWords
from petitionkit.facts import Event
from petitionkit.form import Keeping
from petitionkit.privacy import KeptField, Privacy
from petitionkit.retention import OVER, RetentionRule, Whom
from petitionkit.rules import Passed, occurrence
from petitionkit.signature import Visibility
from petitionkit.statement import Language, Section, Statement, document_text, statement

__all__ = ["PRIVACY_ENGLISH", "PrivacyDocument", "privacy_notice", "processing_record"]

PRIVACY_ENGLISH: Mapping[str, str] = MappingProxyType(
    {
        "notice": "What becomes of your data: {policy}, version {version}",
        "record": "Record of processing: {policy}, version {version}",
        "about.controller": "Who answers for it",
        "about.purposes": "What for",
        "about.data": "What is kept of you",
        "about.readers": "Who is shown what",
        "about.erasure": "When it is erased",
        "about.rights": "What you may ask for",
        "about.decisions": "Decisions by rule alone",
        "about.people": "Whose data",
        "about.categories": "Which data",
        "about.recipients": "Who receives them",
        "about.measures": "How they are kept safe",
        "controller": "{name}, {contact}",
        "officer": "Data protection officer: {officer}",
        "purpose.count": "To count everybody who signs, and nobody twice",
        "purpose.deliver": "To hand the petition over to whom it is addressed",
        "purpose.show": "To show on the petition's page who has signed",
        "purpose.write": "To write to you about the petition, where you agreed: {consents}",
        "basis": "Legal basis: {basis}",
        "opinion": "Whoever signs states a political opinion, which the law protects specially"
        " (GDPR, article 9)",
        "people.signers": "Those who sign, and those who began to and never confirmed it",
        "people.starters": "Those who started, wrote or report a petition",
        "field.asked.required": "{field}: you must give it",
        "field.asked.optional": "{field}: you may give it",
        "field.unasked": "{field}: comes with signing",
        "field.decides": "who may sign hangs on {field}",
        "field.drop": "{field} is not kept once your signature counts",
        "field.derive": "of {field} only what follows from it is kept once your signature counts",
        "hashes": "A keyed hash of {fields}, by which you are known again and nobody is told that"
        " you signed",
        "traces": "A keyed hash of where you sign from, looked at for {duration}, so that nobody"
        " signs too often",
        "sources": "All of it comes from you, from whom you let sign for you on paper, or from a"
        " list that was handed in",
        "shown": "Shown to {reader}: {fields}",
        "shown.nothing": "Shown to {reader}: nothing",
        "shown.chosen": "To whom your name and comment are shown is your choice; others may narrow"
        " it ({narrowed}) or widen it ({widened})",
        "regions": "Public statistics name no region in which fewer than {fewest} have signed",
        "processor": "{processor} works on it for us",
        "transfers": "Countries outside: {transfers}",
        "transfers.none": "Nothing goes to countries outside",
        "unproved": "What you never confirmed: at the latest {days} days after your last link was"
        " sent",
        "after": "{duration} after {events}",
        "after.earlier": "{duration} after the earlier of {events}",
        "after.later": "{duration} after the later of {events}",
        "after.of": "{event} of {subject}",
        **{f"event.{one.value}": f"'{one.value.replace('_', ' ')}'" for one in Event},
        "erase.signers": "{when}, where the petition is {states}: whatever says who you are"
        " (rule {rule})",
        "erase.signers.some": "{when}, where the petition is {states}, of those who are shown to"
        " {visible_to}: whatever says who they are (rule {rule})",
        "erase.keeps": "Rule {rule} leaves: {kept}",
        "erase.starter": "{when}, where the petition is {states}: who started and wrote the"
        " petition, and what was reported of it (rule {rule})",
        "erase.never": "No rule erases what says who you are; it is kept until you ask",
        "erase.spent": "The keyed hash of who is erased while the petition runs is kept until"
        " then, so that nobody signs twice ({ground})",
        "stays": "What numbers rest on is never erased: {fields}. It says no more who you are",
        "right.access": "To be given all that is kept of you",
        "right.rectify": "To have it corrected",
        "right.erase": "To be erased; once the petition is over its number stays",
        "right.restrict": "To have its use restricted, or to object to it",
        "right.port": "To take it with you, in a file that programs read",
        "right.withdraw": "To take your signature back as long as the petition runs, and what you"
        " agreed to at any time",
        "right.complain": "To complain to {authority}",
        "decided.by_rule": "Attempts that look like abuse are set aside by rule; write to us, and"
        " somebody looks at yours",
        "decided.never": "None",
        "measure": "{measure}",
        "measure.claims": "Signers are told apart by keyed hashes, never by their data",
    }
)
"""English by code; placeholders are parameters."""

_ALL_READERS = (Reader.PUBLIC, Reader.ADDRESSEE, Reader.ORGANISER, Reader.MODERATOR)


@frozen(kw_only=True)
class PrivacyDocument:
    """A notice or a record: its title and its sections; ``text`` writes it as Markdown."""

    title: Statement
    sections: tuple[Section, ...]

    def text(
        self,
        translate: Callable[[str], str] = str,
        *,
        language: str = "en",
        durations: Mapping[str, DurationWords] = DURATION_WORDS,
    ) -> str:
        """Write it; ``translate`` gets every English template and word, as for a problem.

        ``language`` (a BCP 47 tag) is that of durations, by the words of ``durations``.
        """
        spoken = Language(translate=translate, tag=language, durations=durations)
        return document_text(self.title, self.sections, PRIVACY_ENGLISH, spoken)


def _words(fields: tuple[KeptField, ...]) -> tuple[str, ...]:
    """What fields are called: as the form calls them, or else by a code of a word."""
    return tuple(one.label or f"field.{one.name}" for one in fields)


def privacy_notice(found: Privacy) -> PrivacyDocument:
    """Say to signers what becomes of their data (GDPR, articles 13 and 14)."""
    return PrivacyDocument(
        title=statement("notice", policy=found.policy, version=found.version),
        sections=(
            Section(about="about.controller", statements=_controller(found)),
            Section(about="about.purposes", statements=_purposes(found)),
            Section(about="about.data", statements=_data(found)),
            Section(about="about.readers", statements=_readers(found)),
            Section(about="about.erasure", statements=_erasure(found)),
            Section(about="about.rights", statements=_rights(found)),
            Section(about="about.decisions", statements=_decisions(found)),
        ),
    )


def processing_record(found: Privacy) -> PrivacyDocument:
    """Record what is done with people's data, for the authority (GDPR, article 30)."""
    people = (statement("people.signers"), statement("people.starters"))
    return PrivacyDocument(
        title=statement("record", policy=found.policy, version=found.version),
        sections=(
            Section(about="about.controller", statements=_controller(found)),
            Section(about="about.purposes", statements=_purposes(found)),
            Section(about="about.people", statements=people),
            Section(about="about.categories", statements=_data(found)),
            Section(about="about.recipients", statements=_readers(found)),
            Section(about="about.erasure", statements=_erasure(found)),
            Section(about="about.measures", statements=_measures(found)),
        ),
    )


def _controller(found: Privacy) -> Iterator[Statement]:
    who = found.controller
    yield statement("controller", name=who.name, contact=who.contact)
    if who.officer:
        yield statement("officer", officer=who.officer)


def _purposes(found: Privacy) -> Iterator[Statement]:
    yield statement("purpose.count")
    yield statement("purpose.deliver")
    if found.shown_to(Reader.PUBLIC):
        yield statement("purpose.show")
    if found.consents:
        yield statement("purpose.write", consents=found.consents)
    yield statement("basis", basis=found.controller.basis)
    yield statement("opinion")


def _data(found: Privacy) -> Iterator[Statement]:
    for one in found.fields:
        need = "required" if one.required else "optional"
        code = f"field.asked.{need}" if one.asked else "field.unasked"
        yield statement(code, field=_words((one,)))
        if one.decides:
            yield statement("field.decides", field=_words((one,)))
        if one.keeping is not Keeping.KEEP:
            yield statement(f"field.{one.keeping.value}", field=_words((one,)))
    known_by = tuple(one for one in found.fields if one.identifies)
    yield statement("hashes", fields=_words(known_by))
    if found.traced_seconds:
        yield statement("traces", duration=Duration(days=-(-found.traced_seconds // 86_400)))
    yield statement("sources")


def _readers(found: Privacy) -> Iterator[Statement]:
    for reader in _ALL_READERS:
        shown = _words(found.shown_to(reader))
        code = "shown" if shown else "shown.nothing"
        rest = {"fields": shown} if shown else {}
        yield statement(code, reader=(f"reader.{reader.value}",), **rest)
    if found.chosen_by_signer:
        narrowed, widened = (
            tuple(f"reader.{one.value}" for one in those)
            for those in (found.narrowed_by, found.widened_by)
        )
        yield statement("shown.chosen", narrowed=narrowed, widened=widened)
    if found.fewest > 1:
        yield statement("regions", fewest=found.fewest)
    for one in found.controller.processors:
        yield statement("processor", processor=one)
    transfers = found.controller.transfers
    yield statement("transfers", transfers=transfers) if transfers else statement("transfers.none")


def _when(when: Passed) -> Statement:
    """So long after an event, or after the earlier or later of several."""
    code = f"after.{when.which.value}" if len(when.since) > 1 else "after"
    return statement(code, duration=when.passed, events=tuple(map(_event, when.since)))


def _event(text: str) -> Statement:
    event, subject = occurrence(text)
    happened = statement(f"event.{event.value}")
    return statement("after.of", event=(happened,), subject=subject) if subject else happened


def _rule(rule: RetentionRule) -> Iterator[Statement]:
    chosen = set(rule.visible_to) != set(Visibility)
    code = "starter" if rule.whom is Whom.STARTER else "signers.some" if chosen else "signers"
    shown = {"visible_to": tuple(f"visibility.{one.value}" for one in rule.visible_to)}
    yield statement(
        f"erase.{code}",
        when=(_when(rule.when),),
        states=tuple(f"state.{one.value}" for one in OVER if one in rule.states),
        rule=rule.key,
        **(shown if code == "signers.some" else {}),
    )
    if rule.keeps:
        kept = tuple(f"field.{one.value}" for one in rule.keeps)
        yield statement("erase.keeps", rule=rule.key, kept=kept)


def _erasure(found: Privacy) -> Iterator[Statement]:
    if found.unproved_days is not None:
        yield statement("unproved", days=found.unproved_days)
    for rule in found.rules:
        yield from _rule(rule)
    if not any(rule.whom is Whom.SIGNERS for rule in found.rules):
        yield statement("erase.never")
    if found.spent_claims:
        yield statement("erase.spent", ground=found.spent_claims)
    stays = tuple(one for one in found.fields if one.counts)
    yield statement("stays", fields=_words(stays))


def _rights(found: Privacy) -> Iterator[Statement]:
    for right in ("access", "rectify", "erase", "restrict", "port", "withdraw"):
        yield statement(f"right.{right}")
    if found.controller.authority:
        yield statement("right.complain", authority=found.controller.authority)


def _decisions(found: Privacy) -> Iterator[Statement]:
    yield statement("decided.by_rule" if found.automated else "decided.never")


def _measures(found: Privacy) -> Iterator[Statement]:
    yield statement("measure.claims")
    for one in found.controller.measures:
        yield statement("measure", measure=one)
