"""``python -I -m twiceshy.surfaces.brief``: what the recording hook starts."""

import sys

from twiceshy.surfaces.brief.brief_hook import main

if __name__ == "__main__":
    main(sys.argv[1:])
