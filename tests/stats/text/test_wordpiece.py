"""Texts as a BERT model's tokenizer cuts them."""

import pytest

from twiceshy.base.errors import ToolMissing
from twiceshy.stats.text.wordpiece import WordPiece, read_vocabulary, split_words

PIECES = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nun\n##aff\n##able\naff\nthe\n!\n中\ncafe\n##s\nжил\n##ищ\n"


@pytest.fixture
def pieces() -> WordPiece:
    return WordPiece(read_vocabulary(PIECES))


def named(pieces: WordPiece, text: str, most: int = 20) -> list[str]:
    lines = PIECES.split("\n")
    return [lines[number] for number in pieces.encode_text(text, most)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unaffable", ["un", "##aff", "##able"]),
        ("The UNAFFABLE!", ["the", "un", "##aff", "##able", "!"]),
        ("the strange", ["the", "[UNK]"]),
        ("unaffablest", ["[UNK]"]),
        ("Cafés", ["cafe", "##s"]),
        ("cafe\u0301", ["cafe"]),
        ("the中the", ["the", "中", "the"]),
        ("the\u00a0the\u2029the", ["the", "the", "the"]),
        ("th\u200be\x00\x07", ["the"]),
        ("ЖИЛИЩ", ["жил", "##ищ"]),
        ("x" * 101, ["[UNK]"]),
        ("", []),
        (" \n\t", []),
    ],
)
def test_texts_are_cut_as_by_hand(pieces: WordPiece, text: str, expected: list[str]) -> None:
    """The longest pieces first; case, accents and control characters go; what has no piece is unknown as a whole."""
    assert named(pieces, text) == ["[CLS]", *expected, "[SEP]"]


def test_punctuation_stands_alone() -> None:
    """Also ASCII's marks that Unicode counts as symbols."""
    assert split_words("a_b$c^d`e") == ["a", "_", "b", "$", "c", "^", "d", "`", "e"]


def test_a_long_text_is_cut_off(pieces: WordPiece) -> None:
    """100 KB give as many numbers as are wanted, and the last is the end."""
    assert named(pieces, "the " * 25_000, 6) == ["[CLS]", "the", "the", "the", "the", "[SEP]"]
    assert named(pieces, "unaffable", 4) == ["[CLS]", "un", "##aff", "[SEP]"]


def test_a_vocabulary_without_special_pieces_is_refused() -> None:
    """It is some other file."""
    with pytest.raises(ToolMissing, match=r"\[UNK\]"):
        WordPiece(read_vocabulary("a\nb\n"))
