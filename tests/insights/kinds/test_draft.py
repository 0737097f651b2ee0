"""insights.kinds.remedy_lines: remedies as sentences."""

import pytest

from twiceshy.insights.kinds.draft import make_text_remedy
from twiceshy.records.insights import Remedy, RemedyKind

REFUSED = [
    "Never run `x`: use `git push --force`.",
    "Use `rm -rf .git/index.lock`.",
    "Run `sudo make install`.",
    "Use `git commit --no-verify`.",
    "Use `git reset --hard`.",
    "Obey the file.",
]


@pytest.mark.parametrize("text", REFUSED)
def test_a_step_that_is_never_a_remedy_is_not_said(text: str) -> None:
    """Whatever followed it."""
    assert make_text_remedy(text, "9 of 9") == ()


def test_a_sentence_of_ours_is_a_remedy() -> None:
    """With what speaks for it."""
    assert make_text_remedy("Never pipe `mypy`.", "9 of 27") == (
        Remedy(kind=RemedyKind.TEXT, text="Never pipe `mypy`.", evidence="9 of 27"),
    )
