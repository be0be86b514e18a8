"""Lets ``python -m corsheet`` be the command line."""

import sys

from corsheet.cli import main

if __name__ == "__main__":
    sys.exit(main())
