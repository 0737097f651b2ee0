"""What ``check_call`` says of a call is what the hook says of it, for every kind of rule."""

from pathlib import Path
from typing import Any

import pytest
from tests.doors.gate.test_decide import Gate, called, line

from twiceshy.advice.recipes.call_checks import check_call
from twiceshy.archive.rules_file import GateRule
from twiceshy.base.config import Config, load
from twiceshy.commands.keys import call_keys, gate_keys

BAD = "rows = db.execute(f\"SELECT * FROM birds WHERE name = '{name}'\")\n"
PATTERN = "sql-built-python"
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "a command": ("Bash", {"command": "npm test"}),
    "another command": ("Bash", {"command": "npm install"}),
    "a refused command": ("Bash", {"command": "git push --force"}),
    "an edit": ("Edit", {"file_path": "app.py", "old_string": "rows = []\n", "new_string": "rows = [1]\n"}),
    "an edit of such files": ("Edit", {"file_path": "a.css", "old_string": "a", "new_string": "b"}),
    "an edit with the fault": ("Edit", {"file_path": "app.py", "old_string": "rows = []\n", "new_string": BAD}),
    "some edits with it": ("MultiEdit", {"file_path": "app.py", "edits": [{"old_string": "rows", "new_string": BAD}]}),
    "a file with it": ("Write", {"file_path": "new.py", "content": BAD}),
    "a patch with it": ("apply_patch", {"input": f"*** Begin Patch\n*** Add File: b.py\n+{BAD}*** End Patch"}),
    "a file without it": ("Write", {"file_path": "new.py", "content": "import db\n"}),
    "a read": ("Read", {"file_path": "app.py"}),
}


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return Gate(tmp_path / "data")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "work" / "shop"
    folder.mkdir(parents=True)
    (folder / "app.py").write_text("import db\n\n\ndef find(name):\n    rows = []\n    return rows\n")
    return folder


def rules_of(gate: Gate, shop: Path, place: str) -> list[GateRule]:
    """A rule of each kind."""
    here = call_keys.find_place(str(shop))
    known = gate_keys.key_of_folder("work/shop" if place == "here" else "work/other", gate.salt)[1:].hex()
    return [
        line(gate_keys.key_of_head("npm test", gate.salt), "tests fail", rule="1" * 16),
        line(gate_keys.key_of_command("git push --force", "work/shop", gate.salt), "no", "block", rule="2" * 16),
        line(call_keys.key_of_file_kind("a.css", here, gate.salt), "styles go wrong", rule="3" * 16),
        line(gate_keys.key_of_pattern(PATTERN), "sql", condition=f"in:{known}", rule="4" * 16),
    ]


@pytest.mark.parametrize("place", ["here", "elsewhere"])
@pytest.mark.parametrize("name", CALLS)
def test_the_hook_and_check_call_say_the_same(gate: Gate, shop: Path, tmp_path: Path, name: str, place: str) -> None:
    """The same first words and the same level, or nothing at all; a rule of another project's folder is silent."""
    gate.rules(*rules_of(gate, shop, place), settings=f"budget=9;patterns={PATTERN};held=0")
    tool, given = CALLS[name]
    config: Config = load({"home": str(gate.home)}, {}, tmp_path)

    heard = gate.say("PreToolUse", called(tool, **given) | {"cwd": str(shop)}).partition("\n")[0]
    asked = check_call(config, tool, given, folder=str(shop))

    assert [one.words for one in asked.known][:1] == ([heard] if heard else [])
    level = "allow" if not heard else "block" if name == "a refused command" else "warn"
    assert asked.advice == level


def test_the_calls_meet_every_rule(gate: Gate, shop: Path, tmp_path: Path) -> None:
    """Else the table above would prove nothing."""
    gate.rules(*rules_of(gate, shop, "here"), settings=f"budget=9;patterns={PATTERN};held=0")
    config = load({"home": str(gate.home)}, {}, tmp_path)
    said = {
        name: [one.words for one in check_call(config, *call, folder=str(shop)).known] for name, call in CALLS.items()
    }

    assert said == {
        "a command": ["tests fail"],
        "another command": [],
        "a refused command": ["no"],
        "an edit": [],
        "an edit of such files": ["styles go wrong"],
        "an edit with the fault": ["sql"],
        "some edits with it": ["sql"],
        "a file with it": ["sql"],
        "a patch with it": ["sql"],
        "a file without it": [],
        "a read": [],
    }
