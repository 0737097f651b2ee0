"""``python -m twiceshy``: the command line."""

import sys

from twiceshy.doors.cli.start import main

if __name__ == "__main__":
    sys.exit(main())
