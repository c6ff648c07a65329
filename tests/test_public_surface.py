"""What can be imported from where is said, is true, and is written down."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module, resources
from inspect import isclass, isfunction
from pathlib import Path
from types import ModuleType

import pytest

import petitionkit
from django_setup import set_up_django

set_up_django()  # models can be imported only then

SOURCE = Path(petitionkit.__file__).parent


def module_names() -> Iterator[str]:
    for path in sorted(SOURCE.rglob("*.py")):
        parts = ("petitionkit", *path.relative_to(SOURCE).with_suffix("").parts)
        yield ".".join(parts).removesuffix(".__init__")


STUB = ast.parse((SOURCE / "__init__.pyi").read_text(encoding="utf-8"))
MODULES = [name for name in module_names() if name != "petitionkit"]


def tree(module: ModuleType) -> ast.Module:
    assert module.__file__ is not None
    return ast.parse(Path(module.__file__).read_text(encoding="utf-8"))


def surface_problems(module: ModuleType) -> list[str]:
    """Everything wrong with what a module says that it exports."""
    names: list[str] = list(getattr(module, "__all__", []))
    found = [f"{name} does not exist" for name in names if not hasattr(module, name)]
    if len(set(names)) < len(names):
        found.append("a name is there twice")
    if names != sorted(names, key=lambda n: (not n.isupper(), not n[0].isupper(), n)):
        found.append("not sorted: constants, classes, functions")
    for name, value in vars(module).items():
        own = getattr(value, "__module__", None) == module.__name__
        public = not name.startswith("_") and (isclass(value) or isfunction(value))
        if own and public and name not in names:
            found.append(f"{name} is public and not listed")
        inside = own or str(getattr(value, "__module__", "")).startswith(f"{module.__name__}.")
        if name in names and (isclass(value) or isfunction(value)) and not inside:
            found.append(f"{name} belongs to another module")
    return found


def undocumented(body: ast.Module | ast.ClassDef, place: str) -> Iterator[str]:
    """Public modules, classes and functions without a docstring, methods included."""
    if ast.get_docstring(body) is None:
        yield place
    for node in body.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith(("_", "Meta")):
            yield from undocumented(node, f"{place}.{node.name}")
        elif isinstance(node, ast.FunctionDef):
            if node.name.startswith("_") and node.name not in ("__init__", "__call__"):
                continue
            if node.name.startswith("test_"):
                continue  # a promise, which its name tells
            overload = any(ast.unparse(one) == "overload" for one in node.decorator_list)
            if ast.get_docstring(node) is None and not overload:
                yield f"{place}.{node.name}"


@cache
def used_elsewhere() -> dict[str, set[str]]:
    """Names that our modules import from each other, by the module they come from."""
    found: dict[str, set[str]] = {}
    for name in MODULES:
        for node in ast.walk(tree(import_module(name))):
            if isinstance(node, ast.ImportFrom) and node.module in MODULES:
                found.setdefault(node.module, set()).update(a.name for a in node.names)
    return found


def stub_names() -> dict[str, str]:
    """Each name in the stub of the front door with the module that it comes from."""
    found = {}
    for node in STUB.body:
        if isinstance(node, ast.ImportFrom):
            assert node.module is not None
            for alias in node.names:
                assert alias.asname == alias.name, "a stub exports what it imports 'as' itself"
                found[alias.name] = node.module
    return found


@pytest.mark.parametrize("name", MODULES)
def test_a_module_exports_what_it_says(name: str) -> None:
    assert surface_problems(import_module(name)) == []


@pytest.mark.parametrize("name", MODULES)
def test_what_other_modules_use_is_exported(name: str) -> None:
    module = import_module(name)
    submodules = {other.rpartition(".")[2] for other in MODULES if other.startswith(f"{name}.")}
    used = used_elsewhere().get(name, set()) - submodules
    assert used <= set(getattr(module, "__all__", []))


@pytest.mark.parametrize("name", ["petitionkit", *MODULES])
def test_everything_public_has_a_docstring(name: str) -> None:
    assert list(undocumented(tree(import_module(name)), name)) == []


def test_every_name_of_the_front_door_resolves_to_its_home() -> None:
    for name, home in stub_names().items():
        assert getattr(petitionkit, name) is getattr(import_module(home), name)
        assert name in import_module(home).__all__


def test_the_front_door_is_sorted_and_equal_to_its_stub() -> None:
    assert petitionkit.__all__ == sorted(set(petitionkit.__all__))
    assert set(petitionkit.__all__) == set(stub_names())
    listed = [ast.literal_eval(node.value) for node in STUB.body if isinstance(node, ast.Assign)]
    assert listed == [petitionkit.__all__]
    assert dir(petitionkit) == petitionkit.__all__


def test_no_name_of_the_front_door_is_a_modules() -> None:
    """Importing a module sets it on its package, where it would hide the name."""
    assert not {f"petitionkit.{name}" for name in petitionkit.__all__} & set(MODULES)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="petitionkit has no Petitions"):
        getattr(petitionkit, "Petitions")  # noqa: B009 (a type checker would refuse it)


def test_a_star_import_brings_exactly_the_names_of_the_front_door() -> None:
    code = (
        "before = set(globals())\n"
        "from petitionkit import *\n"
        "print(*sorted(set(globals()) - before - {'before'}), sep='\\n')"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 (our own code)
    assert done.stdout.split() == petitionkit.__all__


def test_every_module_can_be_imported_first() -> None:
    code = (
        "import sys, importlib\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from django_setup import set_up_django\n"
        "set_up_django()\n"
        "for name in sys.argv[1:]:\n"
        "    for known in [m for m in sys.modules if m.partition('.')[0] == 'petitionkit']:\n"
        "        del sys.modules[known]\n"
        "    importlib.import_module(name)\n"
    )
    subprocess.run([sys.executable, "-c", code, *MODULES], check=True)  # noqa: S603 (our own code)


def test_the_package_says_that_it_is_typed() -> None:
    assert resources.files("petitionkit").joinpath("py.typed").is_file()


def test_the_checks_notice_what_they_are_for() -> None:
    module = ModuleType("broken")
    exec(  # noqa: S102 (a module broken on purpose)
        "from collections import OrderedDict\n"
        "__all__ = ['b', 'gone', 'a', 'a', 'OrderedDict']\n"
        "def a(): ...\ndef b(): ...\ndef left_out(): ...\n",
        vars(module),
    )
    assert surface_problems(module) == [
        "gone does not exist",
        "a name is there twice",
        "not sorted: constants, classes, functions",
        "OrderedDict belongs to another module",
        "left_out is public and not listed",
    ]
    bare = ast.parse("class A:\n    def f(self): ...\n    def _g(self): ...\ndef _h(): ...\n")
    assert list(undocumented(bare, "m")) == ["m", "m.A", "m.A.f"]
