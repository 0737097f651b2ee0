"""Tokens that follow tokens in what was written before: a model of n-grams that backs off to shorter ones.

It rewrites line by line. It goes along the old line; where it is sure of another token than the one that stands there,
it writes its own from there to the end of the line. A line of which it is sure nowhere stays. Where lines are only put
in, it writes one. Backing off is that of Brants et al. 2007 (EMNLP: "stupid backoff") without their factor, as only the
longest context that was ever seen is asked.
"""

from collections import Counter, defaultdict
from typing import Final

from benchmarks.edits.edit_question import EditQuestion
from benchmarks.edits.edit_tokens import split_tokens

_LONGEST: Final = 10
"""Tokens before the one that is told, blanks included (tuned on 24 November 2026: 6 finds half as much)."""
_SHORTEST: Final = 6
"""Tokens of context below which it says nothing (tuned on 24 November 2026: 3 spoils more than it finds)."""
_SURE: Final = 0.9
"""Share of the times from which on another token than the one there is written (tuned on 24 November 2026)."""
_LINE_TOKENS: Final = 80
"""Tokens of a line at most (guess, 2026-11-24)."""
_START: Final = "\n"


class EditNgrams:
    """Counts of what follows what, in the texts that edits made."""

    def __init__(self) -> None:
        self._next: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)

    def learn(self, text: str) -> None:
        """Count a text's tokens."""
        tokens = [_START, *split_tokens(text), _START]
        for at in range(1, len(tokens)):
            for size in range(_SHORTEST, min(_LONGEST, at) + 1):
                self._next[tuple(tokens[at - size : at])][tokens[at]] += 1

    def tell_next(self, context: list[str]) -> tuple[str, float] | None:
        """Return the token that mostly follows the longest known context, and its share; None for none."""
        for size in range(min(_LONGEST, len(context)), _SHORTEST - 1, -1):
            seen = self._next.get(tuple(context[-size:]))
            if seen:
                token, times = max(seen.items(), key=lambda one: (one[1], one[0]))
                return token, times / seen.total()
        return None


def rewrite_lines(question: EditQuestion, ngrams: EditNgrams) -> str | None:
    """Return the old lines as the model would have them; None where it would change nothing."""
    written = [_START, *split_tokens(question.before + "\n" if question.before else "")]
    if not question.old:
        line = _complete(written, [], ngrams)
        return "".join(line) if "".join(line).strip() else None
    lines = []
    for old in question.old.split("\n"):
        line = _rewrite(written, split_tokens(old), ngrams)
        lines.append("".join(line))
        written += [*line, "\n"]
    answer = "\n".join(lines)
    return None if answer == question.old else answer


def _rewrite(written: list[str], old: list[str], ngrams: EditNgrams) -> list[str]:
    """Return the line up to where the model is sure of another token, and its own tokens from there."""
    for at, token in enumerate([*old, "\n"]):
        told = ngrams.tell_next([*written[-_LONGEST:], *old[:at]])
        if told and told[0] != token and told[1] >= _SURE:
            return _complete(written, old[:at], ngrams)
    return old


def _complete(written: list[str], begun: list[str], ngrams: EditNgrams) -> list[str]:
    """Return the line with what mostly follows, until it ends or nothing is known."""
    line = list(begun)
    while len(line) < _LINE_TOKENS:
        told = ngrams.tell_next([*written[-_LONGEST:], *line])
        if told is None or told[0] == "\n":
            break
        line.append(told[0])
    return line
