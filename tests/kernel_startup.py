"""Runs at the start of every kernel under test: a deprecation is a failure, unless the dated list allows it."""

import os
import tomllib
import warnings
from pathlib import Path

for category in (DeprecationWarning, PendingDeprecationWarning, FutureWarning):
    warnings.filterwarnings("error", category=category)
# The kernel warns of a function of its own when it is asked to end; as an error this would keep it from ending.
warnings.filterwarnings("ignore", category=PendingDeprecationWarning, module="ipykernel")
for entry in tomllib.loads(Path(os.environ["COURSE_TEST_ALLOWED_WARNINGS"]).read_text(encoding="utf-8"))["allowed"]:
    warnings.filterwarnings("ignore", message=entry["message"], category=Warning)
