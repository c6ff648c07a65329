"""Pages of the reference: one for each module, made from its docstrings by autodoc.

They are made at every build and kept nowhere, so a new module is in by itself.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
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


def headed(title: str, *paragraphs: str) -> str:
    """A page in reStructuredText."""
    return "\n\n".join((f"{title}\n{'=' * len(title)}", *paragraphs)) + "\n"


def module_page(name: str) -> str:
    """The page of one module: what it decides, then every name that it exports."""
    return headed(name, f".. automodule:: {name}")


def exported(name: str) -> list[str]:
    """What a module says that it exports."""
    return list(getattr(import_module(name), "__all__", ()))


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
