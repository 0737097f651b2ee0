from twiceshy.base.values import Scrubbed
from twiceshy.records.findings import FindingDelta, Layer, ScannedEdit, StoredEdit
from twiceshy.score.task_guards import add_lost_guards

CHECKED = "def read(root, name):\n    if '..' in name:\n        raise ValueError(name)\n    return open(root + name)\n"
UNCHECKED = "def read(root, name):\n    return open(root + name)\n"


def tell(*steps: tuple[str, str, str, int], partial: bool = False) -> list[tuple[int, str]]:
    stored = [
        StoredEdit(
            b"s", b"%d" % at, b"c", Scrubbed(path), b"k", old.encode(), new.encode(), partial, False, False, 1, None
        )
        for at, (path, old, new, _) in enumerate(steps)
    ]
    scanned = [
        ScannedEdit(b"c", step[0], b"k", 1, step[3], None, None, 0.0, frozenset(), FindingDelta()) for step in steps
    ]
    found = add_lost_guards(scanned, stored, bytes.decode, Scrubbed)
    assert all(Layer.PATTERN in edit.layers for edit in found if edit.change.introduced)
    return [(at, one.rule) for at, edit in enumerate(found) for one in edit.change.introduced]


def test_a_guard_that_comes_back_in_the_task_is_not_lost() -> None:
    assert tell(("a.py", CHECKED, UNCHECKED, 1), ("a.py", UNCHECKED, CHECKED, 1)) == []


def test_fragments_say_nothing() -> None:
    assert tell(("a.py", CHECKED, UNCHECKED, 1), partial=True) == []


def test_it_is_told_with_the_last_edit_of_the_file() -> None:
    steps = (("a.py", CHECKED, UNCHECKED, 1), ("a.py", UNCHECKED, UNCHECKED + "x = 1\n", 1), ("b.py", "", "", 1))
    assert tell(*steps) == [(1, "guard/path-check")]


def test_tasks_are_apart() -> None:
    assert tell(("a.py", CHECKED, UNCHECKED, 1), ("a.py", UNCHECKED, CHECKED, 2)) == [(0, "guard/path-check")]
