"""``python -m twiceshy.surfaces.githook.offer_message FILE``: what git hooks from before 24 November 2026 start."""

import sys

from twiceshy.base.plugins import find_answer
from twiceshy.records.questions import GITHOOK


def answer_hook(words: list[str]) -> None:
    """Let the wing answer whose hook it is; without it nothing is offered, and a commit goes on."""
    hook = find_answer(GITHOOK)
    if hook is not None:
        hook.main(words)


if __name__ == "__main__":
    answer_hook(sys.argv[1:])
