"""Words of a text, and how much a word that two texts share should count.

Messages, paths and program text must meet in one vocabulary, or "rotate refresh tokens" never finds ``refreshToken``.
So a word is cut where people cut it (case, underscore, digit), its commonest endings go, and scripts without spaces
become pairs of characters. Nothing here knows about files or commits.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable

RUN = re.compile(r"[^\W\d]\w*")
"""A letter or underscore and what follows it: an identifier in most languages, a word in most scripts."""
PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_a-zA-Z]+")
LONGEST = 40  # characters: longer runs are data (base64, hashes), not words
SPACELESS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
STOP_WORDS = """
a an and are as at be but by can do does for from had has have if in into is it its more no not of off on only or
our out over so some such than that the their them then there these they this to too up use used using was we were
what when where which while will with without you your also all any
"""
STOP = frozenset(STOP_WORDS.split())
"""Function words of English, the language of most commit messages; in others every word counts."""
_REMEMBERED = 200_000  # cut words kept, so that a history costs one look-up a word: about 30 MB at most
_cut: dict[str, tuple[str, ...]] = {}


def words(text: str) -> list[str]:
    """Words in reading order, with repeats: parts of identifiers, and the identifier as a whole where it has parts.

    >>> words("Fix the parseHTTPHeader of api_client2")
    ['fix', 'parsehttpheader', 'parse', 'http', 'header', 'apiclient2', 'api', 'client']
    """
    found: list[str] = []
    for run in RUN.findall(text):
        found += cut(run)
    return found


def count_words(text: str) -> Counter[str]:
    """How often each word of ``words(text)`` occurs; several times faster on program text, which repeats itself."""
    counts: Counter[str] = Counter()
    for run, times in Counter(RUN.findall(text)).items():
        for word in cut(run):
            counts[word] += times
    return counts


def cut(run: str) -> tuple[str, ...]:
    """The words of one identifier."""
    known = _cut.get(run)
    if known is None:
        known = _cut_anew(run)
        if len(_cut) > _REMEMBERED:
            _cut.clear()
        _cut[run] = known
    return known


def _cut_anew(run: str) -> tuple[str, ...]:
    if len(run) > LONGEST and run.isascii():
        return ()
    if not run.isascii() and SPACELESS.search(run):
        return tuple(run[at : at + 2] for at in range(max(1, len(run) - 1)))[:LONGEST]
    if run.islower() and run.isalpha():
        return _kept(run)
    parts = [part.lower() for part in PIECE.findall(run)]
    if len(parts) <= 1 and run.isalpha():
        return _kept(run.lower())
    whole = run.replace("_", "").lower()
    cut_parts = [word for part in parts for word in _kept(part)]
    if len(parts) > 1 or (parts and whole != parts[0]):
        return (whole, *cut_parts)
    return tuple(cut_parts)


def _kept(word: str) -> tuple[str, ...]:
    if len(word) < 2 or word in STOP:
        return ()
    return (stem(word),)


def stem(word: str) -> str:
    """The word without its commonest English ending, so that "tokens", "adding" and "added" meet their stems.

    A cut-down Porter step 1, since messages and names need no more (guess, not measured against the whole algorithm).

    >>> [stem(word) for word in ("tokens", "queries", "adding", "added", "class", "string", "news")]
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
    """BM25's weight of a word that ``holding`` of ``documents`` contain; never negative (Lucene's variant).

    >>> round(rarity(1000, 10), 2), round(rarity(10, 10), 2)
    (4.56, 0.05)
    """
    return math.log(1 + (documents - holding + 0.5) / (holding + 0.5))


def saturation(times: float, length: float, mean_length: float, *, k1: float = 1.2, b: float = 0.75) -> float:
    """BM25's share of a word that occurs ``times`` in a text of ``length``; k1 and b as in Robertson & Zaragoza 2009.

    >>> round(saturation(1, 100, 100), 2), round(saturation(9, 100, 100), 2)
    (1.0, 1.94)
    """
    return times * (k1 + 1) / (times + k1 * (1 - b + b * length / (mean_length or 1.0)))


def distinct(found: Iterable[str]) -> tuple[str, ...]:
    """The words once each, in order of first sight."""
    return tuple(dict.fromkeys(found))
