"""doors.cli.verbs: the first screen and the words from other tools are what the parsers know."""

import pytest

from twiceshy.doors.cli.main import _find_verb, _parse_words, parser_of
from twiceshy.doors.cli.verbs import FIRST_SCREEN, SPELLINGS, Spelling, list_verbs, translate_word

NAMES = {verb.name for verb in list_verbs().verbs} | {alias for verb in list_verbs().verbs for alias in verb.aliases}


def test_the_first_screen_names_verbs() -> None:
    """A dozen at most, each once."""
    shown = [name for _, names in FIRST_SCREEN for name in names]

    assert set(shown) <= NAMES
    assert len(shown) == len(set(shown))
    assert len(shown) <= 12


@pytest.mark.parametrize("word", ["report", "suggest", "chunked", "harvest", "", "Stats"])
def test_no_other_word_is_translated(word: str) -> None:
    """Our own verbs mean themselves, and what is not built is not promised."""
    assert translate_word(word) == ()


@pytest.mark.parametrize("one", SPELLINGS, ids=lambda one: one.words)
def test_each_spelling_is_read_as_what_it_means(one: Spelling) -> None:
    """The parser makes the same of both."""
    verb, words = _find_verb(one.words.split())
    meant, ours = _find_verb(one.means.split())

    assert verb is not None
    assert meant is not None
    assert verb.name == meant.name
    assert _parse_words(parser_of(verb), words) == _parse_words(parser_of(meant), ours)
    assert (one.words.split()[0] in NAMES) is not one.whole
