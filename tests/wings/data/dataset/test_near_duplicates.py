"""Which texts say nearly the same?"""

import random

import pytest

from twiceshy.wings.data.dataset.near_duplicates import SketchIndex, find_near_duplicates, make_sketch

WORDS = [f"{a}{b}{c}o" for a in "bdfgklmnprst" for b in "aeiou" for c in "bdfgklmnprst"]


def make_text(seed: int, words: int) -> str:
    draw = random.Random(seed)  # a text, no secret
    return " ".join(draw.choice(WORDS) for _ in range(words))


def change_words(text: str, every: int) -> str:
    """Return the text with each so-many-th word another, numbered from the middle between."""
    words = text.split()
    words[every // 2 :: every] = ["zzzz"] * len(words[every // 2 :: every])
    return " ".join(words)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        pytest.param("Mend the sum in /a/b.py", "mend the  sum in /c/d/e.go", True, id="paths, case and blanks"),
        pytest.param("took 12 s at 3f2b9c0d1e", "took 340 s at 00ab77cd99", True, id="numbers and hashes"),
        pytest.param("yes", "Yes.", True, id="one word"),
        pytest.param("yes", "no", False, id="another word"),
        pytest.param("one two three four five", "one two three four six", False, id="short and different"),
        pytest.param("", "", False, id="no words"),
        pytest.param("…!", "…!", False, id="no letters"),
        pytest.param("naïve \udce9 text of a file", "naïve \udce9 text of a file", True, id="bytes that are no text"),
    ],
)
def test_short_texts_are_compared_exactly(one: str, other: str, alike: bool) -> None:
    """Numbers, hashes, paths and case do not count."""
    assert (find_near_duplicates([one, other])[1] == 0) is alike


@pytest.mark.parametrize("words", [60, 300, 3000])
@pytest.mark.parametrize(("every", "alike"), [(100, True), (60, True), (9, False)])
def test_long_texts_are_alike_from_four_fifths_of_their_pieces(words: int, every: int, alike: bool) -> None:
    """A changed word changes five pieces of five words: of 60 words one leaves .85 and of nine one leaves .29."""
    texts = [make_text(seed, words) for seed in range(12)]
    changed = [change_words(text, every) for text in texts]

    found = find_near_duplicates([*texts, *changed])

    assert found[:12] == [None] * 12
    assert found[12:] == (list(range(12)) if alike else [None] * 12)


def test_the_first_that_says_the_same_is_named() -> None:
    """Not the nearest, and none that comes later."""
    assert find_near_duplicates(["a b c", "d e f", "A b c", "a  b c"]) == [None, None, 0, 0]


def test_an_index_answers_with_the_numbers_it_was_given() -> None:
    """Equal texts are kept once, by the first number."""
    index = SketchIndex((number, make_sketch(text)) for number, text in [(7, "a b c d e f"), (9, "a b c d e f")])

    assert index.find_alike(make_sketch("A B C D E F")) == 7
    assert index.find_alike(make_sketch("x")) is None
    assert SketchIndex([]).find_alike(make_sketch("x")) is None
