"""Which texts say nearly the same?"""

import random

import pytest

from twiceshy_data.dataset.good_work import Teller
from twiceshy_data.dataset.near_duplicates import SketchIndex, choose_pairs, find_near_duplicates, make_sketch
from twiceshy_data.dataset.preference_pairs import ChangedPart, PreferencePair

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


# Which pairs go into a set to learn from.

TEST_CHOSEN_PAIRS_WORDS = "alpha beta gamma delta epsilon zeta eta theta iota kappa"


def pair(number: int, lesson: str = "", path: str = "a.py", confidence: float = 0.9, text: str = "") -> PreferencePair:
    wrong = text or " ".join(
        f"{word}{chr(97 + number // 26)}{chr(97 + number % 26)}" for word in TEST_CHOSEN_PAIRS_WORDS.split()
    )
    return PreferencePair(
        teller=Teller(b"s", "codex", "m", "root:1", "web"),
        source="red-to-green",
        call=bytes([number]),
        at=None,
        task="do it",
        path=path,
        part=ChangedPart("", "", wrong, f"{wrong} mended", ""),
        confidence=confidence,
        lesson=lesson or f"lesson {number}",
        evidence="checks-green",
    )


def test_unsure_pairs_are_left_out() -> None:
    """Below .85."""
    assert [one.call for one in choose_pairs([pair(1, confidence=0.84), pair(2, confidence=0.85)])] == [b"\2"]


def test_a_lesson_gives_one_pair_a_file() -> None:
    """The first."""
    every = [pair(number, "the same") for number in range(3)]
    every += [pair(number) for number in range(10, 50)]

    assert [one.call for one in choose_pairs(every)][:1] == [b"\0"]
    assert len(choose_pairs(every)) == 41


def test_no_lesson_gives_more_than_its_share() -> None:
    """One in twenty; where there are fewer than twenty pairs, one."""
    many = [pair(number, "the same", f"{number}.py") for number in range(20)]
    others = [pair(number) for number in range(20, 60)]

    assert sum(one.lesson == "the same" for one in choose_pairs(many + others)) == 3
    assert len(choose_pairs(many)) == 1


def test_what_says_nearly_the_same_is_taken_once() -> None:
    """Numbers and hashes aside."""
    text = "def handler(request): return render(request, template, {key: value}, status=%d)"

    assert len(choose_pairs([pair(1, text=text % 200), pair(2, text=text % 404)])) == 1


def test_of_nothing_nothing_is_chosen() -> None:
    """As a new store has no pairs."""
    assert choose_pairs([]) == []
