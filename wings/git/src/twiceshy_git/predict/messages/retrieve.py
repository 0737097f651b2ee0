"""Which older commits were about the same things? By words of paths, of names beside hunks and of changed lines.

Only commits that were learned before are found. Words are ranked by BM25 (``stats.text.text_words``), so that what is
rare here counts more; the same files and the same author count beside them.

Of the nearest not the very nearest is taken but the one that the others agree with most: the message whose mean B-Norm
with all of them, weighted by nearness, is highest. That is decoding by minimum Bayes risk (Kumar and Byrne 2004): of
what people here might have written, take what is right most often.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from twiceshy.records.commits import PastCommit
from twiceshy.stats.text.text_words import count_words, rarity, saturation, split_words
from twiceshy_git.predict.messages.examples import MessageExample
from twiceshy_git.predict.messages.kept_commits import PackedCommits, keep_commit
from twiceshy_git.predict.messages.suggesters import Suggested, Suggester
from twiceshy_git.predict.messages.wording import measure_smooth_bleu, split_tokens

_PATH_WEIGHT: Final = 3.0
"""Times that a word of a path counts as one of a line (guess, 2026-11-23)."""
_HEAD_WEIGHT: Final = 2.0
"""Times that a word of a name beside a hunk does (guess, 2026-11-23)."""
_FILES_WEIGHT: Final = 0.5
"""What equal files add to the share of words (guess, 2026-11-23)."""
_AUTHOR_WEIGHT: Final = 0.1
"""What the same author adds to it (guess, 2026-11-23)."""
_SHARPNESS: Final = 3.0
"""Power of nearness in the vote: the nearest count more (guess, 2026-11-23)."""
_CONSULTED: Final = 20
"""Commits that vote (guess, 2026-11-23)."""
_MOST_HEADS: Final = 5
"""Names beside hunks of one file that count (guess, 2026-11-23)."""
_MOST_WORDS: Final = 80
"""Words of a change that are looked up, those that tell most (guess, 2026-11-23: more cost time)."""
_RECENT: Final = 200
"""Newest commits in which an author's last ones are looked for (guess, 2026-11-24)."""
_NEWEST: Final = 400
"""Commits of one file that are compared by their files (guess, 2026-11-23)."""


class NearCommit(NamedTuple):
    """An older commit, and how near its change is."""

    score: float
    """0 to 1 for words, and what files and author add."""
    past: PastCommit
    number: int = 0
    """Its place in the history that was learned."""
    words: float = 0.0
    """What words add to the score."""
    files: float = 0.0
    """What files add to it."""
    last_of_author: bool = False
    """Whether it is among the author's newest."""


class CommitIndex:
    """Older commits by the words of their changes."""

    def __init__(self, known: PackedCommits | None = None) -> None:
        self._known = known or PackedCommits()
        self._total = sum(self._known.lengths)
        self._newest: MessageExample | None = None

    def __len__(self) -> int:
        """Return how many commits there are."""
        return len(self._known.lengths)

    def add(self, example: MessageExample) -> None:
        """Take in one commit; the one that was added last is not added again, so that suggesters can share an index."""
        if self._newest is example:
            return
        self._newest = example
        weights = weigh_words(example)
        old = tuple(file.old_path for file in example.files if file.old_path)
        self._known.add(keep_commit(example), weights, old)
        self._total += self._known.lengths[-1]

    def find(self, example: MessageExample, count: int, *, last: int = 0) -> list[NearCommit]:
        """Return the nearest, the nearest first; of equally near ones the newer.

        With ``last`` also so many of the author's newest, wherever they stand.
        """
        words, files = self._score_words(example), self._compare_files(example)
        newest = self._list_newest(example.author, last)
        scores = dict.fromkeys(newest, 0.0) | words
        for number, share in files.items():
            scores[number] = scores.get(number, 0.0) + _FILES_WEIGHT * share
        for number in scores:
            scores[number] += _AUTHOR_WEIGHT * (self._known.authors[number] == example.author)
        best = heapq.nlargest(count, ((score, number) for number, score in scores.items()))
        best += sorted(
            ((scores[number], number) for number in set(newest) - {number for _, number in best}), reverse=True
        )
        return [
            NearCommit(
                score,
                self._known.read(number),
                number,
                words.get(number, 0.0),
                files.get(number, 0.0),
                last_of_author=number in newest,
            )
            for score, number in best
        ]

    def _list_newest(self, author: str, count: int) -> list[int]:
        """Return the newest commits of an author, among the last of all."""
        authors = self._known.authors
        found: list[int] = []
        for number in range(len(authors) - 1, max(-1, len(authors) - _RECENT - 1), -1):
            if len(found) == count:
                break
            if authors[number] == author:
                found.append(number)
        return found

    def _score_words(self, example: MessageExample) -> dict[int, float]:
        """Return BM25 of each commit that shares a word, as a share of what the change itself would have."""
        lengths = self._known.lengths
        mean = self._total / len(lengths) if lengths else 1.0
        weights = weigh_words(example)
        length = sum(weights.values())
        known = []
        most = 0.0
        for word, weight in weights.items():
            rare = rarity(len(lengths) + 1, self._known.postings.count(word))
            own = rare * saturation(weight, length, mean)
            most += own
            known.append((own, word, rare))
        scores: dict[int, float] = {}
        for _, word, rare in heapq.nlargest(_MOST_WORDS, known):
            for number, weight in self._known.postings.get(word):
                gain = rare * saturation(weight, lengths[number], mean)
                scores[number] = scores.get(number, 0.0) + gain
        return {number: score / most for number, score in scores.items()}

    def _compare_files(self, example: MessageExample) -> dict[int, float]:
        """Return Jaccard's share of common files for each commit that has any."""
        common: Counter[int] = Counter()
        paths = {file.old_path or file.path for file in example.files}
        for path in paths:
            common.update(self._known.of_file.get(path, [])[-_NEWEST:])
        return {number: shared / (len(paths) + self._known.sizes[number] - shared) for number, shared in common.items()}


class NearestMessage:
    """Suggests the message of the nearest commit."""

    def __init__(self, index: CommitIndex) -> None:
        self._index = index

    def suggest(self, example: MessageExample) -> Suggested:
        """Return it; nothing where nothing is shared."""
        return choose_agreed(self._index.find(example, 1))

    def learn(self, example: MessageExample) -> None:
        """Add it to what is searched."""
        self._index.add(example)


class AgreedMessage:
    """Suggests the message that the nearest commits agree on."""

    def __init__(self, index: CommitIndex) -> None:
        self._index = index

    def suggest(self, example: MessageExample) -> Suggested:
        """Return it; nothing where nothing is shared."""
        return choose_agreed(self._index.find(example, _CONSULTED))

    def learn(self, example: MessageExample) -> None:
        """Add it to what is searched."""
        self._index.add(example)


def choose_agreed(near: Sequence[NearCommit]) -> Suggested:
    """Return the message that is most like all of them, each as important as it is near; nothing for none."""
    if not near:
        return Suggested("")
    weights = [one.score**_SHARPNESS for one in near]
    tokens = [split_tokens(one.past.subject) for one in near]
    means = [
        sum(weight * measure_smooth_bleu(own, other) for weight, other in zip(weights, tokens, strict=True))
        for own in tokens
    ]
    best = max(range(len(near)), key=lambda place: (means[place], -place))
    return Suggested(near[best].past.subject, near[best].past.commit, means[best] / sum(weights))


def weigh_words(example: MessageExample) -> Mapping[str, float]:
    """Return the words of a change with their weights."""
    weights: defaultdict[str, float] = defaultdict(float)
    for file in example.files:
        for word in split_words(file.path):
            weights[word] += _PATH_WEIGHT
        for head in file.heads[:_MOST_HEADS]:
            for word in split_words(head):
                weights[word] += _HEAD_WEIGHT
    for word, times in count_words(" ".join(example.tokens)).items():
        weights[word] += times
    return weights


def make_retrieving_suggesters() -> Mapping[str, Suggester]:
    """Return fresh ones by name; they share one index."""
    index = CommitIndex()
    return {"retrieved": NearestMessage(index), "agreed": AgreedMessage(index)}


# Commits as rows for a trainer of models: the change and its nearest older messages, and what was written.
#
# What stands beside a change is older than it, so that no row shows what came later.

_NEAREST: Final = 3
"""Older messages beside a change (guess, 2026-11-24)."""
_MOST_TOKENS: Final = 400
"""Of a change's form (guess, 2026-11-24: with three messages it stays below 1,024 pieces of a model)."""


class MessageRow(NamedTuple):
    """One commit as a request and what was written."""

    example: MessageExample
    request: str

    @property
    def written(self) -> str:
        """Subject and body."""
        return f"{self.example.subject}\n\n{self.example.body}".strip()


def make_message_rows(examples: Iterable[MessageExample]) -> Iterator[MessageRow]:
    """Yield a row for each commit, in the order given, which is time's."""
    index = CommitIndex()
    for example in examples:
        near = [one.past.subject for one in index.find(example, _NEAREST)]
        yield MessageRow(example, write_request(example, near))
        index.add(example)


def write_request(example: MessageExample, near: Sequence[str]) -> str:
    """Return what a model is asked: the change first, since a request that is too long loses its beginning."""
    told = "\n".join(("Messages of changes like it:", *near)) if near else ""
    change = " ".join(example.tokens[:_MOST_TOKENS])
    return "\n".join(part for part in (change, told, "Write this change's commit message.") if part)
