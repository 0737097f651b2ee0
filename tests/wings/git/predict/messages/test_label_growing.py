"""Growing trees that rank labels."""

import sys

import pytest

from twiceshy.base.errors import ToolMissing
from twiceshy.wings.git.predict.messages.label_growing import LabelledChange, grow_label_trees
from twiceshy.wings.git.predict.messages.label_ranker import choose_label
from twiceshy.wings.git.predict.messages.label_rows import LABEL_COLUMNS, LabelRows

AT = LABEL_COLUMNS.index("vote")


def a_change(right: int, votes: tuple[float, float]) -> LabelledChange:
    rows = [tuple(vote if at == AT else 0.0 for at in range(len(LABEL_COLUMNS))) for vote in votes]
    return LabelledChange(LabelRows(("a", "b"), rows), "ab"[right])


def test_what_always_tells_the_label_is_learned() -> None:
    """The same changes give the same trees."""
    pytest.importorskip("lightgbm")
    past = [a_change(at % 2, (0.9 - 0.8 * (at % 2), 0.1 + 0.8 * (at % 2))) for at in range(400)]
    trees = grow_label_trees(past)

    assert choose_label(trees, a_change(0, (0.9, 0.1)).found) == "a"
    assert choose_label(trees, a_change(1, (0.1, 0.9)).found) == "b"
    assert grow_label_trees(past) == trees


def test_without_lightgbm_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """As every training does."""
    monkeypatch.setitem(sys.modules, "lightgbm", None)

    with pytest.raises(ToolMissing, match="needs LightGBM"):
        grow_label_trees([])
