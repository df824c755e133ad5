"""The door: the ``course`` command. Introduced in lecture 00.

``commands`` holds the commands, each a few lines: read the arguments, call one function, print what came of it. The
work is done in ``lab``, ``workspace``, ``doctor``, ``datasets`` and ``suite`` beside it and in the package
``authoring``.
"""

from course_utils.cli.commands import app

__all__ = ["app"]
