"""Trees and probabilities that are learned from older commits."""

import sys

import pytest
from wings.git.tests.predict.messages.invented_examples import a_file, an_example
from wings.git.tests.predict.messages.test_candidates import NONE, build

from twiceshy.base.errors import ToolMissing
from twiceshy_git.predict.messages.candidates import list_candidates
from twiceshy_git.predict.messages.message_ranker import MessageModel, rank_candidates, tell_probability
from twiceshy_git.predict.messages.ranker_growing import AnsweredChange, fit_probability, grow_message_trees

CANDIDATES = list_candidates(build(), an_example("?", a_file("src/ssr/load.ts")), NONE)


def test_what_was_right_before_is_right_again() -> None:
    """Whichever it was; own trees go on from others."""
    pytest.importorskip("lightgbm")
    plain = grow_message_trees([[AnsweredChange(CANDIDATES, "Update load.ts")] * 240], rounds=100)
    model = MessageModel(name="x", trees=plain)
    assert CANDIDATES[rank_candidates(model, CANDIDATES)[0][1]].subject == "Update load.ts"
    more = grow_message_trees([[AnsweredChange(CANDIDATES, "fix(ssr): mend load.ts")] * 240], upon=plain, rounds=200)
    both = MessageModel(name="x", trees=plain + more)
    assert CANDIDATES[rank_candidates(both, CANDIDATES)[0][1]].subject == "fix(ssr): mend load.ts"
    assert grow_message_trees([[], []]) == ()


def test_a_probability_needs_outcomes_of_both_kinds() -> None:
    """Then it is their share, where nothing tells them apart."""
    model = MessageModel(name="x", trees=())
    best = CANDIDATES[0].subject
    right, wrong = AnsweredChange(CANDIDATES, best), AnsweredChange(CANDIDATES, "quite another thing altogether")

    assert fit_probability(model, [right, wrong] * 20) == ()
    assert fit_probability(model, [right] * 200) == ()
    weights = fit_probability(model, [right, wrong, wrong, wrong] * 50)
    known = MessageModel(name="x", trees=(), weights=weights)
    assert tell_probability(known, CANDIDATES, rank_candidates(known, CANDIDATES)) == pytest.approx(0.25, abs=0.01)


def test_without_the_library_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the extra that brings it."""
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    with pytest.raises(ToolMissing, match=r"\[train\]"):
        grow_message_trees([[AnsweredChange(CANDIDATES, "x")]])
