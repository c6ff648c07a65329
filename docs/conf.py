"""How Sphinx builds this documentation: ``sphinx-build -W --keep-going docs docs/_build``.

Before anything is read, tables are written anew from the source and the reference gets its pages.
"""

import re
import sys
from pathlib import Path

import django
from django.conf import settings
from sphinx.application import Sphinx

from petitionkit.version import __version__

# Django's models can be read only where Django is set up.
settings.configure(
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "petitionkit.django",
    ]
)
django.setup()

sys.path.insert(0, str(Path(__file__).parent))

from tables import made, reference

made.write()
reference.write()

project = "petitionkit"
author = "The petitionkit authors"
project_copyright = f"{author}, MIT licence"
release = version = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["_build", "examples/**"]
html_theme = "furo"
html_title = f"petitionkit {release}"
html_copy_source = False

myst_heading_anchors = 3

autodoc_default_options = {
    "members": True,
    "undoc-members": True,
    "member-order": "bysource",
    # What a class has from others of ours is shown with it; what it has from elsewhere is not.
    "inherited-members": "AppConfig,BaseException,BaseModel,Enum,Generic,Migration,Model,Protocol,"
    "dict,float,int,str,tuple",
    # What Django puts into every model.
    "exclude-members": "DoesNotExist,Meta,MultipleObjectsReturned,NotUpdated",
}
python_maximum_signature_line_length = 88
python_use_unqualified_type_names = True
nitpicky = True
nitpick_ignore_regex = [
    ("py:.*", r"(?!petitionkit\.).*"),  # other projects' names: a build needs no network
    ("py:.*", r"petitionkit\..*\.([A-Z]|\w+_co(ntra)?)"),  # type variables
]
# Extras that are not installed where this is built; their modules are described all the same.
autodoc_mock_imports = reference.absent()


def name_functions(
    _app: Sphinx,
    _what: str,
    _name: str,
    _of: object,
    _options: object,
    arguments: str | None,
    returns: str | None,
) -> tuple[str, str | None] | None:
    """Write a function that is a default by its name, and not as Python's repr has it."""
    if arguments is None:
        return None
    return re.sub(r"<function (\w+)[^>]*>", r"\1", arguments), returns


def setup(app: Sphinx) -> None:
    """Let Sphinx know of it."""
    app.connect("autodoc-process-signature", name_functions)
