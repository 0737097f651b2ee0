"""How near is one message to another? The measures that studies of commit messages use, each implemented once.

Which BLEU is taken decides which method wins (Tao et al. 2021, "On the Evaluation of Commit Message Generation
Models"), so every figure here names its own.

B-Norm: lower case; words and punctuation marks apart; n-grams up to four; one is added to numerator and denominator
of the precisions of two to four words (Lin and Och 2004); brevity penalty with one added to both lengths; the mean over
messages. It is what that study calls B-Norm, whose script goes back to NIST's; one thing differs: characters of
scripts without blanks stand alone, as in sacreBLEU's ``zh`` tokeniser, since else a whole sentence would be one word.
For other texts the numbers are those of the study's script.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

_SPACELESS = "\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f"
_TOKEN = re.compile(rf"[{_SPACELESS}]|[^\W_{_SPACELESS}]+|[^\s]")
_WRITTEN = re.compile(rf"[{_SPACELESS}]|[^\s{_SPACELESS}]+")
"""What a person changes as one: a word between blanks, or one character of a script that has none."""
_ORDERS = 4
"""Words of the longest n-gram, by definition of BLEU-4 (Papineni et al. 2002)."""


def split_tokens(text: str) -> list[str]:
    """Return words, marks and underscores, in lower case.

    >>> split_tokens("Fix parse_header() (don't)"), split_tokens("升级依赖.")
    (['fix', 'parse', '_', 'header', '(', ')', '(', 'don', "'", 't', ')'], ['升', '级', '依', '赖', '.'])
    """
    return _TOKEN.findall(text.lower())


def measure_b_norm(offered: str, real: str) -> float:
    """Return B-Norm of one message, from 0 to 1; 0 where nothing was offered.

    >>> round(measure_b_norm("fix the parser of headers", "Fix the header parser"), 4)
    0.3761
    """
    return measure_smooth_bleu(split_tokens(offered), split_tokens(real))


def measure_smooth_bleu(offered: Sequence[str], real: Sequence[str]) -> float:
    """Return BLEU-4 of tokens, smoothed as in B-Norm."""
    matches, totals = _count_matches(offered, real)
    if not matches[0]:
        return 0.0
    logarithm = math.log(matches[0] / totals[0])
    logarithm += sum(math.log((matches[n] + 1) / (totals[n] + 1)) for n in range(1, _ORDERS))
    return math.exp(logarithm / _ORDERS + min(0.0, 1 - (len(real) + 1) / (len(offered) + 1)))


def measure_plain_bleu(offered: Sequence[str], real: Sequence[str]) -> float:
    """Return BLEU-4 of tokens without smoothing: 0 unless they share four in a row. Papineni et al. 2002.

    >>> round(measure_plain_bleu("a b c d e".split(), "a b c d f".split()), 4)
    0.6687
    """
    matches, totals = _count_matches(offered, real)
    if not all(matches):
        return 0.0
    logarithm = sum(math.log(match / total) for match, total in zip(matches, totals, strict=True))
    return math.exp(logarithm / _ORDERS + min(0.0, 1 - len(real) / len(offered)))


def measure_rouge_l(offered: str, real: str) -> float:
    """Return ROUGE-L's F1 of the words of both (Lin 2004), from 0 to 1.

    >>> round(measure_rouge_l("fix the parser of headers", "Fix the header parser"), 4)
    0.6667
    """
    ours, theirs = split_tokens(offered), split_tokens(real)
    common = _measure_common(ours, theirs)
    return 2 * common / (len(ours) + len(theirs)) if common else 0.0


def count_edited_words(offered: str, real: str) -> int:
    """Return how many words a person would change, add or take out, by Levenshtein; blanks and case are no change.

    >>> count_edited_words("fix the parser", "Fix the header  parser again")
    2
    """
    ours, theirs = _WRITTEN.findall(offered.lower()), _WRITTEN.findall(real.lower())
    row = list(range(len(theirs) + 1))
    for number, word in enumerate(ours, 1):
        before, row[0] = row[0], number
        for at, other in enumerate(theirs, 1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (word != other))
    return row[-1]


def _count_matches(offered: Sequence[str], real: Sequence[str]) -> tuple[list[int], list[int]]:
    """Return the n-grams of each order that both have, and those that were offered."""
    matches = [0] * _ORDERS
    for place, (ours, theirs) in enumerate(zip(_list_runs(tuple(offered)), _list_runs(tuple(real)), strict=True)):
        matches[place] = sum(min(ours[run], theirs[run]) for run in ours.keys() & theirs.keys())
        if not matches[place]:
            break  # nor do they share a longer run
    return matches, [max(len(offered) - place, 0) for place in range(_ORDERS)]


@lru_cache(maxsize=4096)
def _list_runs(tokens: tuple[str, ...]) -> tuple[Counter[tuple[str, ...]], ...]:
    """Return the n-grams of each order; the same few messages are compared with each other again and again."""
    return tuple(Counter(zip(*(tokens[start:] for start in range(n)), strict=False)) for n in range(1, _ORDERS + 1))


def _measure_common(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """Return the length of the longest common subsequence."""
    row = [0] * (len(theirs) + 1)
    for word in ours:
        before = 0
        for at, other in enumerate(theirs, 1):
            before, row[at] = row[at], before + 1 if word == other else max(row[at], row[at - 1])
    return row[-1]
