"""Add the lines that are missing; see the package."""

import sys

from tests import golden


def main() -> None:
    """Refuse as a whole where a promise is broken."""
    if problems := golden.broken():
        sys.exit("\n".join(problems))
    before = golden.promised()
    missing = [form for key, form in golden.current().items() if key not in before]
    golden.add(missing)
    sys.stdout.write("".join(f"added {form.name}, schema {form.schema}\n" for form in missing) or "nothing to add\n")


main()
