"""The message of the nearest old diff."""

import pytest
from tests.wings.git.predict.messages.invented_examples import a_file, an_example

from twiceshy.wings.git.predict.messages.nngen import DiffBags, NearestDiff


def test_nothing_is_near_where_no_word_is_shared() -> None:
    """Nothing is offered."""
    found = NearestDiff()
    assert found.suggest(an_example()).subject == ""
    found.learn(an_example("Add", a_file("other.md", added=["prose"])))

    assert found.suggest(an_example("?", a_file("x.py", added=["code"]))).subject == ""


def test_cosine_is_that_of_counts() -> None:
    """By hand: (one, two, two) and (one, two): 3 / (sqrt 5 * sqrt 2)."""
    bags = DiffBags()
    bags.add(an_example("a", a_file("one", added=["two two"])))
    bags.add(an_example("b", a_file("other")))

    ((cosine, number),) = bags.find_nearest(an_example("?", a_file("ONE", added=["two"])), 5)

    assert number == 0
    assert cosine == pytest.approx(0.948683)


def test_the_text_decides_among_the_nearest_bags() -> None:
    """Both have the same bag; one has the same order too."""
    found = NearestDiff()
    found.learn(an_example("Right", a_file("aa", added=["bb cc dd ee ff"]), commit="r"))
    found.learn(an_example("Wrong", a_file("aa", added=["cc ff ee bb dd"]), commit="w"))
    best = found.suggest(an_example("?", a_file("aa", added=["bb cc dd ee ff"])))

    assert (best.subject, best.like) == ("Right", "r")
    assert best.score == pytest.approx(1.0)


def test_without_four_tokens_in_a_row_the_nearest_and_newest_counts() -> None:
    """Of equally near ones."""
    found = NearestDiff()
    for subject in ("Old", "New"):
        found.learn(an_example(subject, a_file("aa", added=["bb"])))

    assert found.suggest(an_example("?", a_file("bb", added=["aa"]))).subject == "New"
