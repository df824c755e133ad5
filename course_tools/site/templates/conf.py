"""Sphinx's settings for the site of the course; run by ``course site``."""

import re

from sphinx.application import Sphinx

from course_tools import syllabus

project = syllabus.title()
author = "The authors of the course"
html_title = project
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.autosummary", "sphinx.ext.napoleon", "sphinx_copybutton"]

nb_execution_mode = "off"
nb_merge_streams = True
nb_ipywidgets_js = {}  # no widget is live here: sliders show pictures drawn beforehand
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence"]
myst_heading_anchors = 3
suppress_warnings = ["myst.header", "config.cache"]

autosummary_generate = True
autodoc_typehints = "signature"
autodoc_type_aliases = {"ArrayLike": "ArrayLike"}
add_module_names = False
python_use_unqualified_type_names = True
autodoc_member_order = "bysource"
napoleon_use_rtype = False

mathjax_path = "mathjax.js"
html_theme = "sphinx_book_theme"
html_static_path = ["static"]
html_css_files = ["course.css"]
html_js_files = ["course.js"]
html_extra_path = ["extra"]
html_show_sourcelink = False
html_copy_source = False
html_last_updated_fmt = None
html_theme_options = {
    "use_download_button": False,
    "use_fullscreen_button": True,
    "show_navbar_depth": 1,
    "navbar_persistent": [],  # the search stands in the sidebar
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
html_context = {"default_mode": "auto"}
if repository := syllabus.repository():
    html_theme_options |= {
        "repository_url": f"https://github.com/{repository}",
        "use_repository_button": True,
        "use_issues_button": True,
        "launch_buttons": {"binderhub_url": "https://mybinder.org", "colab_url": "https://colab.research.google.com"},
    }


def link_lectures(app: Sphinx, what: str, name: str, documented: object, options: object, lines: list[str]) -> None:
    """Turn the lecture that a docstring names into a link to its page."""
    slugs = {lecture.number: lecture.slug for lecture in syllabus.lectures()}

    def link(found: re.Match[str]) -> str:
        slug = slugs.get(found[2])
        return f"{found[1]} :doc:`{found[2]} </notebooks/{slug}>`" if slug else found[0]

    # A bar is the sign of an absolute value in our formulas; reStructuredText would take it for a substitution.
    lines[:] = [re.sub(r"(``.*?``)|\|", lambda found: found[1] or r"\|", line) for line in lines]
    lines[:] = [re.sub(r"\b(lecture|sitting) (\d\d[a-z]?)\b", link, line) for line in lines]


def setup(app: Sphinx) -> None:
    """Register what this file adds to Sphinx."""
    app.connect("autodoc-process-docstring", link_lectures)
