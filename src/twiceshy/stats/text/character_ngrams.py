"""How similar texts are by their characters: TF-IDF over n-grams of three to five characters.

It needs no model and no words in common: "authenticating" meets "authentication", ``refreshToken`` meets "refresh
token". It knows nothing of meaning. Of the ways that need no model it did best on descriptions of errors in other words
(docs/benchmarks-lessons.md).
"""

import math
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import accumulate

_SHORTEST_NGRAM, _LONGEST_NGRAM = 3, 5
_MOST_CHARACTERS = 4_000
"""Characters of a text that are looked at (guess, 2026-11-21)."""
_STEM_LENGTH, _MOST_STEMS = 5, 64
"""Characters of a word's beginning, and words of a text, that a short list is made by (guesses)."""
_WORD = re.compile(r"\w+|[^\w\s]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_")


def count_ngrams(text: str) -> Counter[str]:
    """Count the n-grams of a text; they lie within a word with a blank on either side.

    >>> sorted(count_ngrams("to do"))
    [' do', ' do ', ' to', ' to ', 'do ', 'to ']
    """
    found: Counter[str] = Counter()
    for word, times in Counter(_WORD.findall(_HUMP.sub(" ", text[:_MOST_CHARACTERS]).lower())).items():
        padded = f" {word[:64]} "
        for size in range(_SHORTEST_NGRAM, _LONGEST_NGRAM + 1):
            for place in range(len(padded) - size + 1):
                found[padded[place : place + size]] += times
    return found


def _list_stems(text: str) -> list[str]:
    """Return the beginnings of a text's words, each once, in their order.

    >>> _list_stems("The authenticated refreshToken of TS2304 is off")
    ['the', 'authe', 'refre', 'token', 'ts230', 'off']
    """
    words = _WORD.findall(_HUMP.sub(" ", text[:_MOST_CHARACTERS]).lower())
    found = dict.fromkeys(word[:_STEM_LENGTH] for word in words if len(word) >= _SHORTEST_NGRAM and word[0].isalnum())
    return list(found)[:_MOST_STEMS]


def shortlist(texts: Sequence[str], text: str, most: int) -> list[int]:
    """Return the places of at most ``most`` texts with the rarest of another's words in them, the best first.

    For many texts: a hundredth of what comparing runs of characters costs, and coarser. A word that a quarter of the
    texts have tells nothing.
    """
    whole = "\n".join(texts).lower()
    if len(whole) != sum(map(len, texts)) + max(len(texts) - 1, 0):  # a letter whose small form is two
        whole = "\n".join(text.lower()[: len(text)].ljust(len(text)) for text in texts)
    starts = list(accumulate((len(one) + 1 for one in texts), initial=0))
    score: dict[int, float] = defaultdict(float)
    for stem in _list_stems(text):
        found: list[int] = []
        at = whole.find(stem)
        while at >= 0 and len(found) * 4 <= len(texts):
            found.append(bisect_right(starts, at) - 1)
            at = whole.find(stem, starts[found[-1] + 1])
        if len(found) * 4 <= len(texts):
            for place in found:
                score[place] += math.log((1 + len(texts)) / (1 + len(found)))
    return sorted(score, key=lambda place: (-score[place], place))[:most]


class NgramIndex:
    """Texts, ready to be compared with others."""

    def __init__(self, texts: Sequence[str], sample: Sequence[str] | None = None) -> None:
        """Index ``texts``; ``sample``, else ``texts`` themselves, shows how rare an n-gram is."""
        counted = [count_ngrams(text) for text in texts]
        told = counted if sample is None else [count_ngrams(text) for text in sample]
        holding = Counter(gram for counts in told for gram in counts)
        self._size = len(texts)
        self._rarity = {gram: math.log((1 + len(told)) / (1 + count)) + 1 for gram, count in holding.items()}
        self._unknown = math.log(1 + len(told)) + 1
        self._places: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, counts in enumerate(counted):
            for gram, value in self._weigh(counts).items():
                self._places[gram].append((number, value))

    def compare_with(self, text: str) -> list[float]:
        """Return the cosine with each text, 0 to 1, in their order."""
        found = [0.0] * self._size
        for gram, value in self._weigh(count_ngrams(text)).items():
            for number, other in self._places.get(gram, ()):
                found[number] += value * other
        return found

    def _weigh(self, counts: Mapping[str, int]) -> dict[str, float]:
        """Return weights of length 1; repeated n-grams count by their logarithm."""
        values = {gram: (1 + math.log(count)) * self._rarity.get(gram, self._unknown) for gram, count in counts.items()}
        length = math.sqrt(sum(value * value for value in values.values())) or 1.0
        return {gram: value / length for gram, value in values.items()}
