"""Where comment lines may stand, by what git itself says in the file."""

import pytest

from twiceshy_git.githook.comment_lines import add_comments, find_comment_mark

HASH = """
# Please enter the commit message for your changes. Lines starting
# with '#' will be ignored, and an empty message aborts the commit.
#
# On branch main
"""
KEPT = """
# Please enter the commit message for your changes. Lines starting
# with '#' will be kept; you may remove them yourself if you want to.
# An empty message aborts the commit.
"""
SCISSORS = """
# ------------------------ >8 ------------------------
# Do not modify or remove the line above.
# Everything below it will be ignored.
"""


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        pytest.param(HASH, "#", id="git drops them"),
        pytest.param(HASH.replace("#", ";"), ";", id="another character"),
        pytest.param(HASH.replace("#", "//"), "//", id="several characters"),
        pytest.param(KEPT, "", id="whitespace or verbatim"),
        pytest.param(SCISSORS, "", id="scissors"),
        pytest.param(HASH + SCISSORS + "diff --git a/x b/x\n", "#", id="with the change below"),
        pytest.param("", "", id="no status in it"),
        pytest.param("Fix it\n" + HASH, "", id="a message is there"),
        pytest.param(HASH.replace("will be ignored", "werden ignoriert"), "", id="another language"),
    ],
)
def test_the_mark_is_known_where_git_drops_the_lines(text: str, mark: str) -> None:
    """And nowhere else."""
    assert find_comment_mark(text) == mark


def test_comments_stand_in_front_of_gits_own() -> None:
    """The first line stays free for the message; git's lines follow unchanged."""
    done = add_comments(HASH, "#", ["offers:", "  Fix it", ""])

    assert done == "\n# offers:\n#   Fix it\n#\n#\n" + HASH.removeprefix("\n")
    assert add_comments(HASH.removeprefix("\n"), "#", ["x"]).startswith("\n# x\n#\n# Please")
