"""Which pairs go into a set to learn from."""

from twiceshy.wings.data.dataset.changed_parts import ChangedPart
from twiceshy.wings.data.dataset.chosen_pairs import choose_pairs
from twiceshy.wings.data.dataset.judged_stories import Teller
from twiceshy.wings.data.dataset.preference_pairs import PreferencePair

WORDS = "alpha beta gamma delta epsilon zeta eta theta iota kappa"


def pair(number: int, lesson: str = "", path: str = "a.py", confidence: float = 0.9, text: str = "") -> PreferencePair:
    wrong = text or " ".join(f"{word}{chr(97 + number // 26)}{chr(97 + number % 26)}" for word in WORDS.split())
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
