"""Failures in the form that the gate computes while an agent waits: the first telling line, without what changes.

Cruder than ``facts.fingerprint``, and cheap: no expression is compiled. Words with anything but letters in them (paths,
numbers, names in quotes) are left out, so that the same failure has the same line. ``surfaces.gate.decide`` has the
same function; a test holds them equal.
"""

_TELLING_WORDS = (
    "error",
    "not found",
    "no such",
    "cannot",
    "denied",
    "fatal",
    "failed",
    "invalid",
    "unknown",
    "unable",
)
_LONGEST_TEXT, _LONGEST_LINE, _MOST_WORDS = 8_000, 400, 14
_FRAME = "\"'`()[]{}<>,.:;!?*#-=|"


def reduce_failure(text: str) -> str:
    r"""Return the first failure line in lower case, without what changes; empty where no line has two words.

    >>> reduce_failure("Exit code 127\n/bin/sh: line 1: rtk: command not found")
    'line rtk command not found'
    >>> reduce_failure("error: pathspec 'a.py' did not match any file(s) known to git")
    'error pathspec did not match any known to git'
    """
    first = ""
    for line in text[:_LONGEST_TEXT].split("\n"):
        low = line.strip().lower()[:_LONGEST_LINE]
        if not low or low.startswith(("exit code ", "error: exit code ")):
            continue
        words = _words_of(low)
        if len(words) < 2:
            continue
        if any(word in low for word in _TELLING_WORDS):
            return " ".join(words[:_MOST_WORDS])
        first = first or " ".join(words[:_MOST_WORDS])
    return first


def _words_of(line: str) -> list[str]:
    """Return the words that consist of letters only, without the punctuation around them."""
    bare = [word.strip(_FRAME) for word in line.split()]
    return [word for word in bare if word.isalpha() and word.isascii()]
