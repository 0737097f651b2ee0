"""Words of a text, and how much a word that two texts share should count.

Messages, paths and program text must meet in one vocabulary, or "rotate refresh tokens" never finds ``refreshToken``.
So a word is cut where people cut it (case, underscore, digit), its commonest endings go, and scripts without spaces
become pairs of characters. Nothing here knows about files or commits.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable

_RUN = re.compile(r"[^\W\d]\w*")
"""A letter or underscore and what follows it: an identifier in most languages, a word in most scripts."""
_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_a-zA-Z]+")
LONGEST_WORD = 40
"""Characters: longer runs are data (base64, hashes), not words (guess, 2026-11-21)."""
_SPACELESS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_STOP_WORDS = """
a an and are as at be but by can do does for from had has have if in into is it its more no not of off on only or
our out over so some such than that the their them then there these they this to too up use used using was we were
what when where which while will with without you your also all any
"""
_STOP = frozenset(_STOP_WORDS.split())
"""Function words of English, the language of most commit messages; in others every word counts."""
_REMEMBERED = 200_000
"""Cut words that are kept, so that a history costs one look-up a word: about 30 MB at most (guess, 2026-11-21)."""
_split_cache: dict[str, tuple[str, ...]] = {}


def split_words(text: str) -> list[str]:
    """Return words in reading order, with repeats.

    These are parts of identifiers, and the identifier as a whole where it has parts.

    >>> split_words("Fix the parseHTTPHeader of api_client2")
    ['fix', 'parsehttpheader', 'parse', 'http', 'header', 'apiclient2', 'api', 'client']
    """
    found: list[str] = []
    for run in _RUN.findall(text):
        found += _split_identifier(run)
    return found


def count_words(text: str) -> Counter[str]:
    """Count each word of ``split_words(text)``.

    Several times faster on program text, which repeats itself.
    """
    counts: Counter[str] = Counter()
    for run, times in Counter(_RUN.findall(text)).items():
        for word in _split_identifier(run):
            counts[word] += times
    return counts


def _split_identifier(run: str) -> tuple[str, ...]:
    """Return the words of one identifier."""
    known = _split_cache.get(run)
    if known is None:
        known = _split_uncached(run)
        if len(_split_cache) > _REMEMBERED:
            _split_cache.clear()
        _split_cache[run] = known
    return known


def _split_uncached(run: str) -> tuple[str, ...]:
    if not run.isascii() and _SPACELESS.search(run):
        return tuple(run[at : at + 2] for at in range(max(1, len(run) - 1)))[:LONGEST_WORD]
    return () if run.isascii() and len(run) > LONGEST_WORD else _split_parts(run)


def _split_parts(run: str) -> tuple[str, ...]:
    """Return the words of an identifier in a script with blanks: the whole, and its parts."""
    if run.islower() and run.isalpha():
        return _keep_word(run)
    parts = [part.lower() for part in _PIECE.findall(run)]
    if len(parts) <= 1 and run.isalpha():
        return _keep_word(run.lower())
    whole = run.replace("_", "").lower()
    cut_parts = [word for part in parts for word in _keep_word(part)]
    return tuple(cut_parts) if not parts or parts == [whole] else (whole, *cut_parts)


def _keep_word(word: str) -> tuple[str, ...]:
    if len(word) < 2 or word in _STOP:
        return ()
    return (_stem(word),)


def _stem(word: str) -> str:
    """Return the word without its commonest English ending, so that "tokens", "adding", "added" meet their stems.

    A cut-down Porter step 1, since messages and names need no more (guess, not measured against the whole algorithm).

    >>> [_stem(word) for word in ("tokens", "queries", "adding", "added", "class", "string", "news")]
    ['token', 'query', 'add', 'add', 'class', 'string', 'new']
    """
    size = len(word)
    if size > 4 and word.endswith("ies"):
        word = word[:-3] + "y"
    elif size > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending, least in (("ing", 6), ("ed", 5)):
        if word.endswith(ending) and len(word) >= least and any(letter in "aeiouy" for letter in word[: -len(ending)]):
            word = word[: -len(ending)]
            if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    return word


def rarity(documents: int, holding: int) -> float:
    """Return BM25's weight of a word that ``holding`` of ``documents`` contain; never negative (Lucene's variant).

    >>> round(rarity(1000, 10), 2), round(rarity(10, 10), 2)
    (4.56, 0.05)
    """
    return math.log(1 + (documents - holding + 0.5) / (holding + 0.5))


def saturation(times: float, length: float, mean_length: float, *, k1: float = 1.2, b: float = 0.75) -> float:
    """Return BM25's share of a word that occurs ``times`` in a text of ``length``.

    k1 and b as in Robertson & Zaragoza 2009.

    >>> round(saturation(1, 100, 100), 2), round(saturation(9, 100, 100), 2)
    (1.0, 1.94)
    """
    return times * (k1 + 1) / (times + k1 * (1 - b + b * length / (mean_length or 1.0)))


def deduplicate(found: Iterable[str]) -> tuple[str, ...]:
    """Return the words once each, in order of first sight."""
    return tuple(dict.fromkeys(found))
