"""Placeholders, and what shows only behind them."""

from collections.abc import Mapping, Sequence

import pytest

from twiceshy.privacy.replace_spans import replace_spans
from twiceshy.privacy.secrets.secret_detector import DetectionRule, Detector, SecretSpan

ENDED = DetectionRule(id="ended", kind="k", regex=r"k_[a-z0-9]{8}\b", trigger=r"k_[a-z0-9]{8}")
"""Of a chain of these only the last has its border at first."""
BEGUN = DetectionRule(id="begun", kind="k", regex=r"\bk_[a-z0-9]{8}", trigger=r"k_[a-z0-9]{8}")
"""Of a chain of these only the first has."""


def replaced(text: str, *rules: DetectionRule) -> str:
    """The text with ``*`` for each secret."""
    find = Detector(list(rules)).find_encoded
    encoded = text.encode()
    clean, kinds = replace_spans(encoded, find([encoded]).get(0, ()), find, lambda _kind, _secret: b"[*]")
    assert len(kinds) == clean.count(b"*")
    return clean.decode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("nothing here", "nothing here", id="no secret"),
        pytest.param("a k_q7w2e9r4 b", "a [*] b", id="alone"),
        pytest.param("k_q7w2e9r4_old", "[*]_old", id="glued, with nothing behind it"),
        pytest.param("k_q7w2e9r4k_a1b2c3d4 k_w5e6r7t8", "[*][*] [*]", id="glued to another"),
        pytest.param("k_q7w2e9r4" * 500, "[*]" * 500, id="a chain longer than what is looked through at once"),
        pytest.param("x" * 3000 + " k_q7w2e9r4" + "y" * 3000, "x" * 3000 + " [*]" + "y" * 3000, id="in a long word"),
    ],
)
def test_what_a_placeholder_uncovers_is_replaced(text: str, expected: str) -> None:
    """From the left, where a border before the next is made."""
    assert replaced(text, BEGUN) == expected


@pytest.mark.parametrize("count", [1, 2, 40, 500])
def test_a_chain_is_followed_to_its_beginning(count: int) -> None:
    """From the right, where a border behind the one before is made."""
    assert replaced("k_q7w2e9r4" * count, ENDED) == "[*]" * count


def test_a_find_at_the_end_of_what_was_looked_through_is_whole() -> None:
    """More is looked through before it is believed."""
    behind = DetectionRule(id="behind", kind="k", regex=r"\][-]{150}(l_[a-z0-9]{8,})", trigger=r"-l_[a-z0-9]{8}")
    lines = "-" * 150

    assert replaced(f"k_q7w2e9r4{lines}l_{'a1' * 900}", BEGUN, behind) == f"[*]{lines}[*]"


def test_a_border_that_is_only_the_end_of_what_is_looked_through_is_none() -> None:
    """Wherever the cut falls, a token in the middle of a long word stays, as in the whole text."""
    chain = "xk_a1b2c3d4" * 400

    assert replaced("k_q7w2e9r4" + chain, BEGUN) == "[*]" + chain
    assert replaced(chain + "_" + "k_q7w2e9r4", ENDED) == chain + "_[*]"


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        pytest.param((4, 6), b"abc[old]def", id="inside of the placeholder: none"),
        pytest.param((1, 9), b"a[new]ef", id="around it"),
        pytest.param((1, 5), b"a[new]def", id="over its beginning"),
        pytest.param((5, 9), b"abc[new]ef", id="over its end"),
    ],
)
def test_a_find_that_touches_a_placeholder_takes_its_place(place: tuple[int, int], expected: bytes) -> None:
    """All of it, as half a placeholder says nothing."""
    answers = [{0: [SecretSpan(*place, "new", "new")]}]

    def find(_texts: Sequence[bytes]) -> Mapping[int, Sequence[SecretSpan]]:
        return answers.pop() if answers else {}

    clean, _ = replace_spans(
        b"abcSECRETdef", [SecretSpan(3, 9, "old", "old")], find, lambda kind, _: f"[{kind}]".encode()
    )

    assert clean == expected
