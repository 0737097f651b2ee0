"""Who wrote each line that a commit brought in."""

from typing import Final

import pytest

from twiceshy.judgement.outcomes.line_writers import (
    HUMAN,
    UNKNOWN,
    FileChangeQuery,
    FollowedEdit,
    LineNumbers,
    OriginLine,
    Writer,
    carry_origins,
    find_line_writers,
    keep_added,
    list_spans,
    mix,
    split_lines,
    start_lines,
)
from twiceshy.records.authorship import LineSpan, LineWriter, WriterKind

ONE: Final[Writer] = LineWriter(kind=WriterKind.AGENT, session=b"one", chat=b"c1")
TWO: Final[Writer] = LineWriter(kind=WriterKind.AGENT, session=b"two", chat=b"c2")
BASE = "import os\n\ndef first(path):\n    return os.stat(path)\n"
ADDED = BASE + "\ndef second(path, limit):\n    found = list_all(path)\n    return found[:limit]\n"


def names(base: str, text: str, *edits: FollowedEdit, outside: Writer = HUMAN) -> list[str]:
    """Return a word for each line: ``-`` stood there before."""
    words = {ONE: "one", TWO: "two", HUMAN: "human", UNKNOWN: "?", mix(ONE): "one+human"}
    found = find_line_writers(FileChangeQuery(base, text, edits, outside))
    return ["-" if one.writer is None else words[one.writer] for one in found]


def test_an_agents_lines_are_its_own_and_the_rest_is_a_persons() -> None:
    """Between two edits a person changed the file, and once more before the commit."""
    between = ADDED.replace("import os\n", "import os\nimport sys\n")
    after = between + "\ndef third():\n    return sys.path\n"
    text = after.replace("found[:limit]", "found[:limit + 1]") + "# the end of it\n"
    edits = [FollowedEdit(1.0, BASE, ADDED, ONE), FollowedEdit(2.0, between, after, TWO)]

    assert names(BASE, text, *edits) == [
        *("-", "human", "-", "-", "-"),
        *("one", "one", "one", "one+human"),
        *("two", "two", "two", "human"),
    ]


def test_what_a_command_may_have_written_is_nobodys() -> None:
    """A gap is better than a wrong name."""
    text = ADDED + "GENERATED = 1\n"

    assert names(BASE, text, FollowedEdit(1.0, BASE, ADDED, ONE), outside=UNKNOWN)[-1] == "?"


def test_a_formatter_changes_no_writer() -> None:
    """Lines that it breaks are whose they were."""
    text = ADDED.replace("second(path, limit)", "second(\n    path,\n    limit,\n)").replace("    found", "\tfound")

    assert set(names(BASE, text, FollowedEdit(1.0, BASE, ADDED, ONE), outside=UNKNOWN)[4:]) == {"one"}


def test_a_commit_in_the_middle_of_a_session_has_what_was_there_then() -> None:
    """A later edit takes nothing from it."""
    later = FollowedEdit(2.0, ADDED, BASE + "\ndef other():\n    pass\n", TWO)

    assert names(BASE, ADDED, FollowedEdit(1.0, BASE, ADDED, ONE), later)[4:] == ["one"] * 4


@pytest.mark.parametrize("moved", [True, False], ids=["onto other lines", "as it was"])
def test_a_rebase_onto_other_lines_keeps_the_writers(*, moved: bool) -> None:
    """What came in with the new base is not the session's, and not a person's of this commit either."""
    base = BASE.replace("import os\n", "import os\nimport json\nimport re\n") if moved else BASE
    text = base + ADDED[len(BASE) :]

    assert names(base, text, FollowedEdit(1.0, BASE, ADDED, ONE)) == ["-"] * base.count("\n") + ["one"] * 4


def test_a_fragment_of_an_edit_is_enough() -> None:
    """In its place where it can be found, else by its lines."""
    old, new = "    return os.stat(path)\n", "    return os.stat(path, follow_symlinks=False)\n"
    text = BASE.replace(old, new)
    placed = FollowedEdit(1.0, old, new, ONE, partial=True)
    loose = FollowedEdit(1.0, "something else\n", new, ONE, partial=True)

    assert names(BASE, text, placed) == names(BASE, text, loose) == ["-", "-", "-", "one"]


def test_an_edit_of_which_nothing_is_left_says_nothing() -> None:
    """Its text was forgotten: the lines are not called a person's on that ground alone by their flow."""
    assert names(BASE, ADDED, FollowedEdit(1.0, None, None, ONE), outside=UNKNOWN)[4:] == ["?"] * 4


def test_spans_name_no_line_of_unknown_writer() -> None:
    """And none that stood there before."""
    text = ADDED + "GENERATED = 1\n"
    found = find_line_writers(FileChangeQuery(BASE, text, [FollowedEdit(1.0, BASE, ADDED, ONE)], UNKNOWN))

    assert list_spans(found) == (LineSpan(5, 8, ONE),)


def test_what_was_committed_before_is_no_source() -> None:
    """A person's change of one line takes nothing back from the base, though the agent wrote that."""
    text = ADDED.replace("found[:limit]", "found[:limit + 1]")
    edit = FollowedEdit(1.0, BASE, ADDED, ONE, early=True)

    assert names(ADDED, text, edit) == ["-"] * 7 + ["human"]


def test_an_edit_of_which_a_part_was_left_out_of_the_commit_before_is_one() -> None:
    """Half of it was staged then."""
    half = BASE + "\ndef second(path, limit):\n"

    assert names(half, ADDED, FollowedEdit(1.0, BASE, ADDED, ONE, early=True))[6:] == ["one", "one"]


def test_only_lines_that_git_calls_new_are_told() -> None:
    """Of equal lines git may call another one new; a line that it finds moved has no writer."""
    text = "a = one()\n}\nb = two()\n}\n"
    found = find_line_writers(FileChangeQuery("a = one()\n}\n", text, [], HUMAN))
    told = keep_added(found, LineNumbers(frozenset({2, 3}), frozenset()), 2)

    assert [one.writer for one in found] == [None, None, HUMAN, HUMAN]
    assert [one.writer for one in told] == [None, HUMAN, HUMAN, None]


def test_a_moved_line_has_no_writer() -> None:
    """The commit took it out elsewhere."""
    line = "found = list_all_the_parcels_of(path, limit)\n"
    rest = "".join(f"row_{number} = {number}\n" for number in range(9))
    found = find_line_writers(FileChangeQuery(line + rest, rest + line, [], HUMAN))
    told = keep_added(found, LineNumbers(frozenset({10}), frozenset({1})), 10)

    assert told[9].writer is None


# Words keep their origin through the versions of a text.

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
