"""`python -m dealflow` is the command `dealflow`."""

import sys

from dealflow.cli import main

if __name__ == "__main__":
    sys.exit(main())
