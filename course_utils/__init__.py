"""Helper package of the lecture notebooks *Deep Learning for Signal & Image Processing*.

Importing it loads nothing: neither torch nor matplotlib. Take the module that you need, for example
``from course_utils import filtering, plots``. CONTRIBUTING.md lists the modules, lowest floor first.
"""

__version__ = "0.1.0"
