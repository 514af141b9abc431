"""Everything that must hold before a change goes in: `python -m tests.check`.

Lint, format, types, then all tests (those of the documentation among them) with branch coverage.
Stops at the first that fails, with its exit code.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
FLOOR = 97  # per cent of lines and branches that the tests must reach

CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("pytest", "-n", "auto", "--cov", f"--cov-fail-under={FLOOR}"),
)


def main() -> int:
    """Run the checks in order, each shown as it would be typed."""
    for check in CHECKS:
        sys.stdout.write(f"\n$ python -m {' '.join(check)}\n")
        sys.stdout.flush()
        code = subprocess.run([sys.executable, "-m", *check], cwd=ROOT, check=False).returncode  # noqa: S603
        if code:
            sys.stdout.write(f"\n{check[0]} failed\n")
            return code
    sys.stdout.write("\nall checks passed\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
