# SPDX-License-Identifier: GPL-2.0-only
"""
How Sphinx builds the documentation: no extension, nothing from the network.
The root is index.rst.
"""

project = "weft"
author = "the weft authors"
copyright = "the weft authors"

root_doc = "index"
source_suffix = {".rst": "restructuredtext"}
exclude_patterns = ["ABI/**", "netlink/**"]

primary_domain = None           # "foo()" in text is not taken for Python
default_role = None
highlight_language = "none"     # a block that wants colours says its language
smartquotes = False             # options such as --json stay as they are typed

html_theme = "alabaster"
html_theme_options = {
    "description": "a few Linux machines as one",
    "fixed_sidebar": True,
    "page_width": "64em",
}
html_show_sphinx = False
html_show_copyright = False
html_show_sourcelink = False
html_copy_source = False
