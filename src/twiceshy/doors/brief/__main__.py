"""``python -I -m twiceshy.doors.brief``: what the recording hook starts."""

import sys

from twiceshy.doors.brief.brief_hook import main

if __name__ == "__main__":
    main(sys.argv[1:])
