"""Pages of the reference: one for each module, made from its docstrings by autodoc.

They are made at every build and kept nowhere, so a new module is in by itself.
"""

import ast
import sys
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

import petitionkit

SOURCE = Path(petitionkit.__file__).parent
FOLDER = Path(__file__).parent.parent / "reference" / "api"

LEFT_OUT: Mapping[str, str] = MappingProxyType(
    {
        "petitionkit.cli": "used as a command, and listed as such in commands.md",
    }
)
"""Packages without pages, and why."""


def module_names() -> Iterator[str]:
    """Every module that has a page, the front door left out."""
    for path in sorted(SOURCE.rglob("*.py")):
        parts = ("petitionkit", *path.relative_to(SOURCE).with_suffix("").parts)
        name = ".".join(parts).removesuffix(".__init__")
        if name != "petitionkit" and not any(
            name == out or name.startswith(f"{out}.") for out in LEFT_OUT
        ):
            yield name


def absent() -> list[str]:
    """Other projects that our modules import and that are not installed here."""
    imported = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Import(names=names):
                    imported |= {alias.name.partition(".")[0] for alias in names}
                case ast.ImportFrom(module=str(module), level=0):
                    imported.add(module.partition(".")[0])
    return sorted(n for n in imported - sys.stdlib_module_names if find_spec(n) is None)


def headed(title: str, *paragraphs: str) -> str:
    """A page in reStructuredText."""
    return "\n\n".join((f"{title}\n{'=' * len(title)}", *paragraphs)) + "\n"


def module_page(name: str) -> str:
    """The page of one module: what it decides, then every name that it exports."""
    return headed(name, f".. automodule:: {name}")


def exported(name: str) -> list[str]:
    """What a module says that it exports, read from its text: its extra may not be installed."""
    path = SOURCE.parent.joinpath(*name.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    for node in ast.parse(path.read_text("utf-8")).body:
        match node:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=names):
                return list(ast.literal_eval(names))
    return []


def homes() -> Mapping[str, str]:
    """Each exported name with the module that it is exported from."""
    return {name: module for module in module_names() for name in exported(module)}


def front_door() -> str:
    """The page of the names that are imported from petitionkit itself."""
    home = homes()
    names = (name for name in petitionkit.__all__ if not name.startswith("_"))
    lines = (f"- :py:obj:`{name} <{home[name]}.{name}>`" for name in names)
    return headed(
        "petitionkit",
        "The front door: what an app needs every day, under one name. "
        "Each is described where it lives. ``__version__`` is the version of the package.",
        "\n".join(lines),
    )


def contents() -> str:
    """The list of all modules, parts of the package kept together."""
    groups: dict[str, list[str]] = {}
    for name in module_names():
        part = name.split(".")[1]
        is_package = (SOURCE / part / "__init__.py").is_file()
        groups.setdefault(part if is_package else "", []).append(name)
    trees = []
    for part in sorted(groups):
        caption = f"petitionkit.{part}" if part else "The core"
        entries = "\n".join(
            f"   {name}" for name in (*([] if part else ["petitionkit"]), *groups[part])
        )
        trees.append(f".. toctree::\n   :maxdepth: 1\n   :caption: {caption}\n\n{entries}")
    return headed("Modules", "Every public name of every module, from its docstring.", *trees)


def write() -> None:
    """Write the pages that changed, and remove those whose module is gone."""
    FOLDER.mkdir(exist_ok=True)
    wanted = {
        "index.rst": contents(),
        "petitionkit.rst": front_door(),
        **{f"{name}.rst": module_page(name) for name in module_names()},
    }
    for path in FOLDER.glob("*.rst"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        path = FOLDER / name
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
