"""A petition that has been signed and closed, and packs of it."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

from attrs import define, evolve, field

from petitionkit.disclosure import Disclosed, Disclosure
from petitionkit.form import Demand, Form
from petitionkit.formats.pack.seal import SealingKey
from petitionkit.formats.pack.writing import Pack, Seal, write_pack
from petitionkit.moderation import Capacity
from petitionkit.outcomes import Accepted
from petitionkit.parties import Addressee
from petitionkit.petition import Petition
from petitionkit.policy import Policy
from petitionkit.signature import Signature, SignatureDraft, Submission
from petitionkit.store import every_signature
from samples import DAY, ENGLISH, GERMAN, POLICY, STARTER, Office

KEY = SealingKey(secret=bytes(range(32)))
OTHER_KEY = SealingKey(secret=bytes(range(1, 33)))
COUNCIL = Addressee(key="council", name="Town Council", place="Westhill")
MAYOR = Addressee(key="mayor", name="The Mayor")
SHOWN = evolve(
    POLICY,
    form=Form(email=Demand.REQUIRED, comment=Demand.OPTIONAL),
    disclosure=Disclosure(fields=(Disclosed.NAME, Disclosed.REGION, Disclosed.COMMENT)),
)
SIGNERS = (
    ("Anna Berg", "North", "For my children."),
    ("Ben <Cole>", "South", "=1+1"),
    ("Carla, Díaz", "", 'She said "yes".'),
    ("Dora Engel", "North", "Two lines\nof reasons."),
)


@define
class Signed:
    """A petition of which some have signed, one a day, and which is closed."""

    policy: Policy = SHOWN
    signers: tuple[tuple[str, str, str], ...] = SIGNERS
    office: Office = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.office = Office(policy=self.policy)
        desk = self.office.desk
        self.office.id = desk.start(
            starter=STARTER, texts=[ENGLISH, GERMAN], addressees=[COUNCIL, MAYOR]
        ).id
        self.office.publish()
        for place, (name, region, comment) in enumerate(self.signers):
            self.office.clock.go(DAY)
            draft = SignatureDraft(
                name=name, region=region, comment=comment, email=f"p{place}@example.org"
            )
            [outcome] = desk.intake(self.office.id, [Submission(draft=draft)])
            assert isinstance(outcome, Accepted)
        self.office.clock.go(DAY)
        desk.acting(Capacity.STARTER).close(self.office.id, reason="delivered")

    @property
    def now(self) -> datetime:
        return self.office.clock.now

    @property
    def petition(self) -> Petition:
        return self.office.desk.petition(self.office.id)

    def signatures(self) -> Iterator[Signature]:
        for numbered in every_signature(self.office.store, self.office.id):
            yield numbered.signature

    def pack(
        self,
        folder: Path,
        *,
        signatures: Iterable[Signature] | None = None,
        addressee: str = "council",
        seal: Seal = KEY,
    ) -> Pack:
        return write_pack(
            folder,
            petition=self.petition,
            policy=self.policy,
            standing=self.office.desk.standing(self.office.id),
            signatures=self.signatures() if signatures is None else signatures,
            addressee=addressee,
            seal=seal,
        )


class Reader(HTMLParser):
    """Reads a page: its tags, its attributes, its text, the cells of each row."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.rows: list[list[str]] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, text: str) -> None:
        if "style" in self.open:
            return
        self.texts.append(text)
        if "td" in self.open or "th" in self.open:
            self.rows[-1][-1] += text

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())
