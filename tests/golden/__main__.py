"""Add the lines that are missing; see the package, and its rows."""

import sys

from tests import golden
from tests.golden import rows

BOOKS = ((golden.PATH, golden.current(), golden.HOW), (rows.PATH, rows.current(), rows.HOW))


def main() -> None:
    """Refuse as a whole where a promise is broken."""
    if problems := [problem for book in BOOKS for problem in golden.broken(*book)]:
        sys.exit("\n".join(problems))
    for path, now, _ in BOOKS:
        before = golden.promised(path)
        missing = [form for key, form in now.items() if key not in before]
        golden.add(path, missing)
        sys.stdout.write("".join(f"{path.name}: added {form.name}, {form.schema}\n" for form in missing))


main()
