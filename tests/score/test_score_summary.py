"""score.unknown_reasons: words for what could not be looked at."""

import pytest

from twiceshy.score.score_summary import WORDS, phrase_unknown


@pytest.mark.parametrize("reason", WORDS)
def test_every_reason_has_words(reason: str) -> None:
    """With the part that is unknown before them."""
    assert phrase_unknown(f"taint: {reason}") == f"taint: {WORDS[reason]}"
    assert phrase_unknown(f"all: {reason}") == WORDS[reason]
    assert phrase_unknown(f"src/a.py: all: {reason}") == f"src/a.py: {WORDS[reason]}"
    assert len(set(WORDS.values())) == len(WORDS)


def test_an_unknown_word_stays() -> None:
    """It is better than nothing."""
    assert phrase_unknown("refactor: strange") == "refactor: strange"
    assert phrase_unknown("strange") == "strange"
