"""``python -I -m twiceshy.surfaces.brief``: what a copy of the gate from before 24 November 2026 starts."""

import sys

from twiceshy.doors.brief.brief_hook import main

if __name__ == "__main__":
    main(sys.argv[1:])
