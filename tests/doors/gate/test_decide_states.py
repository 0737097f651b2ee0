"""Worktrees, subagents, resumed sessions, and two agents in one repository: each has its own state and no other's."""

from pathlib import Path

import pytest
from tests.doors.gate.test_decide import OTHER, Gate, bash, called, command_line, line, unread

from twiceshy.commands.keys import gate_keys

SESSION = {"source": "startup"}


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return Gate(tmp_path / "data")


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "repo" / "src" / "a.py"
    path.parent.mkdir(parents=True)
    path.write_text("a = 1\n")
    return str(path)


def begin(gate: Gate, session: str, agent: str = "claude-code", source: str = "startup") -> None:
    gate.say("SessionStart", {"session_id": session, "source": source}, agent)


def a_worktree(tmp_path: Path) -> tuple[Path, Path]:
    """A main work tree and one beside it, each with the file."""
    main, tree = tmp_path / "repo", tmp_path / "trees" / "one"
    (main / ".git" / "worktrees" / "one").mkdir(parents=True)
    (tree / "src").mkdir(parents=True)
    (tree / ".git").write_text(f"gitdir: {main}/.git/worktrees/one\n")
    (main / ".git" / "worktrees" / "one" / "gitdir").write_text(f"{tree}/.git\n")
    (tree / "src" / "a.py").write_text("")
    return main, tree


def test_who_read_the_main_trees_file_has_not_read_the_worktrees(gate: Gate, file: str, tmp_path: Path) -> None:
    """The history is that of one file; the texts may differ."""
    main, tree = a_worktree(tmp_path)
    gate.rules(unread(gate, f"{main}/src/a.py"))
    begin(gate, "s1")
    begin(gate, "s2")
    gate.say("PostToolUse", called("Read", "t1", "s1", file_path=f"{tree}/src/a.py"))
    assert gate.say("PreToolUse", called("Edit", "t2", "s1", file_path=f"{tree}/src/a.py")) == ""

    gate.say("PostToolUse", called("Read", "t3", "s2", file_path=file))
    assert gate.say("PreToolUse", called("Edit", "t4", "s2", file_path=f"{tree}/src/a.py")) == "words"


def test_a_worktrees_folder_has_the_rules_of_its_main_one(gate: Gate, tmp_path: Path) -> None:
    """Declared steps and what worked after a failure, also from a folder within it."""
    main, tree = a_worktree(tmp_path)
    folder = gate_keys.shorten_folder(f"{main}/src")
    message = "error: no such widget anywhere"
    gate.rules(
        line(gate_keys.key_of_folder(folder, gate.salt), "a step"),
        line(
            gate_keys.key_of_failure(folder, "error no such widget anywhere", gate.salt),
            "a fix",
            level="inform",
            rule=OTHER,
        ),
    )

    place = {"cwd": f"{tree}/src"}
    assert gate.say("PreToolUse", called("Edit", "t1", file_path=f"{tree}/src/a.py") | place) == "a step"
    assert gate.say("PostToolUseFailure", bash("frob", "t2") | place | {"error": message}) == "a fix"


@pytest.mark.parametrize("git", ["gitdir: /elsewhere/.git/modules/x\n", "nonsense", ""])
def test_a_folder_with_another_git_file_stands_for_itself(gate: Gate, tmp_path: Path, git: str) -> None:
    """A submodule's, or none that can be read."""
    folder = tmp_path / "vendor" / "x"
    folder.mkdir(parents=True)
    (folder / ".git").write_text(git)
    gate.rules(line(gate_keys.key_of_command("npm test", "vendor/x", gate.salt)))

    assert gate.say("PreToolUse", bash("npm test") | {"cwd": str(folder)}) == "words"


def test_a_folder_that_only_says_that_it_is_a_worktree_stands_for_itself(gate: Gate, tmp_path: Path) -> None:
    """A cloned repository must not speak with, nor for, another one's history."""
    main, tree = a_worktree(tmp_path)
    (main / ".git" / "worktrees" / "one" / "gitdir").write_text(f"{tmp_path}/elsewhere/.git\n")
    gate.rules(line(gate_keys.key_of_command("npm test", gate_keys.last_parts(str(main)), gate.salt)))

    assert gate.say("PreToolUse", bash("npm test") | {"cwd": str(tree)}) == ""
    (main / ".git" / "worktrees" / "one" / "gitdir").write_text("../../../../trees/one/.git\n")
    assert gate.say("PreToolUse", bash("npm test", "t2") | {"cwd": str(tree)}) == "words"


def test_a_subagents_failure_is_not_its_parents(gate: Gate) -> None:
    """Nor that of another subagent."""
    gate.rules(line(gate_keys.key_of_tool("claude-code", "run", gate.salt), condition="rerun"))
    gate.say("PostToolUseFailure", called("Bash", "t1", run="one", command="npm test"))

    assert gate.say("PreToolUse", bash("npm test", "t2")) == ""
    assert gate.say("PreToolUse", called("Bash", "t3", run="two", command="npm test")) == ""
    assert gate.say("PreToolUse", called("Bash", "t4", run="one", command="npm test")) == "words"


def test_subagents_share_the_budget_of_their_session(gate: Gate) -> None:
    """Twenty of them are not given forty warnings."""
    gate.rules(*(command_line(gate, name, rule=f"{number:016x}") for number, name in enumerate("abc")))
    said = [gate.say("PreToolUse", called("Bash", f"t{name}", run=f"sub{name}", command=name)) for name in "abc"]

    assert said == ["words", "words", ""]


def test_a_session_that_goes_on_knows_what_it_did_and_heard(gate: Gate, file: str) -> None:
    """Resumed or compacted under its own id: nothing is said twice, and what was read stays read."""
    gate.rules(unread(gate, file), command_line(gate, "npm test", rule=OTHER))
    begin(gate, "s1")
    gate.say("PostToolUse", called("Read", "t1", file_path=file))
    assert gate.say("PreToolUse", bash("npm test", "t2")) == "words"
    for source in ("compact", "resume"):
        begin(gate, "s1", source=source)

    assert gate.say("PreToolUse", bash("npm test", "t3")) == ""
    assert gate.say("PreToolUse", called("Edit", "t4", file_path=file)) == ""


def test_a_session_resumed_under_another_id_is_not_known_from_its_start(gate: Gate, file: str) -> None:
    """Of its past nothing is in its notes: no claim about what it has not read."""
    gate.rules(unread(gate, file))
    begin(gate, "s1")
    begin(gate, "s2", source="resume")

    assert gate.say("PreToolUse", called("Edit", "t1", "s2", file_path=file)) == ""


def test_two_agents_in_one_repository_have_a_state_each(gate: Gate, file: str) -> None:
    """What one read the other has not; what one was told the other is told too; each has its own budget."""
    gate.rules(unread(gate, file), command_line(gate, "npm test", rule=OTHER), settings="budget=2;early=codex;held=0")
    begin(gate, "s1")
    begin(gate, "s2", "codex")
    gate.say("PostToolUse", called("Read", "t1", "s1", file_path=file))
    patch = f"*** Begin Patch\n*** Update File: {file}\n@@\n-a\n+b\n*** End Patch"

    assert gate.say("PreToolUse", called("Edit", "t2", "s1", file_path=file)) == ""
    assert gate.say("PreToolUse", called("apply_patch", "t3", "s2", command=patch), "codex") == "words"
    assert gate.say("PreToolUse", bash("npm test", "t4", session="s1")) == "words"
    assert gate.say("PreToolUse", bash("npm test", "t5", session="s2"), "codex") == "words"
    assert (gate.noted("s1"), len(gate.noted("s2"))) == ([(OTHER, "s")], 2)


def test_two_sessions_of_one_agent_at_once_do_not_mix(gate: Gate, file: str) -> None:
    """A failed edit of the one is no failed edit of the other."""
    gate.rules(line(gate_keys.key_of_tool("claude-code", "edit", gate.salt), condition="retry"))
    gate.say("PostToolUseFailure", called("Edit", "t1", "s1", file_path=file))

    assert gate.say("PreToolUse", called("Edit", "t2", "s2", file_path=file)) == ""
    assert gate.say("PreToolUse", called("Edit", "t3", "s1", file_path=file)) == "words"
