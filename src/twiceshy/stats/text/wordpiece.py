"""WordPiece: a text as the numbers that a BERT model reads, by the rules of its uncased tokenizer.

Control characters go, every Chinese character is a word, case and accents are dropped, punctuation stands alone; then
each word is cut into the longest pieces that the vocabulary has, those after the first marked ``##``. A word with a
part that has no piece is ``[UNK]`` as a whole. (Devlin et al. 2018; the published ``vocab.txt`` has one piece a line.)
"""

import unicodedata
from collections.abc import Mapping

from twiceshy.base.errors import ToolMissing

_LONGEST_WORD = 100
"""Characters: a longer word is unknown, by definition of the original."""
_MOST_CHARACTERS = 40
"""Characters of a text that are looked at for each piece that is wanted (guess, 2026-11-21)."""
_SPACES = frozenset(" \t\n\r")
_CHINESE = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


class WordPiece:
    """A vocabulary, ready to cut texts."""

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        """Take ``vocabulary``, the number of each piece.

        Raises:
            ToolMissing: it lacks a special piece: this is no BERT vocabulary.
        """
        lacking = [piece for piece in ("[UNK]", "[CLS]", "[SEP]") if piece not in vocabulary]
        if lacking:
            raise ToolMissing(f"the vocabulary of the model lacks {', '.join(lacking)}: its file is damaged.")
        self._numbers = vocabulary
        self._unknown, self._first, self._last = (vocabulary[piece] for piece in ("[UNK]", "[CLS]", "[SEP]"))

    def encode_text(self, text: str, most: int) -> list[int]:
        """Return at most ``most`` numbers, ``[CLS]`` before and ``[SEP]`` behind; what is too long is cut off."""
        found = [self._first]
        for word in split_words(text[: most * _MOST_CHARACTERS]):
            found += self._cut(word)
            if len(found) >= most:
                break
        return [*found[: most - 1], self._last]

    def _cut(self, word: str) -> list[int]:
        if word in self._numbers:
            return [self._numbers[word]]
        if len(word) > _LONGEST_WORD:
            return [self._unknown]
        found = []
        start = 0
        while start < len(word):
            for end in range(len(word), start, -1):
                number = self._numbers.get(("##" if start else "") + word[start:end])
                if number is not None:
                    found.append(number)
                    start = end
                    break
            else:
                return [self._unknown]
        return found


def read_vocabulary(text: str) -> dict[str, int]:
    """Return the number of each piece of a ``vocab.txt``: its line, from 0."""
    return {piece: number for number, piece in enumerate(text.split("\n")) if piece}


def split_words(text: str) -> list[str]:
    """Return words and punctuation marks in reading order, in lower case and without accents.

    >>> split_words("Naïve   café: don't parse_it!")
    ['naive', 'cafe', ':', 'don', "'", 't', 'parse', '_', 'it', '!']
    """
    found: list[str] = []
    word: list[str] = []
    for letter in _plain_letters(text):
        kind = _character_kind(letter)
        if kind == "letter":
            word.append(letter)
            continue
        if kind != "nothing" and word:
            found.append("".join(word))
            word = []
        if kind == "mark":
            found.append(letter)
    return [*found, "".join(word)] if word else found


def _plain_letters(text: str) -> str:
    """Return the text in lower case and without accents."""
    if text.isascii():
        return text.lower()
    # Letter by letter, so that a Greek sigma at a word's end stays like any other.
    lower = unicodedata.normalize("NFD", "".join(letter.lower() for letter in _space_chinese(text)))
    return "".join(letter for letter in lower if unicodedata.category(letter) != "Mn")


def _space_chinese(text: str) -> str:
    """Return the text with blanks around Chinese characters."""
    return "".join(f" {letter} " if _is_chinese(ord(letter)) else letter for letter in text)


def _is_chinese(code: int) -> bool:
    """Tell whether a character is one of CJK's ideographs."""
    return code >= 0x3400 and any(first <= code <= last for first, last in _CHINESE)


def _character_kind(letter: str) -> str:
    """Return ``letter``, ``mark`` (stands alone), ``blank`` or ``nothing`` (as if it were not there)."""
    known = _character_kinds.get(letter)
    if known is None:
        known = _character_kinds[letter] = _classify_character(letter)
    return known


_character_kinds: dict[str, str] = {}
"""Of characters seen; there are at most as many as Unicode has."""


def _classify_character(letter: str) -> str:
    code = ord(letter)
    if letter in _SPACES:
        return "blank"
    if code in {0, 0xFFFD}:
        return "nothing"
    category = unicodedata.category(letter)
    if category in {"Cc", "Cf", "Co", "Cs"}:
        return "nothing"
    if category.startswith("Z"):
        return "blank"
    if category.startswith("P") or 33 <= code <= 47 or 58 <= code <= 64 or 91 <= code <= 96 or 123 <= code <= 126:
        return "mark"
    return "letter"
