"""The gate: what it says at which event in which state, and that no fault of any kind reaches the agent."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.doors.gate.calling import CLEAN, PYTHON, START, Hooked, tool

from twiceshy.archive import rules_file
from twiceshy.archive.rules_file import GateRule
from twiceshy.commands.keys import gate_keys
from twiceshy.commands.keys.gate_keys import path_key
from twiceshy.doors.gate import decide
from twiceshy.doors.gate.conditions import SessionNotes

SHOP = "/home/ann/work/shop"
RULE = "00112233445566aa"
OTHER = "ffffffffffffffff"


class Gate(Hooked):
    """A data folder with an installed hook and rules."""

    def rules(self, *lines: GateRule, settings: str = "budget=2;held=0") -> None:
        rules_file.write(self.home, lines, settings)

    def say(self, event: str, given: dict[str, Any], agent: str = "claude-code") -> str:
        """What the agent reads; empty for nothing."""
        command = [PYTHON, "-I", "-S", "-c", START, str(self.folder), agent, event]
        data = json.dumps(given | {"hook_event_name": event}).encode()
        done = subprocess.run(command, input=data, capture_output=True, env=CLEAN, timeout=20, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
        if not done.stdout:
            return ""
        found = json.loads(done.stdout)
        inner = found.get("hookSpecificOutput", found)
        return str(inner.get("additionalContext") or inner.get("permissionDecisionReason") or inner.get("reason"))

    def noted(self, session: str = "s1") -> list[tuple[str, str]]:
        """Rules in the spool, and what was done with each."""
        return [(line["g"], line["v"]) for line in self.lines(session) if "g" in line]


def called(name: str, call: str = "toolu_01", session: str = "s1", run: str = "", **asked: object) -> dict[str, Any]:
    more: dict[str, Any] = {"agent_id": run} if run else {}
    return tool(name, session, **asked) | {"cwd": SHOP, "tool_use_id": call} | more


def bash(command: str, call: str = "toolu_01", **more: Any) -> dict[str, Any]:
    return called("Bash", call, command=command, **more)


def line(key: bytes, text: str = "words", level: str = "warn", condition: str = "", rule: str = RULE) -> GateRule:
    return GateRule(key, rule, level, 0.9, condition, "", text)


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return Gate(tmp_path / "data")


@pytest.fixture
def started(gate: Gate) -> Gate:
    gate.say("SessionStart", {"session_id": "s1", "source": "startup"})
    return gate


def command_line(gate: Gate, command: str, **more: str) -> GateRule:
    return line(gate_keys.key_of_command(command, "work/shop", gate.salt), **more)


def test_without_rules_nothing_is_said(gate: Gate) -> None:
    """No file, an empty one, and one about other things."""
    assert gate.say("PreToolUse", bash("npm test")) == ""
    gate.rules()
    assert gate.say("PreToolUse", bash("npm test")) == ""
    gate.rules(command_line(gate, "npm run lint"))
    assert gate.say("PreToolUse", bash("npm test")) == ""
    assert (gate.noted(), gate.failures()) == ([], [])


def test_a_known_command_is_warned_of_once(gate: Gate) -> None:
    """However its words are spaced; the spool has the rule's id and nothing of the text."""
    gate.rules(command_line(gate, "npm  test", text="it failed 9 of 9 times"))

    assert gate.say("PreToolUse", bash("npm test")) == "it failed 9 of 9 times"
    assert gate.say("PreToolUse", bash("npm test", "toolu_02")) == ""
    assert gate.noted() == [(RULE, "s")]
    assert "failed" not in (gate.home / "spool" / "s1.jsonl").read_text()


def test_a_head_is_known_in_any_folder(gate: Gate) -> None:
    """By its first two words."""
    key = gate_keys.key_of_head("rtk bun", gate.salt)
    assert key is not None
    gate.rules(line(key))

    assert gate.say("PreToolUse", bash("rtk bun lint") | {"cwd": "/srv/other/place"}) == "words"


def test_at_most_two_warnings_a_session(gate: Gate) -> None:
    """Facts that are no warnings do not count, and another session has its own two."""
    gate.rules(*(command_line(gate, name, rule=f"{number:016x}") for number, name in enumerate("abcd")))
    said = [gate.say("PreToolUse", bash(name, f"toolu_{name}")) for name in "abcd"]

    assert said == ["words", "words", "", ""]
    assert gate.say("PreToolUse", bash("c", session="s2")) == "words"


def test_an_override_is_logged_and_obeyed(gate: Gate) -> None:
    """As a comment of the command, or in the user's prompt until the next one."""
    gate.rules(command_line(gate, "npm test"), command_line(gate, "make", rule=OTHER))

    assert gate.say("PreToolUse", bash("npm test # --ignore-usage-warning")) == ""
    gate.say("UserPromptSubmit", {"session_id": "s1", "prompt": "go on, --ignore-usage-warning"})
    assert gate.say("PreToolUse", bash("make", "toolu_02")) == ""
    assert gate.noted() == [(RULE, "o"), (OTHER, "o")]
    assert ["i" in note for note in gate.lines("s1") if "g" in note] == [False, True]

    gate.say("UserPromptSubmit", {"session_id": "s2", "prompt": "--ignore-usage-warning"})
    gate.say("UserPromptSubmit", {"session_id": "s2", "prompt": "and now?"})
    assert gate.say("PreToolUse", bash("npm test", session="s2")) == "words"


def test_a_lot_holds_back_whole_sessions() -> None:
    """About the share that is asked for, always the same way for a session and rule, and noted as held back."""
    held = 0
    for number in range(4000):
        now = decide.GateEvent("", ("claude-code", "PreToolUse", ""), {}, {"s": f"session-{number}"}, b"s" * 32)
        state = SessionNotes(now, {"held": "9830"})
        state.text = ""
        row = (b"", RULE, "warn", 0.9, "", "", "")
        found = decide.choose_outcome(row, state, {"held": "9830"})
        assert found == decide.choose_outcome(row, state, {"held": "9830"})
        held += found == "h"

    assert 0.13 < held / 4000 < 0.17


def test_what_is_held_back_is_noted_and_not_said(gate: Gate) -> None:
    """So that the same situation without the warning can be looked at."""
    gate.rules(command_line(gate, "npm test"), settings="budget=2;held=65536")

    assert gate.say("PreToolUse", bash("npm test")) == ""
    assert gate.noted() == [(RULE, "h")]


def in_trial(gate: Gate, *lines: GateRule, placebo: int = 65536) -> None:
    neutral = [rules_file.make_placebo(one, "all is recorded") for one in lines]
    gate.rules(*lines, *neutral, settings=f"budget=2;held=0;placebo={placebo}")


def test_a_placebo_is_said_in_place_of_a_warning(gate: Gate) -> None:
    """Once a session, noted with its lots; what is warned of is not said."""
    in_trial(gate, command_line(gate, "npm test"))

    assert gate.say("PreToolUse", bash("npm test")) == "all is recorded"
    assert gate.say("PreToolUse", bash("npm test", "toolu_02")) == ""
    assert [(note["v"], note["u"]) for note in gate.lines("s1") if "g" in note] == [("p", [0, 65536])]


def test_a_muted_placebo_is_silent(gate: Gate) -> None:
    """Muting takes the rule and its neutral line out at once."""
    in_trial(gate, command_line(gate, "npm test"))
    assert rules_file.remove_rules(gate.home, {RULE}) == 2

    assert gate.say("PreToolUse", bash("npm test")) == ""
    assert gate.noted() == []


def test_a_refusal_has_no_placebo(gate: Gate) -> None:
    """It is said, whatever the lot; its chance is that of being said."""
    in_trial(gate, command_line(gate, "npm test", level="block"))

    assert gate.say("PreToolUse", bash("npm test")).startswith("words")
    assert [(note["v"], note["u"]) for note in gate.lines("s1") if "g" in note] == [("s", [0, 0])]


def test_the_arms_have_their_shares_and_do_not_change() -> None:
    """Whatever else is held out, a session keeps its arm while the share of that arm stays."""
    drawn = {}
    for settings in ({"held": "9830", "placebo": "9830"}, {"held": "0", "placebo": "9830"}):
        arms = []
        for number in range(4000):
            now = decide.GateEvent("", ("claude-code", "PreToolUse", ""), {}, {"s": f"session-{number}"}, b"s" * 32)
            state = SessionNotes(now, settings)
            state.text = ""
            arms.append(decide.choose_outcome((b"", RULE, "warn", 0.9, "", "", ""), state, settings))
        drawn[settings["held"]] = arms

    assert all(0.13 < drawn["9830"].count(arm) / 4000 < 0.17 for arm in "hp")
    assert [arm == "p" for arm in drawn["0"]] == [arm == "p" for arm in drawn["9830"]]


def test_a_session_keeps_its_arm_when_the_shares_change(gate: Gate) -> None:
    """What is refused at each try stays held out in the session in which it was."""
    key = gate_keys.key_of_folder("work/shop", gate.salt)
    gate.say("SessionStart", {"session_id": "s1", "source": "startup"})
    for held in (65536, 0):
        gate.rules(line(key, level="block", condition="unsearched"), settings=f"budget=2;held={held}")
        assert gate.say("PreToolUse", called("Edit", f"t{held}", file_path=f"{SHOP}/a.py")) == ""


def test_a_block_denies_and_says_how_to_go_on(gate: Gate) -> None:
    """Once a session, without regard to the budget: who tries again may know that it was mended meanwhile."""
    gate.rules(command_line(gate, "npm test", level="block"), settings="budget=0;held=0")

    assert "# --ignore-usage-warning" in gate.say("PreToolUse", bash("npm test", "toolu_01"))
    assert gate.say("PreToolUse", bash("npm test", "toolu_02")) == ""
    assert "# --ignore-usage-warning" in gate.say("PreToolUse", bash("npm test", "toolu_03", session="other"))


def test_a_refused_edit_is_not_told_of_a_command(gate: Gate) -> None:
    """It has none in which a comment could stand; the user's word lets it pass."""
    gate.rules(line(gate_keys.key_of_folder("work/shop", gate.salt), level="block"), settings="budget=0;held=0")
    edit = called("Edit", file_path=f"{SHOP}/a.py", old_string="1", new_string="2")
    said = gate.say("PreToolUse", edit)

    assert "command" not in said
    assert "`--ignore-usage-warning` in a prompt" in said
    gate.say("UserPromptSubmit", {"session_id": "s1", "prompt": "go on, --ignore-usage-warning"})
    assert gate.say("PreToolUse", edit | {"tool_use_id": "toolu_02"}) == ""


def test_a_mandatory_step_is_refused_each_time(started: Gate) -> None:
    """It is declared, not counted: trying again does not make it done."""
    key = gate_keys.key_of_folder("work/shop", started.salt)
    started.rules(line(key, "no search", level="block", condition="unsearched"))

    for call in ("t1", "t2"):
        assert started.say("PreToolUse", called("Edit", call, file_path=f"{SHOP}/a.py")).startswith("no search")


def unread(gate: Gate, path: str = f"{SHOP}/a.py") -> GateRule:
    return line(gate_keys.key_of_edit(path_key(path, gate.salt)), condition="unread")


@pytest.fixture
def shop(tmp_path: Path, started: Gate) -> tuple[Gate, str]:
    path = tmp_path / "shop" / "a.py"
    path.parent.mkdir()
    path.write_text("a = 1\n")
    started.rules(unread(started, str(path)))
    return started, str(path)


SIGHTS: list[tuple[str, list[tuple[str, dict[str, Any]]], bool]] = [
    ("nothing before", [], True),
    ("another file was read", [("PostToolUse", called("Read", "t1", file_path="/home/ann/b.py"))], True),
    ("a subagent read it", [("PostToolUse", called("Read", "t1", run="sub", file_path="FILE"))], True),
    ("it was edited in vain", [("PostToolUseFailure", called("Edit", "t1", file_path="FILE"))], True),
    ("it was read", [("PostToolUse", called("Read", "t1", file_path="FILE"))], False),
    ("it was written", [("PostToolUse", called("Write", "t1", file_path="FILE"))], False),
    ("a command showed it", [("PreToolUse", bash("bash -lc 'cat src/a.py | head'", "t1"))], False),
    ("a command named another", [("PreToolUse", bash("cat src/b.py | head", "t1"))], True),
    ("the prompt named it", [("UserPromptSubmit", {"session_id": "s1", "prompt": "see @src/a.py"})], False),
]


@pytest.mark.parametrize(("before", "warned"), [row[1:] for row in SIGHTS], ids=[row[0] for row in SIGHTS])
def test_an_unread_file_is_known_from_the_spool(
    shop: tuple[Gate, str], before: list[tuple[str, dict[str, Any]]], *, warned: bool
) -> None:
    """Read, written or shown by this dialogue: silent; else a warning."""
    gate, path = shop
    for event, told in before:
        asked = {key: path if value == "FILE" else value for key, value in told.get("tool_input", {}).items()}
        gate.say(event, told | ({"tool_input": asked} if asked else {}))

    assert gate.say("PreToolUse", called("Edit", "t9", file_path=path)) == ("words" if warned else "")


def test_a_subagent_has_a_state_of_its_own(shop: tuple[Gate, str]) -> None:
    """What its parent read it has not."""
    gate, path = shop
    gate.say("PostToolUse", called("Read", "t1", file_path=path))

    assert gate.say("PreToolUse", called("Edit", "t2", run="sub", file_path=path)) == "words"


@pytest.mark.parametrize("source", ["resume", "compact", "fork"])
def test_a_session_that_is_not_known_from_its_start_is_never_accused(gate: Gate, source: str, tmp_path: Path) -> None:
    """It may have read the file before its notes begin; the same where hooks came half-way."""
    path = tmp_path / "a.py"
    path.write_text("")
    gate.rules(unread(gate, str(path)))
    if source != "fork":
        gate.say("SessionStart", {"session_id": "s1", "source": source})

    assert gate.say("PreToolUse", called("Edit", file_path=str(path))) == ""


def test_reading_a_file_is_no_edit_of_it(shop: tuple[Gate, str]) -> None:
    """Nor is a search in it; a path that cannot be read has rules of its own."""
    gate, path = shop
    assert gate.say("PreToolUse", called("Read", "t1", file_path=path)) == ""
    assert gate.say("PreToolUse", called("Grep", "t2", path=path)) == ""

    gate.rules(line(gate_keys.key_of_read(path_key(path, gate.salt)), "not there"))
    assert gate.say("PreToolUse", called("Edit", "t3", file_path=path)) == ""
    assert gate.say("PreToolUse", called("Read", "t4", file_path=path)) == "not there"


def test_a_new_file_is_not_unread(shop: tuple[Gate, str]) -> None:
    """What is not there cannot be read."""
    gate, path = shop
    gate.rules(unread(gate, path + "x"))

    assert gate.say("PreToolUse", called("Write", file_path=path + "x")) == ""


def test_a_worktree_stands_for_its_main_tree(started: Gate, tmp_path: Path) -> None:
    """A file's history and a command's are found by the path in the main work tree; its own state counts."""
    main, tree = tmp_path / "repo", tmp_path / "trees" / "one"
    (main / ".git" / "worktrees" / "one").mkdir(parents=True)
    (tree / "src").mkdir(parents=True)
    (tree / ".git").write_text(f"gitdir: {main}/.git/worktrees/one\n")
    (main / ".git" / "worktrees" / "one" / "gitdir").write_text(f"{tree}/.git\n")
    (tree / "src" / "a.py").write_text("")
    folder = "/".join(main.parts[-2:])
    started.rules(
        unread(started, f"{main}/src/a.py"),
        line(gate_keys.key_of_command("npm test", folder, started.salt), text="tests", rule=OTHER),
    )

    assert started.say("PreToolUse", called("Edit", file_path=f"{tree}/src/a.py")) == "words"
    assert started.say("PreToolUse", bash("npm test", "toolu_02") | {"cwd": str(tree)}) == "tests"


def test_a_second_try_of_a_failed_edit_is_known(gate: Gate) -> None:
    """Until the file is read or edited well."""
    gate.rules(line(gate_keys.key_of_tool("claude-code", "edit", gate.salt), condition="retry"))
    edit = {"file_path": f"{SHOP}/a.py"}
    assert gate.say("PreToolUse", called("Edit", "t1", **edit)) == ""
    gate.say("PostToolUseFailure", called("Edit", "t1", **edit))
    gate.say("PostToolUse", called("Read", "t2", **edit))
    assert gate.say("PreToolUse", called("Edit", "t3", **edit)) == ""
    gate.say("PostToolUseFailure", called("Edit", "t3", **edit))

    assert gate.say("PreToolUse", called("Edit", "t4", **edit)) == "words"


def test_a_command_that_just_failed_is_known(gate: Gate) -> None:
    """Only directly after, only the same one, and not after a prompt."""
    gate.rules(line(gate_keys.key_of_tool("claude-code", "run", gate.salt), condition="rerun"))
    gate.say("PostToolUseFailure", bash("npm test", "t1"))
    assert gate.say("PreToolUse", bash("npm run lint", "t2")) == ""
    gate.say("UserPromptSubmit", {"session_id": "s1", "prompt": "I mended it"})
    assert gate.say("PreToolUse", bash("npm test", "t3")) == ""
    gate.say("PostToolUseFailure", bash("npm test", "t3"))

    assert gate.say("PreToolUse", bash("npm test", "t4")) == "words"


LIMITS = [
    ("the agent's own limit is enough", {}, 100, False),
    ("the agent's own limit is short", {}, 300, True),
    ("it is given enough", {"timeout": 600_000}, 300, False),
    ("it is given too little", {"timeout": 60_000}, 100, True),
    ("nobody waits for it", {"run_in_background": True}, 300, False),
]


@pytest.mark.parametrize(("more", "needed", "said"), [row[1:] for row in LIMITS], ids=[row[0] for row in LIMITS])
def test_a_limit_is_told_where_it_matters(gate: Gate, more: dict[str, Any], needed: int, *, said: bool) -> None:
    """The time that a command usually needs, where it is given less."""
    gate.rules(command_line(gate, "npm test", level="inform", condition=f"short:{needed}"))

    assert gate.say("PreToolUse", bash("npm test", **more)) == ("words" if said else "")


def test_what_worked_is_told_after_the_failure(gate: Gate) -> None:
    """The key is made of what the failure said."""
    failure = "Exit code 2\nerror: unrecognized subcommand 'bun'\n\nUsage: rtk <COMMAND>"
    gate.rules(
        line(gate_keys.key_of_failure("work/shop", gate_keys.reduce_failure(failure), gate.salt), level="inform")
    )

    assert gate.say("PostToolUseFailure", bash("rtk bun test") | {"error": failure}) == "words"
    assert gate.say("PostToolUseFailure", bash("x", "t2") | {"error": "Exit code 1\nTypeError: a is b"}) == ""


def test_a_workflow_step_is_missed_only_for_sure(started: Gate) -> None:
    """A search before the edit, and a command that has to come first; behind a wrapper it may have run."""
    never = f"never:{gate_keys.make_spool_word('aud', started.salt)},{gate_keys.make_spool_word('cd', started.salt)}"
    key = gate_keys.key_of_folder("work/shop", started.salt)
    started.rules(line(key, "no search", condition="unsearched"), line(key, "no aud", condition=never, rule=OTHER))
    edit = {"file_path": f"{SHOP}/a.py"}
    assert {started.say("PreToolUse", called("Edit", f"t{n}", **edit)) for n in (1, 2)} == {"no search", "no aud"}

    started.say("SessionStart", {"session_id": "s2", "source": "startup"})
    started.say("PostToolUse", called("Grep", "t3", "s2", pattern="x"))
    started.say("PostToolUse", bash("cd web && aud blueprint", "t4", session="s2"))
    assert started.say("PreToolUse", called("Edit", "t5", "s2", **edit)) == ""


def test_a_sequence_is_looked_for_in_the_last_ten_calls(started: Gate) -> None:
    """What has to come before is missing; what must not come before is there. Of this dialogue, and not forgotten."""
    push, commit = (
        gate_keys.key_of_head("git push", started.salt),
        gate_keys.key_of_head("git commit", started.salt),
    )
    assert push is not None
    assert commit is not None
    npm = gate_keys.make_spool_word("npm", started.salt)
    started.rules(
        line(push, "untested", condition=f"without:{npm}"), line(commit, "stashed", condition=f"with:{npm}", rule=OTHER)
    )
    assert started.say("PreToolUse", bash("git commit -m x", "t1")) == ""
    assert started.say("PreToolUse", bash("git push", "t2")) == "untested"
    started.say("SessionStart", {"session_id": "s2", "source": "startup"})
    started.say("PostToolUse", bash("npm test", "t3", session="s2"))
    assert started.say("PreToolUse", bash("git push", "t4", session="s2")) == ""
    assert started.say("PreToolUse", bash("git commit -m x", "t5", session="s2")) == "stashed"
    for number in range(10):
        started.say("PostToolUse", bash("ls", f"u{number}", session="s2"))
    assert started.say("PreToolUse", bash("git push", "t6", session="s2")) == "untested"


def test_a_sequence_means_the_subcommand(started: Gate) -> None:
    """Another command of the program is not the one that has to come first."""
    push = gate_keys.key_of_head("git push", started.salt)
    pulled = gate_keys.make_spool_run("git pull", started.salt)
    started.rules(line(push, "not pulled", condition=f"lacks:{pulled}"))
    started.say("PostToolUse", bash("git -C x pull", "t1"))
    assert started.say("PreToolUse", bash("git push", "t2")) == ""

    started.say("SessionStart", {"session_id": "s2", "source": "startup"})
    started.say("PostToolUse", bash("git status", "t3", session="s2"))
    assert started.say("PreToolUse", bash("git push", "t4", session="s2")) == "not pulled"


def test_a_failure_has_to_say_what_is_wrong(started: Gate) -> None:
    """A first line alone may stand before any error."""
    key = gate_keys.key_of_failure("work/shop", "lint failed", started.salt)
    mark = gate_keys.mark_failure("The imports are not sorted.", started.salt)
    started.rules(line(key, "sort them", level="inform", condition=f"says:{mark}"))

    def fail(number: int, last: str) -> str:
        return started.say("PostToolUseFailure", bash("npm run lint", f"t{number}") | {"error": f"lint failed\n{last}"})

    assert fail(1, "Some text is too long.") == ""
    assert fail(2, "  * The imports are not sorted:") == "sort them"


def test_agents_that_take_nothing_before_a_call_are_told_after_it(gate: Gate) -> None:
    """Codex and Gemini CLI; a refusal they take before."""
    gate.rules(command_line(gate, "npm test"), command_line(gate, "rm x", level="block", rule=OTHER))
    for agent, before, after in (("codex", "PreToolUse", "PostToolUse"), ("gemini-cli", "BeforeTool", "AfterTool")):
        assert gate.say(before, bash("npm test", session=agent), agent) == ""
        assert gate.say(after, bash("npm test", session=agent), agent) == "words"
        assert gate.say(before, bash("rm x", session=agent), agent).startswith("words")


def test_a_codex_that_takes_words_before_a_call_is_told_then(gate: Gate) -> None:
    """And not again after it."""
    gate.rules(command_line(gate, "npm test"), settings="budget=2;early=codex;held=0")

    assert gate.say("PreToolUse", bash("npm test", session="one"), "codex") == "words"
    assert gate.say("PostToolUse", bash("npm test", session="two"), "codex") == ""


@pytest.mark.parametrize("broken", ["no database", "another form", "no table", "odd settings", "a folder"])
def test_a_broken_file_of_rules_says_nothing(gate: Gate, broken: str) -> None:
    """The event is noted all the same, and a short note is left for `doctor` where something was wrong."""
    path = gate.home / "rules.db"
    if broken == "no database":
        path.write_bytes(b"hello " * 1000)
    elif broken == "a folder":
        path.mkdir()
    else:
        gate.rules(command_line(gate, "npm test"), settings="budget" if broken == "odd settings" else "budget=2;held=0")
        if broken != "odd settings":
            import sqlite3  # noqa: PLC0415  # to break what this test is about

            with sqlite3.connect(path) as connection:
                connection.execute("PRAGMA user_version = 9" if broken == "another form" else "DROP TABLE rule")
            connection.close()

    assert gate.say("PreToolUse", bash("npm test")) == ""
    assert [one["e"] for one in gate.lines()] == ["PreToolUse"]
    assert bool(gate.failures()) == (broken != "another form")


def test_a_missing_script_beside_says_nothing(gate: Gate) -> None:
    """An older installation goes on recording."""
    gate.rules(command_line(gate, "npm test"))
    (gate.folder / "decide.py").unlink()

    assert gate.say("PreToolUse", bash("npm test")) == ""
    assert len(gate.lines()) == 1


def test_neither_store_nor_network_is_opened(gate: Gate) -> None:
    """Traced on Linux: of databases only the rules, no socket."""
    if not Path("/usr/bin/strace").exists():
        gate.rules(command_line(gate, "npm test"))
        (gate.home / "twiceshy.db").write_bytes(b"not a database")
        os.chmod(gate.home / "twiceshy.db", 0)  # noqa: PTH101  # as a path it reads the same
        assert gate.say("PreToolUse", bash("npm test")) == "words"
        return
    gate.rules(command_line(gate, "npm test"))
    command = [PYTHON, "-I", "-S", "-c", START, str(gate.folder), "claude-code", "PreToolUse"]
    trace = gate.home / "trace"
    subprocess.run(
        ["/usr/bin/strace", "-f", "-e", "trace=openat,socket", "-o", trace, *command],
        input=json.dumps(bash("npm test")).encode(),
        check=True,
        stdout=subprocess.DEVNULL,
    )
    text = trace.read_text()
    assert "rules.db" in text
    assert "twiceshy.db" not in text
    assert "socket(" not in text


ORDER = [
    ("a refusal before a surer warning", ("warn", 0.99), ("block", 0.6), 1),
    ("a warning before a surer fact", ("inform", 0.99), ("warn", 0.6), 1),
    ("a refusal before a fact", ("inform", 0.99), ("block", 0.6), 1),
    ("the surer warning", ("warn", 0.7), ("warn", 0.8), 1),
    ("the surer refusal", ("block", 0.9), ("block", 0.8), 0),
]


@pytest.mark.parametrize(("first", "second", "said"), [row[1:] for row in ORDER], ids=[row[0] for row in ORDER])
def test_of_two_rules_the_weightier_speaks(
    gate: Gate, first: tuple[str, float], second: tuple[str, float], said: int
) -> None:
    """Refusals before warnings before facts, and of equals the surest; wherever they stand in the file."""
    commands = [
        command_line(gate, "npm test", level=level, text=f"rule {number}", rule=f"{number:016x}")._replace(
            confidence=sure
        )
        for number, (level, sure) in enumerate((first, second))
    ]
    for lines in (commands, commands[::-1]):
        gate.rules(*lines)
        (gate.home / "spool" / "s1.jsonl").unlink(missing_ok=True)

        assert gate.say("PreToolUse", bash("npm test")).splitlines()[0] == f"rule {said}"


def test_of_equal_rules_the_one_about_more_than_the_tool_speaks(gate: Gate) -> None:
    """A warning for the command says more than one for every command."""
    tool_key = gate_keys.key_of_tool("claude-code", "run", gate.salt)
    gate.rules(
        line(tool_key, "any command", rule="0" * 16), command_line(gate, "npm test", text="this command", rule=OTHER)
    )

    assert gate.say("PreToolUse", bash("npm test")) == "this command"
