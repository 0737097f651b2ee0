"""NNGen: the message of the nearest old diff. The figure that everything else has to beat.

Source: Liu et al. 2018, "Neural-machine-translation-based commit message generation: how far are we?" The bag of words
of each diff (counts; words of two letters or more, in lower case), cosine, the five nearest; of these the one whose
diff has the highest BLEU-4 with the new diff. As in its authors' program that BLEU is not smoothed; where none of the
five shares four tokens in a row, the nearest is taken. Equally near ones: the newer.
"""

import heapq
import math
from collections import Counter, defaultdict
from typing import Final

from twiceshy.wings.git.predict.messages.examples import MessageExample
from twiceshy.wings.git.predict.messages.suggesters import Suggested
from twiceshy.wings.git.predict.messages.wording import measure_plain_bleu

NEAREST: Final = 5
"""Diffs that BLEU chooses from, as in the paper."""


class DiffBags:
    """Diffs as bags of words, the nearest of which can be asked for."""

    def __init__(self) -> None:
        self._postings: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        self._lengths: list[float] = []

    def add(self, example: MessageExample) -> None:
        """Add a diff; it has the next number."""
        bag = count_bag(example)
        for word, times in bag.items():
            self._postings[word].append((len(self._lengths), times))
        self._lengths.append(_measure_length(bag))

    def find_nearest(self, example: MessageExample, count: int) -> list[tuple[float, int]]:
        """Return cosine and number of the nearest diffs, the nearest first; those without a common word are none."""
        bag = count_bag(example)
        products: defaultdict[int, int] = defaultdict(int)
        for word, times in bag.items():
            for number, theirs in self._postings.get(word, ()):
                products[number] += times * theirs
        own = _measure_length(bag)
        return heapq.nlargest(count, ((product / own / self._lengths[at], at) for at, product in products.items()))


class NearestDiff:
    """Suggests as NNGen does."""

    def __init__(self) -> None:
        self._examples: list[MessageExample] = []
        self._bags = DiffBags()

    def suggest(self, example: MessageExample) -> Suggested:
        """Return the message of the diff that is like this one; nothing where no word is shared."""
        nearest = self._bags.find_nearest(example, NEAREST)
        if not nearest:
            return Suggested("")
        tokens = example.tokens
        scores = [measure_plain_bleu(tokens, self._examples[at].tokens) for _, at in nearest]
        best = max(range(len(nearest)), key=lambda place: (scores[place], -place))
        found = self._examples[nearest[best][1]]
        return Suggested(found.subject, found.commit, nearest[best][0])

    def learn(self, example: MessageExample) -> None:
        """Add it to what is searched."""
        self._examples.append(example)
        self._bags.add(example)


def count_bag(example: MessageExample) -> Counter[str]:
    """Return how often each word stands in a diff."""
    return Counter(token.lower() for token in example.tokens if len(token) > 1)


def _measure_length(bag: Counter[str]) -> float:
    return math.sqrt(sum(times * times for times in bag.values())) or 1.0
