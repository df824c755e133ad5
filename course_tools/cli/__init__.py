"""The door: the ``course`` command. Introduced in lecture 00.

``commands`` holds the commands, each a few lines: read the arguments, call one function, print what came of it. The
work is done in ``lab`` (with ``terminal`` and ``stills``), ``workspace``, ``update`` (with ``changelog``), ``doctor``,
``datasets``, ``progress`` and ``suite`` beside it and in the package ``authoring``; ``grading`` holds the commands of
exercises and grades, ``slides`` that of slides.
"""

from course_tools.cli.commands import app

__all__ = ["app"]
