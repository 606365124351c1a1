"""Settings of the guide: `make guide` builds the pages of this folder as a site that needs no network."""

from __future__ import annotations

import simulator

project = "treatysim"
author = "The treatysim authors"
copyright = "2026 The treatysim authors"
version = release = simulator.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc"]
source_suffix = {".md": "markdown"}
root_doc = "index"
# A heading is linked to as on the web pages of a repository: by its text, in small letters.
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]
# The pages show tables with `…` for what is left out, and commands with their output; neither is a language.
highlight_language = "text"

# Docstrings are written in plain text with code in single backticks.
default_role = "code"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
add_module_names = False
python_use_unqualified_type_names = True
maximum_signature_line_length = 88

html_theme = "furo"
html_title = "treatysim"
html_copy_source = False
html_show_sphinx = False
