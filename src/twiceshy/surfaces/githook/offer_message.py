"""``python -m twiceshy.surfaces.githook.offer_message FILE``: what git hooks from before 24 November 2026 start."""

import sys

from twiceshy_git.githook.offer_message import main

if __name__ == "__main__":
    main(sys.argv[1:])
