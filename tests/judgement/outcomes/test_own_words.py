"""judgement.outcomes.own_words: what a person typed is told from what is pasted."""

import time

import pytest

from twiceshy.judgement.outcomes.own_words import cut_own_words, is_mostly_pasted, straighten

OWN = [
    ("nothing", "", ""),
    ("words alone", "use the parser, don't write one", "use the parser, don't write one"),
    ("two lines", "use the parser\nand drop the rest", "use the parser\nand drop the rest"),
    ("a list of wishes", "- use the parser\n- drop the rest", "- use the parser\n- drop the rest"),
    ("a name with dots", "main.py is wrong", "main.py is wrong"),
    ("a quotation", "> it is done\nno, it is not", "no, it is not"),
    ("code", "use this\n```py\nraise ValueError\n```\nhere", "use this\n \nhere"),
    ("code that does not end", "use this\n```py\nraise ValueError", "use this"),
    ("a command and what it printed", "$ make\nFAIL: test_a\nmake: *** Error 2\nagain", "again"),
    ("a traceback", 'see\nTraceback (most recent call last):\n  File "a.py", line 2\nValueError: no', "see"),
    ("a stack of JavaScript", "see\nTypeError: x is no function\n    at run (a.js:2:3)", "see"),
    ("a compiler", "see\nsrc/a.rs:2:3 unused\nerror: no such field", "see"),
    ("a log", "12:30:01 started\n2026-05-04 12:30 done\nwhy twice", "why twice"),
    ("a table that is drawn", "│ a │ b │\n├───┤\nwider please", "wider please"),
]


@pytest.mark.parametrize(("text", "own"), [row[1:] for row in OWN], ids=[row[0] for row in OWN])
def test_what_is_pasted_is_cut_and_words_stay(text: str, own: str) -> None:
    """Quotations, code and what programs print are not a person's words."""
    assert cut_own_words(text) == own


@pytest.mark.parametrize(
    ("text", "straight"),
    [
        ("a giant went", "a giant went"),
        ("it doesnt work", "it doesn't work"),
        ("Dont", "Don't"),
        ("isn\N{RIGHT SINGLE QUOTATION MARK}t it", "isn't it"),
        ("couldnt, wont", "couldn't, won't"),
    ],
)
def test_apostrophes_are_plain_and_those_left_out_are_put_in(text: str, straight: str) -> None:
    """One pattern reads a negation however it was typed."""
    assert straighten(text) == straight


def test_a_text_is_mostly_pasted_where_less_than_half_is_own() -> None:
    """An empty text is not."""
    text = "no\n> a long quotation of what was said"

    assert is_mostly_pasted(text, cut_own_words(text))
    assert not is_mostly_pasted("no, it is not", "no, it is not")
    assert not is_mostly_pasted("", "")


@pytest.mark.parametrize("piece", ["`", "```", "\n", " ", "a:", "> ", "Error: ", "dont "])
def test_a_text_of_any_length_costs_little(piece: str) -> None:
    """200 KB take less than half a second of CPU."""
    text = piece * (200_000 // len(piece))
    started = time.process_time()
    cut_own_words(straighten(text))

    assert time.process_time() - started < 0.5
