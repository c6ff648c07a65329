"""One word for one thing: the glossary holds the words of the public names, and no rivals."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import petitionkit

SOURCE = Path(petitionkit.__file__).parent
GLOSSARY = Path(__file__).parents[1] / "docs" / "reference" / "glossary.md"


def row(line: str) -> tuple[str, str, str]:
    """A word, what it means, and the words that it is instead of; a row may end before those."""
    word, meaning, *never = (cell.strip() for cell in line.strip().strip("|").split("|"))
    return word, meaning, never[0] if never else ""


ROWS = [row(line) for line in GLOSSARY.read_text("utf-8").splitlines() if line.startswith("| ")][1:]
WORDS = {word for word, _, _ in ROWS}

# Words of Python and plain English, which mean in a name what they mean anywhere.
PLAIN = frozenset(
    "accepted act acting aged all amended any by closed confirmed due duration end error field"
    " happened in kept keeping key kind label leap limits month not of otherwise owed pending queue"
    " received refused ring signed some ticked true when withdrawn".split()
)


def words(name: str) -> list[str]:
    """The words of a name: ``HTTPServer`` and ``http_server`` are both http, server."""
    return [w.lower() for w in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]


def unexplained(names: Iterable[str], known: set[str]) -> list[str]:
    """Names that hold no word of the glossary and are not plain either."""
    return [
        name
        for name in names
        if name[0].isupper()
        and not known & {*words(name), *words(name.removesuffix("s")), " ".join(words(name))}
        and not PLAIN & set(words(name))
    ]


def public_names(tree: ast.Module) -> Iterator[str]:
    """Functions, classes, parameters and fields whose names do not begin with an underscore."""
    for node in ast.walk(tree):
        found: list[str] = []
        match node:
            case ast.FunctionDef(name=name, args=args):
                given = (*args.posonlyargs, *args.args, *args.kwonlyargs)
                found = [name, *(argument.arg for argument in given)]
            case ast.ClassDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)):
                found = [name]
        yield from (name for name in found if not name.startswith("_"))


def rivals(sources: Mapping[str, str], rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Public names with a word that the glossary rules out."""
    instead = {no: word for word, _, never in rows for no in never.split(", ") if no}
    return [
        f"{place}: {name} says {word}; the glossary's word is {instead[word]}"
        for place, source in sources.items()
        for name in public_names(ast.parse(source))
        for word in words(name)
        if word in instead
    ]


def test_words_stand_in_order_and_once() -> None:
    listed = [word for word, _, _ in ROWS]
    assert listed == sorted(set(listed))


def test_a_word_is_not_ruled_out_elsewhere() -> None:
    assert WORDS.isdisjoint(no for _, _, never in ROWS for no in never.split(", "))


def test_names_of_the_front_door_are_in_the_glossary() -> None:
    missing = unexplained(petitionkit.__all__, WORDS)
    assert missing == [], "add a row to docs/reference/glossary.md, or plain words to PLAIN"


def test_no_public_name_has_a_rival_word() -> None:
    sources = {
        path.relative_to(SOURCE).as_posix(): path.read_text("utf-8")
        for path in SOURCE.rglob("*.py")
    }
    assert rivals(sources, ROWS) == []


def test_no_word_of_the_glossary_is_dead() -> None:
    text = " ".join(path.read_text("utf-8").lower() for path in SOURCE.rglob("*.py"))
    assert [word for word in WORDS if word not in text.replace("_", " ")] == []


def test_the_checks_notice_what_they_are_for() -> None:
    assert words("HTTPServer") == words("http_server") == ["http", "server"]
    assert unexplained(["Signatory", "SignatureDraft", "KeyRing", "by_words"], WORDS) == [
        "Signatory"
    ]
    source = "class Signatory: ...\ndef f(*, signer_name: str): ...\ndef _signee(): ...\n"
    assert rivals({"m": source}, [("signer", "", "signatory, signee")]) == [
        "m: Signatory says signatory; the glossary's word is signer"
    ]
