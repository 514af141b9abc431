"""The command line: `dealflow`, over one journal. Needs the extra `cli`."""

import sys
from collections.abc import Sequence

EXTRA = frozenset({"cyclopts", "rich"})
USAGE = 2


def main(words: Sequence[str] | None = None) -> int:
    """Run one command line (this process's own, if none is given) and return its exit code.

    0 done, 1 refused or failed, 2 not understood, 130 interrupted, 141 nobody reads on.
    """
    try:
        from dealflow.cli.running import run
    except ModuleNotFoundError as missing:
        library = (missing.name or "").partition(".")[0]
        if library not in EXTRA:
            raise
        sys.stderr.write(f"dealflow: the command line needs {library}: pip install 'dealflow[cli]'\n")
        return USAGE
    return run(sys.argv[1:] if words is None else words)
