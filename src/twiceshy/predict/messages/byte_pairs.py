"""Byte-pair pieces of words, learned from a project's own texts (Sennrich et al. 2016).

A piece that begins a word has a blank before it; letters that were never seen are left out. Equal counts are settled by
the pieces themselves, so that one list of texts always gives one vocabulary.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

_WORD: Final = re.compile(r" ?[^\W\d_]+| ?\d| ?[^\w\s]| ?_")
"""Letters together; figures, underscores and signs each alone; a blank before belongs to it."""
PADDING, START, END, PART = 0, 1, 2, 3
"""Numbers that stand for no text: what fills up, begins, ends, and parts the input's texts."""
_SPECIAL: Final = ("", "<start>", "<end>", "<part>")


class BytePairs:
    """A vocabulary, and the order in which pieces are joined."""

    def __init__(self, letters: Sequence[str], joins: Sequence[tuple[str, str]]) -> None:
        self.letters = tuple(letters)
        self.joins = tuple(joins)
        self.pieces = (*_SPECIAL, *self.letters, *(left + right for left, right in self.joins))
        self._numbers = {piece: number for number, piece in enumerate(self.pieces) if number >= len(_SPECIAL)}
        self._ranks = {pair: rank for rank, pair in enumerate(self.joins)}
        self._known: dict[str, tuple[int, ...]] = {}

    def encode(self, text: str) -> list[int]:
        """Return the numbers of a text's pieces."""
        return [number for word in split_words_of(text) for number in self._encode_word(word)]

    def decode(self, numbers: Iterable[int]) -> str:
        """Return the text of pieces; what stands for no text is left out."""
        return "".join(self.pieces[number] for number in numbers if number >= len(_SPECIAL)).strip()

    def _encode_word(self, word: str) -> tuple[int, ...]:
        if word not in self._known:
            parts = list(word)
            while pair := min(pairwise(parts), key=lambda one: self._ranks.get(one, len(self._ranks)), default=None):
                if pair not in self._ranks:
                    break
                parts = join_pair(parts, pair)
            self._known[word] = tuple(self._numbers[part] for part in parts if part in self._numbers)
        return self._known[word]


def split_words_of(text: str) -> list[str]:
    """Return the words of a text, each with the blank before it.

    >>> split_words_of("fix parse_all(2)")
    [' fix', ' parse', '_', 'all', '(', '2', ')']
    """
    return _WORD.findall(" " + " ".join(text.split()))


def join_pair(parts: Sequence[str], pair: tuple[str, str]) -> list[str]:
    """Return the parts with each such pair joined, from the left."""
    joined: list[str] = []
    at = 0
    while at < len(parts):
        if at + 1 < len(parts) and (parts[at], parts[at + 1]) == pair:
            joined.append(parts[at] + parts[at + 1])
            at += 2
        else:
            joined.append(parts[at])
            at += 1
    return joined


def learn_byte_pairs(texts: Iterable[str], size: int) -> BytePairs:
    """Return a vocabulary of at most ``size`` pieces: the most frequent pair is joined until there are so many."""
    counts = Counter(word for text in texts for word in split_words_of(text))
    words = {word: list(word) for word in counts}
    letters = sorted({letter for word in words for letter in word})[: size - len(_SPECIAL)]
    pairs: Counter[tuple[str, str]] = Counter()
    places: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for word, parts in words.items():
        _count_pairs(parts, counts[word], word, pairs, places)
    joins: list[tuple[str, str]] = []
    while len(_SPECIAL) + len(letters) + len(joins) < size and pairs:
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        if pairs[best] < 2:
            break
        for word in sorted(places.pop(best)):
            _uncount_pairs(words[word], counts[word], pairs)
            words[word] = join_pair(words[word], best)
            _count_pairs(words[word], counts[word], word, pairs, places)
        pairs.pop(best, None)
        joins.append(best)
    return BytePairs(letters, joins)


def _count_pairs(
    parts: Sequence[str],
    times: int,
    word: str,
    pairs: Counter[tuple[str, str]],
    places: Mapping[tuple[str, str], set[str]],
) -> None:
    for pair in pairwise(parts):
        pairs[pair] += times
        places[pair].add(word)


def _uncount_pairs(parts: Sequence[str], times: int, pairs: Counter[tuple[str, str]]) -> None:
    for pair in pairwise(parts):
        pairs[pair] -= times
        if pairs[pair] <= 0:
            del pairs[pair]
