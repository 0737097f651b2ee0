"""What a reply changes, in each form."""

import pytest

from twiceshy.logs.aider import ReplyEdit, find_edit

WHOLE = "I add it.\n\na.py\n```python\nx = 1\n\ny = 2\n```\n\nThat is all."
PATCH = "```diff\n--- a/a.py\n+++ b/a.py\n@@ ... @@\n x = 1\n-y = 2\n+y = 3\n```\n"
BLOCK = "a.py\n```python\n<<<<<<< SEARCH\nx = 1\n=======\nx = 2\n>>>>>>> REPLACE\n```\n"
FENCED = "```python\na.py\n<<<<<<< SEARCH\nx = 1\n=======\nx = 2\n>>>>>>> REPLACE\n```\n"
TWO = (
    "a.py\n```\n<<<<<<< SEARCH\n1\n=======\n2\n>>>>>>> REPLACE\n"
    "<<<<<<< SEARCH\n3\n=======\n=======\n>>>>>>> REPLACE\n```\n"
)
NOTHING = [
    pytest.param("a.py\n<<<<<<< SEARCH\nx\n=======\ny\n", id="a block without its end"),
    pytest.param("<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n", id="a block that names no file"),
    pytest.param("I would change `x` to 2.", id="words alone"),
    pytest.param("", id="no words"),
    pytest.param("b.py\n```python\nx = 1\n```\n", id="another file's text"),
    pytest.param("Run this:\n```\npytest\n```\n", id="a command"),
    pytest.param("a.py\n```python\nx = 1\n", id="a text without its end"),
    pytest.param(PATCH.replace("a.py", "b.py"), id="another file's patch"),
    pytest.param("`a.py` has:\n```\nx\n```\nand\n```\ny\n```\n", id="two texts without a name"),
]
FOUND = [
    pytest.param(TWO, ReplyEdit(pairs=(("1\n", "2\n"), ("3\n", "=======\n"))), id="a second block of the file"),
    pytest.param(
        BLOCK.replace("```python", "<source>").replace("```", "</source>"),
        ReplyEdit(pairs=(("x = 1\n", "x = 2\n"),)),
        id="another fence",
    ),
    pytest.param(
        BLOCK.replace("SEARCH", "ORIGINAL").replace("REPLACE", "UPDATED"),
        ReplyEdit(pairs=(("x = 1\n", "x = 2\n"),)),
        id="the words of 2023",
    ),
    pytest.param(WHOLE, ReplyEdit(whole="x = 1\n\ny = 2\n"), id="whole"),
    pytest.param("**a.py**:\n```\nx\n```\n", ReplyEdit(whole="x\n"), id="a decorated name"),
    pytest.param("Here is `a.py`.\n\n```\nx\n```\n", ReplyEdit(whole="x\n"), id="a name in the words, and one text"),
    pytest.param(
        "a.py\n```\nold\n```\nNo:\n\na.py\n```\nnew\n```\n", ReplyEdit(whole="new\n"), id="the last one counts"
    ),
    pytest.param(PATCH, ReplyEdit(hunks=([" x = 1", "-y = 2", "+y = 3"],)), id="a patch"),
    pytest.param(
        PATCH.replace("a/a.py", "a.py").replace("b/a.py", "a.py"),
        ReplyEdit(hunks=([" x = 1", "-y = 2", "+y = 3"],)),
        id="a patch without a and b",
    ),
    pytest.param(BLOCK, ReplyEdit(pairs=(("x = 1\n", "x = 2\n"),)), id="blocks"),
    pytest.param(FENCED, ReplyEdit(pairs=(("x = 1\n", "x = 2\n"),)), id="blocks with the name inside"),
]


@pytest.mark.parametrize("reply", NOTHING)
def test_no_edit_is_made_up(reply: str) -> None:
    """Words without a form of the client are no edit of the file."""
    assert find_edit(reply, "a.py") == ReplyEdit()


@pytest.mark.parametrize(("reply", "edit"), FOUND)
def test_each_form_gives_the_edit(reply: str, edit: ReplyEdit) -> None:
    """Blocks, a patch, or the whole text."""
    assert find_edit(reply, "a.py") == edit
