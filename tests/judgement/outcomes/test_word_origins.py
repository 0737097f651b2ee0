"""Words keep their origin through the versions of a text."""

import pytest

from twiceshy.judgement.outcomes.word_origins import OriginLine, carry_origins, split_lines, start_lines

OLD = """def load(order):
    total = order.price * 2
    return total

def save(order):
    store.put(order.key, order)
"""


def carried(old: str, new: str, removed: list[OriginLine[str]] | None = None) -> list[str]:
    """Return for each line of the new text that has words whose these are: ``old``, ``new`` or both."""
    lines = carry_origins(start_lines(old, lambda _: "old"), new, "new", [] if removed is None else removed)
    return ["+".join(sorted(set(line.origins), reverse=True)) for line in lines if line.words]


@pytest.mark.parametrize(
    ("new", "found"),
    [
        (OLD, ["old"] * 5),
        (OLD.replace("    ", "\t"), ["old"] * 5),
        (OLD.replace("* 2", "* 3"), ["old", "old+new", "old", "old", "old"]),
        (OLD.replace("total = order.price * 2", "raise Missing"), ["old", "new", "old", "old", "old"]),
        (OLD.replace("(order.key, order)", "(\n        order.key,\n        order,\n    )"), ["old"] * 7),
        ("\n".join([*OLD.split("\n")[4:6], "", *OLD.split("\n")[:3]]), ["old"] * 5),
        ("# new words\n" + OLD, ["new", *["old"] * 5]),
    ],
    ids=["same", "indented", "one word", "other line", "wrapped", "moved", "line added"],
)
def test_only_what_is_new_is_the_newcomers(new: str, found: list[str]) -> None:
    """White space, line breaks and brackets change nobody's lines; a block may move."""
    assert carried(OLD, new) == found


def test_a_block_that_was_cut_comes_back_with_its_origin() -> None:
    """Cut in one edit, pasted in another."""
    removed: list[OriginLine[str]] = []
    rest = "\n".join(OLD.split("\n")[4:])
    left = carry_origins(start_lines(OLD, lambda _: "old"), rest, "cutter", removed)
    back = carry_origins(left, rest + "\n".join(OLD.split("\n")[:3]) + "\n", "paster", removed)

    assert {origin for line in back for origin in line.origins} == {"old"}


def test_a_short_line_that_comes_back_is_written_anew() -> None:
    """``return x`` stands everywhere: that it was once removed says nothing."""
    removed: list[OriginLine[str]] = []
    left = carry_origins(start_lines("return x\n", lambda _: "old"), "", "cutter", removed)

    assert carry_origins(left, "return x\n", "new", removed)[0].born == "new"


def test_lines_are_those_of_git() -> None:
    """A form feed ends none, and the last newline begins none."""
    assert split_lines("a\x0cb\nc\n") == ["a\x0cb", "c"]
    assert split_lines("") == []
