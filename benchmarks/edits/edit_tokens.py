"""Code as tokens: words, numbers, signs and white space, of which the text can be put together again."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

_TOKEN: Final = re.compile(r"\w+|\n|[^\S\n]+|[^\w\s]")
_WORD: Final = re.compile(r"\w")


def split_tokens(text: str) -> list[str]:
    r"""Return the tokens; joined they are the text.

    >>> split_tokens("if a_1:\n  go()")
    ['if', ' ', 'a_1', ':', '\n', '  ', 'go', '(', ')']
    """
    return _TOKEN.findall(text)


def list_marked(text: str) -> list[str]:
    r"""Return the tokens by which texts are compared: white space counts at the beginning of a line only.

    >>> list_marked("if a :\n  go()  ")
    ['if', 'a', ':', '\n', '  ', 'go', '(', ')']
    """
    found: list[str] = []
    for number, line in enumerate(text.rstrip().split("\n")):
        found += ["\n"] if number else []
        tokens = split_tokens(line.rstrip())
        found += [token for at, token in enumerate(tokens) if not at or not token.isspace()]
    return found


def has_word(tokens: Iterable[str]) -> bool:
    """Tell whether one of the tokens is a word or a number."""
    return any(_WORD.match(token) for token in tokens)


def count_words(text: str) -> Counter[str]:
    """Return how often each word stands in a text."""
    return Counter(token for token in split_tokens(text) if _WORD.match(token))


def measure_overlap(one: Mapping[str, int], other: Mapping[str, int]) -> float:
    """Return Dice's coefficient of two bags of words.

    >>> measure_overlap({"a": 2, "b": 1}, {"a": 1})
    0.5
    """
    total = sum(one.values()) + sum(other.values())
    shared = sum(min(times, other.get(word, 0)) for word, times in one.items())
    return 2 * shared / total if total else 0.0


def find_run(tokens: Sequence[str], run: Sequence[str], start: int = 0) -> int:
    """Return where a run of tokens begins in others; -1 where it does not."""
    size = len(run)
    return next((at for at in range(start, len(tokens) - size + 1) if tokens[at : at + size] == run), -1)
