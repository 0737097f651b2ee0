"""Patterns that are plain words, such as ``FAILED|panic:``: found without RE2, whose import costs a start-up 4 ms.

What is found is what RE2 would find: the first place where one of the words stands, and there the word that comes
first in the pattern. Whatever is no letter, digit, blank or harmless sign is left to RE2, and so is what is not ASCII.
"""

from __future__ import annotations

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _-:;,=<>!\"'#%&/~@`")
_MOST_WORDS = 8
"""Words of one pattern: each is looked for by itself (guess, 2026-11-23; measured: as fast as RE2 up to ten)."""
_NOWHERE = -1  # what bytes.find says, by definition


class WordsFound:
    """Where a word stands."""

    __slots__ = ("place", "word")

    def __init__(self, place: int, word: bytes) -> None:
        """Keep the place and the word."""
        self.place = place
        self.word = word

    def start(self) -> int:
        """Return the first byte."""
        return self.place

    def end(self) -> int:
        """Return the byte after the last."""
        return self.place + len(self.word)

    def group(self, group: int = 0, /) -> bytes:
        """Return the word.

        Raises:
            IndexError: another group is asked for; there is none.
        """
        if group:
            raise IndexError("no such group")
        return self.word


class Words:
    """A few words, any of which may stand anywhere."""

    __slots__ = ("next", "pos", "text", "words")

    def __init__(self, words: list[bytes]) -> None:
        """Look for these words; the first comes first where several stand at one place."""
        self.words = words
        self.text = b""
        self.pos = 0
        self.next = [_NOWHERE] * len(words)
        """Where each word stands in the text from ``pos`` on: who asks on does not search all of it again."""

    def search(self, text: bytes, pos: int = 0, /) -> WordsFound | None:
        """Return the first of the words from that place on, or None."""
        if text is not self.text or pos < self.pos:
            self.text = text
            self.next = [text.find(word, pos) for word in self.words]
        else:
            for number, place in enumerate(self.next):
                if _NOWHERE < place < pos:
                    self.next[number] = text.find(self.words[number], pos)
        self.pos = pos
        places = [place for place in self.next if place != _NOWHERE]
        if not places:
            return None
        first = min(places)
        return WordsFound(first, self.words[self.next.index(first)])


def read_words(regex: str) -> list[bytes]:
    """Return the words of which the pattern wants one; empty where it is more than words.

    >>> read_words("FAILED|panic:"), read_words("FAILED|^panic"), read_words("a||b")
    ([b'FAILED', b'panic:'], [], [])
    """
    words = regex.split("|")
    if len(words) > _MOST_WORDS or not all(word and _PLAIN.issuperset(word) for word in words):
        return []
    return [word.encode() for word in words]
