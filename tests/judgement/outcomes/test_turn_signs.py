"""judgement.outcomes.turn_signs: the packaged table is whole, and each sign says where its points are from."""

import tomllib
from importlib import resources
from typing import Any

import pytest

from twiceshy.judgement.outcomes.turn_signs import SeenSign, TurnSign, load_signs

TREE: dict[str, Any] = tomllib.loads(
    resources.files("twiceshy.judgement.outcomes").joinpath("turn_signs.toml").read_text("utf-8")
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

    assert signs["no"].find("no, stop") == ("no", 2.3, "no, stop")
    assert signs["no"].find("stop") is None
    assert signs["refused"].find("no, stop") is None


def test_more_points_are_a_greater_probability_and_never_more_than_one() -> None:
    """The curve rises, is half where its odds are even, and holds any number of points."""
    signs = load_signs()
    chances = [signs.compute_probability(points) for points in (-1e9, -5.0, 0.0, 5.0, 1e9)]

    assert chances == sorted(chances)
    assert chances[0] == pytest.approx(0.0)
    assert chances[-1] == pytest.approx(1.0)
    assert signs.compute_probability(-signs.intercept / signs.slope) == pytest.approx(0.5)


def test_what_counts_is_likelier_than_what_is_in_doubt() -> None:
    """Both are probabilities, and what counts is right more often than not."""
    signs = load_signs()

    assert 0 < signs.doubt < 0.5 < signs.counting < 1
    assert TREE["fit"][TREE["decision"]["fit"]]["turns"] > 0


CLAUSES = [
    ("that is fine. but it still fails on node.js 20! why", "still", "still fails on node.js 20"),
    ("undo", "undo", "undo"),
    ("still " + "very " * 40 + "slow", "still", "still very very very very very very very very very very…"),
    ("不对。还是报错", "objection-cjk", "不对"),
]


@pytest.mark.parametrize(("text", "slug", "words"), CLAUSES)
def test_a_seen_sign_keeps_the_words_from_it_to_the_end_of_the_clause(text: str, slug: str, words: str) -> None:
    """Enough to see why, never the whole prompt; a point inside a name ends nothing."""
    seen = load_signs().by_slug[slug].find(text)

    assert seen == SeenSign(slug, load_signs().by_slug[slug].points, words)
    assert load_signs().by_slug[slug].find("a plain text") is None
