"""Words of a text, and how much a word that two texts share should count.

Messages, paths and program text must meet in one vocabulary, or "rotate refresh tokens" never finds ``refreshToken``.
So a word is cut where people cut it (case, underscore, digit), its commonest endings go, and scripts without spaces
become pairs of characters. Nothing here knows about files or commits.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

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


# Do two things that a person said mean the same? By the words that both have, in whatever order.

_LIKE, _LIKE_IN_FOLDER = 0.5, 0.34
"""Of the words of both, the share in common from which they say the same: anywhere, and about one folder (guess,
2026-11-22: of 218 corrections in 16 projects the most alike that differ in meaning have .31)."""
_LEAST_WORDS = 3
"""In common. Guess of 2026-11-22: "use the skill" has two."""
_FIRST_WORDS = 400
"""Characters that are compared (guess, 2026-11-22)."""


class Saying(NamedTuple):
    """What a person said, as it is compared."""

    words: frozenset[str]
    folder: str = ""
    """That it is about; empty where that is not known."""

    @property
    def is_long(self) -> bool:
        """Whether it has words enough to be compared with another."""
        return len(self.words) >= _LEAST_WORDS


@lru_cache(maxsize=4096)
def make_saying(text: str, folder: str = "") -> Saying:
    """Return a text as it is compared."""
    return Saying(frozenset(split_words(text[:_FIRST_WORDS])), folder)


def say_the_same(first: Saying, second: Saying) -> bool:
    """Tell whether two sayings mean the same.

    >>> one, other = make_saying("no ORM in migrations, plain SQL"), make_saying("plain SQL in migrations! No ORM!")
    >>> say_the_same(one, other), say_the_same(one, make_saying("no ORM in the reports"))
    (True, False)
    """
    shared = len(first.words & second.words)
    least = _LIKE_IN_FOLDER if first.folder and first.folder == second.folder else _LIKE
    return shared >= _LEAST_WORDS and shared >= least * len(first.words | second.words)


# Which of several people's words for the same thing is passed on: those that most of them use.


class SaidWords(NamedTuple):
    """One person's words for it."""

    words: tuple[str, ...]
    """Texts that belong together; one without any says nothing."""
    times: int
    """How often that person's work showed it."""
    chosen: bool = False
    """The person decided for these words, and did not only let them be."""


def agree_on_words(said: Iterable[SaidWords]) -> tuple[str, ...]:
    """Return the words that a person chose, else those of most people; () where nobody says any.

    Of equally many people's words it is those of the greater count, and then the first by their letters: the answer
    does not hang on the order in which people's rows came.

    >>> agree_on_words([SaidWords(("a", "x"), 9), SaidWords(("b", ""), 1), SaidWords(("b", ""), 2)])
    ('b', '')
    >>> agree_on_words([SaidWords(("a",), 9), SaidWords(("own",), 1, True)]), agree_on_words([SaidWords(("",), 4)])
    (('own',), ())
    """
    told = [one for one in said if any(one.words)]
    told = [one for one in told if one.chosen] or told
    weights: dict[tuple[str, ...], tuple[int, int]] = {}
    for one in told:
        people, count = weights.get(one.words, (0, 0))
        weights[one.words] = (people + 1, count + one.times)
    return min(weights, key=lambda words: (-weights[words][0], -weights[words][1], words), default=())


# Pasted documents: texts that stand where a person's words do and were written for something else.
#
# A prompt for a model, a template of a command, a page of a story, data, a report of a program: each may object, forbid
# and demand, and the person who sent it said none of that. Told by form only, as a rule about topics would be one about
# the logs that it was made on. Output of a failing program is no document here: to send it *is* to complain.

_LEAST_LINES = 4
"""Lines of one form from which a text is a list or a table (guess, 2026-11-24)."""
_LISTED = 0.6
"""Share of the lines, likewise (guess, 2026-11-24)."""
_LEAST_TALK = 2
"""Persons who speak in the third person, from which a text tells a story (guess, 2026-11-24: a person who reports
what a colleague said does so once)."""
_STORY_WORDS = 60
"""Words from which it can be one (guess, 2026-11-24)."""
_LONGEST = 20_000
"""Characters that are looked at (guess, 2026-11-24)."""
_FOR_A_MODEL = re.compile(
    r"\A\W*(?:you are (?:an?|the|now an?|now the) (?:[\w'-]+,? ){0,6}(?:agent|assistant|bot|engineer|developer"
    r"|programmer|reviewer|manager|expert|coordinator|orchestrator|planner|writer|editor|analyst|tester|architect|specialist"
    r"|lead|model)\b|your (?:task|job|role|goal) is\b|act as (?:an? |the )"
    r"|provide (?:me )?(?:with )?an? (?:brief|short|concise|detailed|one-sentence) "
    r"|generate an? (?:brief|short|concise|title)\b"
    r"|summari[sz]e (?:this|the|our) (?:conversation|session|transcript|chat|discussion|above)\b)"
    r"|\$ARGUMENTS\b"
    r"|^#{1,4} (?:instructions?|your task|task|role|output(?: format)?|rules|constraints|requirements|guidelines|steps"
    r"|workflow)\W*$|^(?:respond|reply|answer|output|return) (?:only|with (?:only|just|a json|valid))\b"
    r"|^<(?:task|instructions?|example|context|rules)>",
    re.IGNORECASE | re.MULTILINE,
)
"""What is written for a model to obey, and not for this agent's last work."""
_DATA = re.compile(r"\A\s*(?:\{\s*\"[^\"\n]{1,80}\"\s*:|\[\s*[\[{\"\d]).*[\]}]\s*\Z", re.DOTALL)
_CELLS = re.compile(r"[^,;|\t\n{}]{0,60}(?:(?:[;|\t]|,(?! ))[^,;|\t\n{}]{0,60}){3,}")
_TOLD = re.compile(
    r"[\"\u201d\u00bb'] (?:he|she|they|i|said|asked|replied|whispered|[A-Z][a-z]+ (?:said|asked|replied|whispered))\b"
    r"|\b(?:he|she|they|[A-Z][a-z]{2,}) (?:whispered|smiled|nodded|sighed|shrugged|laughed|frowned|murmured|glanced)\b"
)


def is_document(text: str) -> bool:
    r"""Tell whether a text was written for something else than to answer an agent.

    >>> is_document("You are a release bot. Never push to main."), is_document("you are wrong, never push to main")
    (True, False)
    >>> is_document('{"state": "failing", "never": true}'), is_document("no, use {} here")
    (True, False)
    """
    text = text[:_LONGEST]
    return bool(_FOR_A_MODEL.search(text) or _DATA.match(text)) or _is_table(text) or _is_story(text)


def _is_table(text: str) -> bool:
    lines = [line for line in text.split("\n") if line.strip()]
    cells = sum(_CELLS.fullmatch(line) is not None for line in lines)
    return cells >= _LEAST_LINES and cells >= _LISTED * len(lines)


def _is_story(text: str) -> bool:
    return len(text.split()) >= _STORY_WORDS and len(_TOLD.findall(text)) >= _LEAST_TALK
