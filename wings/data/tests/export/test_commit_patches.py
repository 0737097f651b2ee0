"""A patch in one line as the first collector put it, and one that is too long."""

import pytest

from twiceshy_data.export.commit_patches import CUT_MARK, cut_patch, summarize_patch


def block(old: str, new: str, *hunks: str) -> str:
    head = f"diff --git a/x b/x\nindex 1..2\n--- {old}\n+++ {new}\n"
    return head + "".join(f"@@ -1 +1 @@ def diff\n{hunk}\n" for hunk in hunks)


@pytest.mark.parametrize(
    ("patch", "told"),
    [
        ("", ""),
        (block("a/x", "b/x", "+a", " c\n-b\n+b", "+c", "-d"), "x: +2 -1 ~1"),
        (block("/dev/null", "b/lib/b/new", "+a") + block("a/old", "/dev/null", "-a"), "lib/b/new: +1; old: -1"),
        (block("a/b c\t", "b/b c\t", "-- x", "+++ y"), "b c: +1 -1"),
        (block('"a/caf\\303\\251"', '"b/caf\\303\\251 \\"\\t\\377"', "+a"), 'café "\t\\xff: +1'),
        (block("a/x", "b/x", "+a\n\\ No newline at end of file"), "x: +1"),
        ("diff --git a/i.png b/i.png\nBinary files a/i.png and b/i.png differ\n" + block("a/x", "b/x", "-a"), "x: -1"),
        ("diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n", ""),
        (block("a/x", "/dev/null", "-a") + block("/dev/null", "b/x", "+a"), "x: +1 -1"),
    ],
    ids=["none", "kinds", "new and gone", "like a header", "quoted", "no end of line", "binary", "rename", "type"],
)
def test_hunks_are_counted_by_file(patch: str, told: str) -> None:
    """Those that add, delete and modify, with no part that is 0; files without hunks do not stand there."""
    assert summarize_patch(patch) == told


def test_ten_files_are_told() -> None:
    """The first."""
    patch = "".join(block(f"a/{number}", f"b/{number}", "+a") for number in range(12))

    assert summarize_patch(patch) == "; ".join(f"{number}: +1" for number in range(10))


@pytest.mark.parametrize(("most", "left"), [(6, "one\ntwo"[:4] + CUT_MARK), (7, "one\ntwo"), (2, CUT_MARK)])
def test_a_long_patch_ends_at_a_line(most: int, left: str) -> None:
    """With a mark."""
    assert cut_patch("one\ntwo", most) == left
