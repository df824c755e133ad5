"""Windows cannot isolate a grade (docs/instructor-guide.md): there only the release for nbgrader is tested."""

import sys

collect_ignore = ["test_attacks.py", "test_networks.py", "test_records.py"] if sys.platform == "win32" else []
