# ruff: noqa: INP001  # no package: a name by which hooks start us
"""``python -m twiceshy.wings.git.githook.offer_message FILE``: what git hooks of 24 and 25 November 2026 start."""

import sys

from twiceshy.surfaces.githook.offer_message import answer_hook

if __name__ == "__main__":
    answer_hook(sys.argv[1:])
