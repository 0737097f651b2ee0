"""What was edited so far, found again."""

from benchmarks.edits.edit_memory import EditMemory, count_place
from tests.next_edit.invented_edits import put


def test_the_most_similar_comes_first_then_the_newest() -> None:
    """Those that share nothing do not come."""
    memory = EditMemory()
    older, newer, other = put("load(cart)", "1"), put("load(cart)", "2"), put("load(box)", "3")
    for edit in (older, other, newer, put("x", "y"), put("", "load(cart)")):
        memory.learn(edit)

    assert memory.find_similar(put("load(cart)", ""), 9) == [(1.0, newer), (1.0, older), (0.5, other)]
    assert memory.find_similar(put("load(cart)", ""), 1) == [(1.0, newer)]
    assert memory.find_equal("load(cart) ") == [newer, older]


def test_insertions_are_compared_by_their_neighbours() -> None:
    """With insertions only."""
    memory = EditMemory()
    added = put("", "b = 2", before="a = 1")
    memory.learn(added)
    memory.learn(put("a = 1", "a = 2"))

    assert memory.find_similar(put("", "", before="a = 1"), 9) == [(1.0, added)]
    assert count_place(put("", "", before="a", after="b")) == {"a": 1, "b": 1}
