"""What the most similar earlier edit would make of a place."""

import pytest
from benchmarks.edits.copy_last import copy_last, list_substitutions, substitute
from benchmarks.edits.edit_memory import EditMemory
from benchmarks.edits.edit_question import PlacedEdit
from tests.next_edit.invented_edits import ask, put


def remember(*edits: PlacedEdit) -> EditMemory:
    memory = EditMemory()
    for edit in edits:
        memory.learn(edit)
    return memory


def test_without_a_past_nothing_is_said() -> None:
    """Nor where the past is of other words."""
    assert copy_last(ask("total = get(cart)"), remember()) is None
    assert copy_last(ask(""), remember()) is None
    assert copy_last(ask("total = get(cart)"), remember(put("import os", "import sys"))) is None


def test_an_edit_that_would_change_nothing_is_passed_over() -> None:
    """The next similar one is tried."""
    memory = remember(put("size = get(shelf)", "size = fetch(shelf)"), put("total = get(box)", "total = get(bag)"))

    assert copy_last(ask("total = get(cart)"), memory) == "total = fetch(cart)"


def test_an_edit_of_other_words_is_not_similar() -> None:
    """One shared word of many is not enough, though its change would fit."""
    memory = remember(put("get(one, two, three, four)", "fetch(one, two, three, four)"))

    assert copy_last(ask("get(a, b, c, d)"), memory) is None
    assert copy_last(ask("get(one, b, c, d)"), memory) == "fetch(one, b, c, d)"


def test_the_same_text_becomes_what_it_became_last() -> None:
    """The newest decides; white space at the ends of lines does not tell texts apart."""
    memory = remember(put("a = 1", "a = 2"), put("a = 1 ", "a = 3"), put("b = 1", "b = 9"))

    assert copy_last(ask("a = 1"), memory) == "a = 3"


def test_a_renaming_goes_on() -> None:
    """By whole tokens."""
    memory = remember(put("user = load_user(id)", "user = fetch_user(id)"))

    assert copy_last(ask("admin = load_user(load_user_id)"), memory) == "admin = fetch_user(load_user_id)"


def test_an_added_argument_goes_on() -> None:
    """Between the same neighbours."""
    memory = remember(put("save(cart, path)", "save(cart, path, salt)"))

    assert copy_last(ask("save(order, path)"), memory) == "save(order, path, salt)"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("    one: int", "", "    two: int"),
        ("", "class Box:", "    two: int"),
        ("    three: int", "", None),
    ],
)
def test_lines_are_put_in_between_the_same_neighbours(before: str, after: str, said: str | None) -> None:
    """Else nothing says where they belong."""
    memory = remember(put("", "    two: int", before="    one: int", after="class Box:"))

    assert copy_last(ask("", before=before, after=after), memory) == said


def test_signs_alone_are_no_substitution() -> None:
    """They would fit everywhere."""
    assert list_substitutions("a(b)", "a[b]") == []
    assert list_substitutions("x " * 400, "y " * 400) == []


def test_what_was_put_in_is_not_replaced_again() -> None:
    """A name that grows would grow for ever."""
    (change,) = list_substitutions("a = b", "a = b.b")

    assert change.old == [" ", "b"]
    assert substitute("c = b", [change]) == "c = b.b"
    assert substitute("a + a", list_substitutions("a", "a_a")) == "a_a + a_a"
