"""Lets ``python -m corsheet`` be the command line."""

import sys

if __name__ == "__main__":  # a worker process imports this module by another name
    from corsheet.cli import main

    sys.exit(main())
