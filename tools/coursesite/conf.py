"""Sphinx's configuration of the course site; `make site` runs it on what build.py wrote."""

import os
from pathlib import Path

import course

HERE = Path(__file__).parent
WORK = Path(os.environ["COURSESITE_WORK"])  # build.py says where

project = "Gradient Course"
author = "the authors of Gradient Course"
copyright = "Text and figures: CC BY 4.0. Code: BSD 3-Clause."
release = course.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.mathjax", "sphinx.ext.napoleon", "sphinx_design"]
exclude_patterns = ["downloads/**"]  # files to take home

# Notebooks come with their outputs. Nothing is executed here.
nb_execution_mode = "off"
nb_merge_streams = True
nb_append_css = True
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # no scripts from elsewhere: sliders don't work on a page anyway
myst_enable_extensions = ["amsmath", "attrs_inline", "colon_fence", "dollarmath"]
myst_heading_anchors = 4
myst_dmath_double_inline = True
highlight_language = "none"  # blocks in guides are commands; code cells say themselves what they are

# Formulas are drawn by a MathJax that lies beside the pages, with its fonts inside.
mathjax_path = "mathjax/tex-svg-full.js"
mathjax3_config = {
    "options": {"enableMenu": False, "processHtmlClass": "tex2jax_process|mathjax_process|math|output_area"},
    "svg": {"fontCache": "global"},
}
myst_update_mathjax = False

# Pages of the package.
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # docstrings say what things are, with shapes
autodoc_preserve_defaults = True
napoleon_custom_sections = [("Environment variables", "params_style")]
napoleon_numpy_docstring = False
napoleon_use_ivar = True
add_module_names = False
toc_object_entries = False
python_use_unqualified_type_names = True
nitpicky = True
nitpick_ignore_regex = [("py:.*", r"(?!course\.).*")]  # other libraries' pages are elsewhere

html_theme = "sphinx_book_theme"
html_title = "Gradient Course"
html_static_path = [str(HERE / "static"), str(WORK / "static")]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_copy_source = False
html_domain_indices = False
html_use_index = False  # search has it all
html_show_sphinx = False
html_context = {"default_mode": "auto"}
html_theme_options = {
    "home_page_in_toc": False,
    "navbar_center": [],  # the sidebar and the bar over an article have all of it
    "navbar_end": [],
    "navbar_persistent": [],
    "navbar_start": [],
    "pygments_dark_style": "a11y-high-contrast-dark",
    "pygments_light_style": "a11y-high-contrast-light",
    "search_bar_text": "Search the course …",
    "show_navbar_depth": 1,
    "show_toc_level": 2,
    "toc_title": "On this page",
    "use_download_button": False,
    "use_fullscreen_button": False,
}
