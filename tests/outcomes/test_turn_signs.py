"""outcomes.turn_signs: the packaged table is whole, and each sign says where its points are from."""

import tomllib
from importlib import resources
from typing import Any

import pytest

from twiceshy.outcomes.turn_signs import TurnSign, load_signs

TREE: dict[str, Any] = tomllib.loads(
    resources.files("twiceshy.outcomes").joinpath("turn_signs.toml").read_text("utf-8")
)
SIGNS = [sign for signs in load_signs().groups.values() for sign in signs]


def test_every_sign_has_one_name() -> None:
    """So that nothing is lost where code asks for a sign by its name."""
    assert len(load_signs().by_slug) == len(SIGNS) > 70


@pytest.mark.parametrize("sign", SIGNS, ids=[sign.slug for sign in SIGNS])
def test_every_sign_names_its_fit(sign: TurnSign) -> None:
    """How the points were found, on how many turns, and when; a pattern never matches the empty text."""
    fit = TREE["fit"][sign.fit]

    assert {"kind", "how", "turns", "date"} <= fit.keys()
    assert (fit["kind"] == "fitted") == (fit["turns"] > 0)
    assert not sign.is_in("")


def test_line_breaks_are_no_part_of_a_pattern() -> None:
    """They are for the reader of the file; spaces within a line count."""
    assert not any("\n" in sign.pattern.pattern for sign in SIGNS)
    assert load_signs().by_slug["wait"].is_in("what the heck")


def test_case_counts_only_where_the_file_says_so() -> None:
    """A failure of a tool is in capitals; words of a person may be."""
    signs = load_signs().by_slug

    assert signs["shows-failure"].is_in("FAILED a.py")
    assert not signs["shows-failure"].is_in("failed a.py")
    assert signs["admits"].is_in("MY MISTAKE")
    assert signs["admits"].is_in("my mistake")


def test_a_sign_gives_its_points_or_none() -> None:
    """A sign that no words show gives none for any text."""
    signs = load_signs().by_slug

    assert signs["no"].weigh("no, stop") == signs["no"].points == 2.3
    assert signs["no"].weigh("stop") == 0.0
    assert signs["refused"].weigh("no, stop") == 0.0


def test_the_threshold_and_confidences_are_read() -> None:
    """A confidence is a share; a refusal with words is the surest."""
    signs = load_signs()

    assert signs.threshold == -0.1
    assert max(signs.confidence, key=signs.confidence.__getitem__) == "rejected-with-words"
    assert all(0 < share < 1 for share in signs.confidence.values())
