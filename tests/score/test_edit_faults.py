"""The gate at an edit: what it says of the text that an agent proposes, and what it leaves alone."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.doors.gate.test_decide import OTHER, RULE, Gate, called, line

from twiceshy.commands.keys import gate_keys
from twiceshy.score import edit_faults

BAD = "rows = db.execute(f\"SELECT * FROM birds WHERE name = '{name}'\")\n"
GOOD = 'rows = db.execute("SELECT * FROM birds WHERE name = ?", (name,))\n'
NAME = "sql-built-python"
SETTINGS = f"budget=9;patterns={NAME};held=0"


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    made = Gate(tmp_path / "data")
    made.rules(line(gate_keys.key_of_pattern(NAME)), settings=SETTINGS)
    return made


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project with one file."""
    (tmp_path / "work" / "shop").mkdir(parents=True)
    (tmp_path / "work" / "shop" / "app.py").write_text(
        "import db\n\n\ndef find(name):\n    rows = []\n    return rows\n"
    )
    return tmp_path / "work" / "shop"


def edit(shop: Path, tool: str = "Edit", path: str = "app.py", session: str = "s1", **asked: Any) -> dict[str, Any]:
    return called(tool, session=session, file_path=str(shop / path), **asked) | {"cwd": str(shop)}


@pytest.mark.parametrize(
    ("tool", "asked"),
    [
        ("Edit", {"old_string": "rows = []\n", "new_string": BAD}),
        ("Edit", {"old_string": "rows = []\n", "new_string": BAD, "replace_all": True}),
        ("Write", {"content": "import db\n\n" + BAD}),
        ("MultiEdit", {"edits": [{"old_string": "import db", "new_string": "import db as d"},
                                 {"old_string": "rows = []\n", "new_string": BAD}]}),
        ("Edit", {"old_string": "not in the file", "new_string": BAD}),
    ],
    ids=["one place", "all places", "a whole file", "some places", "a file that is not as the agent thinks"],
)  # fmt: skip
def test_an_edit_with_the_fault_is_warned_of(gate: Gate, shop: Path, tool: str, asked: dict[str, Any]) -> None:
    """Once a session, and noted under the rule's id."""
    assert gate.say("PreToolUse", edit(shop, tool, **asked)) == "words"
    assert gate.say("PreToolUse", edit(shop, tool, **asked)) == ""
    assert gate.noted() == [(RULE, "s")]


@pytest.mark.parametrize(
    "asked",
    [
        {"old_string": "rows = []\n", "new_string": GOOD},
        {"old_string": "rows = []\n", "new_string": "# " + BAD},
        {"old_string": BAD, "new_string": BAD + "\n"},
        {"old_string": "rows = []\n", "new_string": "rows = [1]\n"},
        {"old_string": "", "new_string": ""},
        {"edits": "none", "content": 3},
        {"edits": [3]},
    ],
    ids=["the usual way", "a comment", "it was there", "something else", "nothing", "odd", "odder"],
)
def test_another_edit_is_left_alone(gate: Gate, shop: Path, asked: dict[str, Any]) -> None:
    """And nothing fails."""
    assert gate.say("PreToolUse", edit(shop, **asked)) == ""
    assert (gate.noted(), gate.failures()) == ([], [])


def test_the_file_around_an_edit_tells_what_it_is(gate: Gate, shop: Path) -> None:
    """A value put into a statement that stood there is a fault; a line put into a text that stood there is none."""
    (shop / "app.py").write_text('q = f"""SELECT * FROM birds\n  WHERE name = ?\n"""\n"""\nFor example\n"""\n')

    assert gate.say("PreToolUse", edit(shop, old_string="name = ?", new_string="name = '{name}'")) == "words"
    assert gate.say("PreToolUse", edit(shop, session="s2", old_string="For example", new_string=BAD)) == ""


@pytest.mark.parametrize("path", ["tests/test_app.py", "docs/app.py", "migrations/0002.py", "app.md", "app.sql"])
def test_tests_documents_and_migrations_are_left_alone(gate: Gate, shop: Path, path: str) -> None:
    """As values there are the developer's own."""
    assert gate.say("PreToolUse", edit(shop, "Write", path, content=BAD)) == ""


def test_a_patch_is_read_after_it_was_made(gate: Gate, shop: Path) -> None:
    """By an agent that takes no words before a call: the file has the new text then."""
    patch = f"*** Begin Patch\n*** Update File: app.py\n@@\n def find(name):\n-    rows = []\n+    {BAD}*** End Patch"
    new = f"*** Begin Patch\n*** Add File: new.py\n+{BAD}*** Delete File: old.py\n*** End Patch"
    (shop / "app.py").write_text(f"def find(name):\n    {BAD}    return rows\n")

    def patched(text: str, session: str = "s1") -> str:
        given = called("apply_patch", session=session, command=text) | {"cwd": str(shop), "tool_response": "Done"}
        return gate.say("PostToolUse", given, agent="codex")

    assert patched(patch) == "words"
    assert patched(patch.replace(BAD, GOOD), "s2") == ""
    assert patched(new, "s3") == ""  # nobody knows what stood there
    gate.rules(line(gate_keys.key_of_pattern(NAME)), settings=SETTINGS + ";early=codex")
    given = called("apply_patch", session="s4", command=new) | {"cwd": str(shop)}
    assert gate.say("PreToolUse", given, agent="codex") == "words"


@pytest.mark.parametrize(
    ("answer", "said"),
    [({"type": "create"}, "words"), ({"originalFile": GOOD}, "words"), ({"originalFile": BAD}, ""), ({}, "")],
    ids=["a new file", "it was good", "it was there", "nobody knows"],
)
def test_a_file_that_was_written_is_compared_with_what_it_was(
    gate: Gate, shop: Path, answer: dict[str, str], said: str
) -> None:
    """As far as the agent says what stood there."""
    given = edit(shop, "Write", content=BAD) | {"tool_response": answer}
    assert gate.say("PostToolUse", given, agent="other") == said


def test_a_file_that_cannot_be_read_is_no_trouble(gate: Gate, shop: Path, tmp_path: Path) -> None:
    """Too large, or a link that leads out of the project: the edit's own text is looked at."""
    (shop / "big.py").write_text("x = 1\n" * 60_000)
    (tmp_path / "secret.py").write_text(BAD)
    (shop / "link.py").symlink_to(tmp_path / "secret.py")

    assert gate.say("PreToolUse", edit(shop, path="big.py", old_string="x", new_string=BAD)) == "words"
    assert gate.say("PreToolUse", edit(shop, "Write", "link.py", "s2", content=BAD)) == "words"
    assert gate.say("PreToolUse", edit(shop, "Write", "a.py", "s3", content=BAD + "x = 1\n" * 60_000)) == ""
    assert gate.failures() == []


def test_a_projects_own_rule_holds_in_its_folders_only(gate: Gate, shop: Path) -> None:
    """And takes the place of the rule for all projects there."""
    key = gate_keys.key_of_pattern(NAME)
    here = gate_keys.key_of_folder("work/shop", gate.salt)[1:].hex()
    own = line(key, text="corrected 3 times here", condition=f"in:{here},{'0' * 16}")
    asked = {"old_string": "rows = []\n", "new_string": BAD}
    inside = edit(shop, **asked) | {"cwd": str(shop / "src")}
    (shop.parent / "other").mkdir()
    elsewhere = edit(shop.parent / "other", "Write", content=BAD, session="s2")

    gate.rules(own, settings=SETTINGS)
    assert gate.say("PreToolUse", inside) == "corrected 3 times here"
    assert gate.say("PreToolUse", elsewhere) == ""
    gate.rules(own, line(key, rule=OTHER), settings=SETTINGS)
    assert gate.say("PreToolUse", edit(shop, session="s3", **asked)) == "corrected 3 times here"
    assert gate.say("PreToolUse", edit(shop, session="s3", path="new.py", content=BAD, tool="Write")) == ""
    assert gate.say("PreToolUse", elsewhere) == "words"


def test_no_pattern_is_looked_for_unless_one_speaks(gate: Gate, shop: Path) -> None:
    """Nor another than those that do."""
    asked = edit(shop, old_string="rows = []\n", new_string=BAD)
    gate.rules(line(gate_keys.key_of_pattern(NAME)))
    assert gate.say("PreToolUse", asked) == ""
    gate.rules(line(gate_keys.key_of_pattern(NAME)), settings="budget=9;patterns=shell-true;held=0")
    assert gate.say("PreToolUse", asked) == ""


def test_warnings_count_against_the_budget(gate: Gate, shop: Path) -> None:
    """As any other warning does."""
    gate.rules(line(gate_keys.key_of_pattern(NAME)), settings=SETTINGS.replace("budget=9", "budget=0"))
    assert gate.say("PreToolUse", edit(shop, "Write", content=BAD)) == ""


def test_a_patch_that_is_too_long_is_not_read() -> None:
    """Nor more of it than a few places."""
    hunk = "@@\n-a\n+b\n"
    patch = f"*** Update File: a.py\n{hunk * 100}"
    ((_, places),) = edit_faults.list_changes({"input": patch})
    assert len(places) == 64
    assert list(edit_faults.list_changes({"patch": patch + "x" * (1 << 19)})) == []
    assert json.dumps(list(edit_faults.list_changes({}))) == "[]"
