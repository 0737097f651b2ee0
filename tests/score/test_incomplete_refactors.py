"""Users that a recorded task left behind, among the files that its session knows."""

from tests.score.recipes.test_score_sessions import CLEAN

from twiceshy.base.values import Scrubbed
from twiceshy.records.findings import FindingDelta, Layer, ScannedEdit, StoredEdit
from twiceshy.score.incomplete_refactors import add_missed_users, find_ends

USER = "from shop import run\n\nprint(run('x'))\n"
BODIES = {b"old": CLEAN, b"new": CLEAN.replace("def run", "def start"), b"user": USER, b"used": "print(1)\n"}


def step(
    path: str, before: bytes | None, after: bytes, task: int, *, partial: bool = False
) -> tuple[ScannedEdit, StoredEdit]:
    """One edit, compared and stored."""
    call = f"{path}{after!r}".encode()
    edit = ScannedEdit(
        call=call,
        path=path,
        path_key=b"k",
        lines=1,
        task=task,
        at=None,
        bad=None,
        known_at=0.0,
        layers=frozenset({Layer.PATTERN}),
        change=FindingDelta(),
    )
    stored = StoredEdit(b"s", call, call, Scrubbed(path), b"k", before, after, partial, before is None, False, 1, None)
    return edit, stored


def found(*steps: tuple[ScannedEdit, StoredEdit]) -> list[ScannedEdit]:
    return add_missed_users(
        [edit for edit, _ in steps], [stored for _, stored in steps], lambda body: BODIES[body], Scrubbed
    )


def test_a_user_that_an_earlier_task_wrote_is_left_behind() -> None:
    """The later task renames what it calls, and does not change it."""
    edits = found(step("user.py", None, b"user", 0), step("shop.py", b"old", b"new", 1))

    assert not edits[0].change.introduced
    (finding,) = edits[1].change.introduced
    assert (finding.layer, finding.path) == (Layer.REFACTOR, "user.py")
    assert Layer.REFACTOR in edits[1].layers


def test_a_user_that_was_changed_in_the_same_task_is_not() -> None:
    """In any order."""
    edits = found(
        step("user.py", None, b"user", 0), step("shop.py", b"old", b"new", 1), step("user.py", b"user", b"used", 1)
    )

    assert not [one for edit in edits for one in edit.change.introduced]


def test_fragments_say_nothing() -> None:
    """A task of which a part is known in fragments only is not looked at, and has no such part."""
    edits = found(step("user.py", None, b"user", 0), step("shop.py", b"old", b"new", 1, partial=True))

    assert Layer.REFACTOR not in edits[1].layers


def test_a_task_goes_from_its_first_text_to_its_last() -> None:
    """What it made and removed again was never there."""
    _, made = step("new.py", None, b"old", 0)
    gone = replace_deleted(step("new.py", b"old", b"old", 0)[1])

    assert find_ends([made, gone]) == ({}, {})
    assert find_ends([step("a.py", b"old", b"new", 0)[1], step("a.py", b"new", b"used", 0)[1]]) == (
        {"a.py": b"old"},
        {"a.py": b"used"},
    )


def replace_deleted(edit: StoredEdit) -> StoredEdit:
    return edit._replace(deleted=True)
