"""The demonstration's petition, its policy, and a roll with realistic dirt.

The roll is invented and always the same: names of many scripts, spellings of one mailbox,
repeated lines, spaces and cases as people type them, addresses that cannot be, and cells that
would be formulas in a spreadsheet.
"""

import csv
import io
import random
import unicodedata
from datetime import UTC, datetime, timedelta
from importlib.resources import files

__all__ = ["PERSONS_IN_ROLL", "petition_toml", "policy_toml", "roll_csv"]

PERSONS_IN_ROLL = 917
"""Distinct persons with a good line in the roll; the starter and web signers are 6 more."""

_SEED = 923
_OPENED = datetime(2016, 11, 14, 18, 0, tzinfo=UTC)
_GIVEN = (
    "Ana Ben Carla Dmitri Elena Farid Grace Hana Ines José Karin Li Mónica Noor Olu Paweł Quinn "
    "Rosa Søren Thị Uma Víctor Wen Ximena Yusuf Zoë Đorđe Łucja Ángela Björn Chloé Siobhán"
).split()
_FAMILY = (
    "Alvarez Brown Castro Díaz Evans Flores García Hernández Ivanova Jones Kim López Müller "
    "Nguyễn O'Brien Pérez Quist Ramírez Smith Torres Ueda Vega Wójcik Xu Young Zhang van-Dijk "
    "Öztürk Şahin Ørsted Ibáñez D'Angelo"
).split()
_OTHER_SCRIPTS = (
    "山田 太郎",
    "佐藤花子",
    "محمد علي",
    "فاطمة الزهراء",
    "Анна Каренина",
    "김민준",
    "Ελένη Παπαδοπούλου",
    "ศิริพร แก้วใส",
    "דוד כהן",
    "आरती शर्मा",
)
# Reserved domains, save one: spellings of one mailbox are known for real providers only. The
# names before it are of nobody's choosing.
_DOMAINS = ("gmail.com", "example.com", "example.org", "example.net", "mail.example")
_BAD = (
    ("Nobody At All", "nobody.example.org"),
    ("Two Signs", "two@signs@example.org"),
    ("", "no.name@example.org"),
    ("   ", "blank.name@example.org"),
    ('=HYPERLINK("http://evil.example","click")', "formula@example.org"),
    ("+1-555-0100", "plus@example.org"),
    ("@SUM(A1:A9)", "at@example.org"),
    ("Visit https://spam.example now", "spam@example.org"),
    ("Quoted Local", '"quoted local"@example.org'),
    ("Trailing Dot", "trailing.@example.org"),
    ("\u202eLive Backwards", "backwards@example.org"),
    ("Local Host", "root@localhost"),
)


def _resource(name: str) -> str:
    return files(__name__).joinpath(name).read_text("utf-8")


def petition_toml() -> str:
    """The petition file."""
    return _resource("petition.toml")


def policy_toml() -> str:
    """The policy file that the petition file names."""
    return _resource("policy.toml")


_PLAIN = str.maketrans("øØđĐłŁ", "oOdDlL")  # letters that no normalisation takes apart


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.translate(_PLAIN))
    return "".join(c for c in plain if c.isascii() and c.isalnum()).lower()


def _people(dice: random.Random) -> list[tuple[str, str]]:
    people = []
    for n in range(PERSONS_IN_ROLL):
        if n % 45 == 0:
            name = _OTHER_SCRIPTS[n // 45 % len(_OTHER_SCRIPTS)]
            local = f"invented.signer.{n}"
        else:
            given, family = dice.choice(_GIVEN), dice.choice(_FAMILY)
            name = f"{given} {family}"
            local = f"{_ascii(given)}.{_ascii(family)}.invented{n}"
        people.append((name, f"{local}@{dice.choice(_DOMAINS)}"))
    return people


def _dirty(dice: random.Random, name: str, email: str) -> tuple[str, str]:
    """The same person again, as forms and clerks spell them."""
    local, _, domain = email.partition("@")
    spellings = [
        (name.upper(), email.upper()),
        (f"  {name}", f"{email} "),
        (unicodedata.normalize("NFD", name), f"{local}+petition@{domain}"),
        (name.replace(" ", "  "), f"{local.title()}@{domain}"),
    ]
    if domain == "gmail.com":
        spellings.append((name, f"{local.replace('.', '')}@googlemail.com"))
    return dice.choice(spellings)


def roll_csv() -> str:
    """The roll: one good line for each person, and the dirt of a real one; always the same."""
    dice = random.Random(_SEED)  # noqa: S311 (a fixed seed is the point)
    people = _people(dice)
    minutes = sorted(dice.randrange(180 * 24 * 60) for _ in people)
    lines = []
    for (name, email), minute in zip(people, minutes, strict=True):
        at = (_OPENED + timedelta(minutes=minute)).isoformat()
        lines.append((name, email, at, dice.choice(("", "", "I live here.", "Bitte, ja!"))))
        if dice.random() < 0.06:  # noqa: PLR2004 (about as many repeats as real rolls have)
            again = (_OPENED + timedelta(minutes=minute + 90)).isoformat()
            lines.append((*_dirty(dice, name, email), again, ""))
        if dice.random() < 0.01:  # noqa: PLR2004 (the very same line, pasted twice)
            lines.append(lines[-1])
    for name, email in _BAD:
        lines.insert(dice.randrange(len(lines)), (name, email, _OPENED.isoformat(), ""))
    lines.append(("Too Late", "late@example.org", "2017-09-01T00:00:00+00:00", ""))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("Name", "E-mail", "Signed at", "Comment"))
    writer.writerows(lines)
    return text.getvalue()
