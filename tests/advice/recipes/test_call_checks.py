"""What is known against a call: rules under its keys, lessons whose trigger it has, and nothing of anybody else."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.lessons.builders import a_lesson

from twiceshy.advice.recipes.call_checks import check_call
from twiceshy.archive import lesson_rows as writing
from twiceshy.archive import rules_file
from twiceshy.archive.db import Store
from twiceshy.archive.rules_file import GateRule
from twiceshy.base.config import Config, load
from twiceshy.commands.keys import gate_keys
from twiceshy.commands.keys.gate_keys import path_key
from twiceshy.records.lessons import (
    Lesson,
    LessonKind,
    LessonState,
    PreventionAction,
    PreventionStep,
    Trigger,
    Validation,
)
from twiceshy.records.rules import CallCheck

FOLDER = "/home/ann/web-shop"


@pytest.fixture
def config(scratch_home: Path) -> Config:
    config = load({}, os.environ, scratch_home)
    with Store.open(config.home) as store:
        store.salt  # noqa: B018  # makes it
    return config


def ruled(config: Config, *lines: tuple[bytes, str, float, str, str]) -> None:
    """Rules as key, level, confidence, condition and pattern."""
    rules_file.write(
        config.home,
        [
            GateRule(key, f"{number:016x}", level, sure, condition, pattern, f"rule {number}")
            for number, (key, level, sure, condition, pattern) in enumerate(lines)
        ],
        "",
    )


def test_nothing_known_allows(config: Config) -> None:
    """Neither without rules nor without a store."""
    assert check_call(config, "Bash", {"command": "ls"}) == CallCheck(advice="allow")
    assert check_call(replace(config, home=config.home / "none"), "Edit", {"file_path": "a"}).advice == "allow"


def test_rules_are_found_by_every_key_of_a_call(config: Config) -> None:
    """The command in its folder, its head, the file, the tool; the loudest comes first."""
    salt = config.salt.read_bytes()
    head = gate_keys.key_of_head("git push", salt)
    assert head is not None
    ruled(
        config,
        (head, "inform", 0.99, "", ""),
        (gate_keys.key_of_command("git push origin", gate_keys.shorten_folder(FOLDER), salt), "warn", 0.8, "", ""),
        (gate_keys.key_of_edit(path_key(f"{FOLDER}/src/a.py", salt)), "block", 0.97, "", ""),
        (gate_keys.key_of_tool("codex", "edit", salt), "warn", 0.9, "unread", ""),
    )

    pushed = check_call(config, "Bash", {"command": "git  push origin"}, folder=FOLDER)
    edited = check_call(config, "apply_patch", {"path": "src/a.py"}, folder=FOLDER, agent="codex")
    unread = check_call(config, "Edit", {"path": "x"}, folder=FOLDER, agent="codex", met=["unread", "odd"])

    assert (pushed.advice, [one.words for one in pushed.known]) == ("warn", ["rule 1", "rule 0"])
    assert (edited.advice, [one.words for one in edited.known]) == ("block", ["rule 2", "rule 3"])
    assert edited.known[1].holds_if == "the file was not read in this session"
    assert (unread.advice, unread.looked_at) == ("warn", 1)
    assert check_call(config, "Bash", {"command": "git push origin"}, folder="/srv/other").advice == "inform"
    assert check_call(config, "Bash", {"command": "git push origin"}).looked_at == 1


def test_a_mistake_is_said_once(config: Config) -> None:
    """It stands under the command, its head and its program, with one id or several, and quotes one failure."""
    salt = config.salt.read_bytes()
    head, line = gate_keys.key_of_head("rtk bun", salt), gate_keys.key_of_command("rtk bun test", "ann/shop", salt)
    program = gate_keys.key_of_program("rtk", salt)
    said = "It said, every time: \"error: unrecognized subcommand 'bun'\"."
    rules_file.write(
        config.home,
        [
            GateRule(head, "0" * 16, "warn", 0.9, "", "", f"`rtk bun` failed 4 of 4 times.\n{said}"),
            GateRule(line, "0" * 16, "warn", 0.8, "", "", f"`rtk bun test` failed 3 of 3 times.\n{said}"),
            GateRule(
                program, "1" * 16, "warn", 0.7, "", "", f"`rtk` failed 4 of 5 times.\n{said.replace('every', '4')}"
            ),
            GateRule(program, "2" * 16, "warn", 0.6, "", "", 'It failed.\nIt said: "another thing".'),
        ],
        "",
    )
    found = check_call(config, "Bash", {"command": "rtk bun test"}, folder="/home/ann/shop")

    assert [one.confidence for one in found.known] == [0.9, 0.6]


def test_a_pattern_must_stand_in_the_call(config: Config) -> None:
    """One that cannot be used matches nothing."""
    salt = config.salt.read_bytes()
    key = gate_keys.key_of_tool("claude-code", "edit", salt)
    ruled(config, (key, "warn", 0.9, "", "verify=False"), (key, "warn", 0.9, "", "((a+)+)+"))

    found = check_call(config, "Edit", {"file_path": "a.py", "new_string": "get(url, verify=False)"})

    assert [one.words for one in found.known] == ["rule 0"]
    assert check_call(config, "Edit", {"file_path": "a.py", "new_string": "aaaa"}).known == ()


def test_a_damaged_or_newer_file_of_rules_holds_none(config: Config) -> None:
    """The gate leaves it alone too."""
    (config.home / "rules.db").write_bytes(b"no database" * 500)
    assert check_call(config, "Bash", {"command": "ls"}).known == ()
    (config.home / "rules.db").unlink()
    (config.home / "rules.db").touch()
    assert check_call(config, "Bash", {"command": "ls"}).known == ()


SHORT = a_lesson(
    kind=LessonKind.USAGE,
    subject="deploy",
    state=LessonState.ACTIVE,
    confidence=0.9,
    observations=15,
    sessions=3,
    trigger=Trigger(parameter="tag", common_mistakes=("latest",)),
    steps=(
        PreventionStep(
            action=PreventionAction.VALIDATE_PARAMETER,
            parameter="tag",
            validation=Validation(expected="a whole hash", regex="[0-9a-f]{40}"),
        ),
    ),
)


def known(config: Config, lesson: Lesson) -> None:
    """The store has this lesson, seen today."""
    with Store.open(config.home) as store, store.begin_writing() as connection:
        writing.add(connection, replace(lesson, last_seen=datetime.now(UTC)), imported=True)


CALLS = [
    ("deploy", {"tag": "a" * 40}, ""),
    ("deploy", {"other": "latest"}, 'This call has "latest".'),
    ("deploy", {"tag": "latest"}, 'This call has "latest".'),
    ("Deploy", {"tag": "abc123"}, '`tag` is not "a whole hash".'),
    ("deploy", {"tag": 7}, ""),
    ("release", {"tag": "latest"}, ""),
]


@pytest.mark.parametrize(("tool", "given", "why"), CALLS)
def test_a_lesson_speaks_where_its_trigger_is(config: Config, tool: str, given: dict[str, object], why: str) -> None:
    """A value that went wrong, or one that a learned validator refuses."""
    known(config, SHORT)

    found = check_call(config, tool, given)

    assert [one.words.endswith(f"(seen 15 times in 3 sessions). {why}") for one in found.known] == (
        [True] if why else []
    )
    assert found.advice == ("warn" if why else "allow")


@pytest.mark.parametrize(
    "lesson",
    [
        replace(SHORT, state=LessonState.SHADOW),
        replace(SHORT, state=LessonState.MUTED),
        replace(SHORT, kind=LessonKind.MISTAKE),
        replace(SHORT, trigger=Trigger(parameter="tag", validation=Validation(check="not a check (")), steps=()),
    ],
    ids=["shadow", "muted", "of another kind", "of a check that cannot be read"],
)
def test_other_lessons_are_silent(config: Config, lesson: Lesson) -> None:
    """Only usages that are in use and can be judged."""
    known(config, lesson)

    assert check_call(config, "deploy", {"tag": "latest"}).known == ()


def test_a_check_is_true_of_a_bad_value(config: Config) -> None:
    """And less sure lessons inform only."""
    trigger = Trigger(parameter="tag", validation=Validation(check="len(tag) < 40", expected="whole"))
    lesson = replace(SHORT, trigger=trigger, steps=(), observations=4)
    known(config, lesson)

    assert check_call(config, "deploy", {"tag": "abc"}).advice == "inform"
    assert check_call(config, "deploy", {"tag": "a" * 40}).advice == "allow"


def test_a_tool_that_comes_first_is_told_as_a_condition(config: Config) -> None:
    """Who asks knows whether it was called; a call of the lesson's own tool first is no condition."""
    first = PreventionStep(action=PreventionAction.CALL_TOOL_FIRST, tool="login")
    known(config, replace(SHORT, trigger=Trigger(), steps=(first,)))

    found = check_call(config, "deploy", {"tag": "abc"})

    assert [one.holds_if for one in found.known] == ["`login` was not called before"]
    assert found.known[0].words.endswith("It worked after `login`.")
    assert found.advice == "allow"


def test_a_lesson_that_calls_its_own_tool_first_sets_no_condition(config: Config) -> None:
    """Its program is being called already."""
    known(
        config,
        replace(
            SHORT, trigger=Trigger(), steps=(PreventionStep(action=PreventionAction.CALL_TOOL_FIRST, tool="deploy"),)
        ),
    )

    assert check_call(config, "deploy", {"tag": "abc"}).known == ()


def test_what_is_known_is_ordered_by_weight(config: Config) -> None:
    """What holds before what may not, refusals before warnings before facts, and of equals the surest first."""
    salt = config.salt.read_bytes()
    key = gate_keys.key_of_tool("codex", "edit", salt)
    ruled(
        config,
        (key, "block", 0.99, "retry", ""),
        (key, "inform", 0.95, "", ""),
        (key, "warn", 0.7, "", ""),
        (key, "warn", 0.9, "", ""),
        (key, "block", 0.6, "", ""),
    )

    found = check_call(config, "Edit", {"path": "x"}, folder=FOLDER, agent="codex")

    assert [one.words for one in found.known] == ["rule 4", "rule 3", "rule 2", "rule 1", "rule 0"]
    assert found.advice == "block"
