"""Failures as the gate knows them while an agent waits: the first telling line, reduced to what stays the same.

Cruder than ``facts.fingerprint``, and cheap: no expression is compiled. Words with anything but letters in them (paths,
numbers, names in quotes) are left out, so that the same failure has the same line. ``surfaces.gate.decide`` has the
same function; a test holds them equal.
"""

TELLING = ("error", "not found", "no such", "cannot", "denied", "fatal", "failed", "invalid", "unknown", "unable")
LONGEST_TEXT, LONGEST_LINE, MOST_WORDS = 8_000, 400, 14
FRAME = "\"'`()[]{}<>,.:;!?*#-=|"


def reduced(text: str) -> str:
    r"""The first line that tells of a failure, in lower case and without what changes; empty where none has two words.

    >>> reduced("Exit code 127\n/bin/sh: line 1: rtk: command not found")
    'line rtk command not found'
    >>> reduced("error: pathspec 'a.py' did not match any file(s) known to git")
    'error pathspec did not match any known to git'
    """
    first = ""
    for line in text[:LONGEST_TEXT].split("\n"):
        low = line.strip().lower()[:LONGEST_LINE]
        if not low or low.startswith(("exit code ", "error: exit code ")):
            continue
        words = words_of(low)
        if len(words) < 2:
            continue
        if any(word in low for word in TELLING):
            return " ".join(words[:MOST_WORDS])
        first = first or " ".join(words[:MOST_WORDS])
    return first


def words_of(line: str) -> list[str]:
    """The words that are nothing but letters, without what frames them."""
    bare = [word.strip(FRAME) for word in line.split()]
    return [word for word in bare if word.isalpha() and word.isascii()]
