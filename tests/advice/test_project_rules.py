"""advice.project_rules: what was counted for a project is found by the gate in each of its folders."""

from typing import Any

import pytest

from twiceshy.advice.project_rules import (
    NamedForm,
    collect_forms,
    collect_places,
    find_named_failures,
    find_named_trials,
    find_subject,
    list_keys,
    list_names,
    name_form,
)
from twiceshy.commands.keys import call_keys
from twiceshy.commands.keys.call_keys import Call
from twiceshy.records.rules import CallFacts, Fate, RuleKind
from twiceshy.records.stories import Moment, Step

SALT = b"s" * 32
CALL = CallFacts(b"s", "shop", "", "cd x && bd list --short", "unknown flag: --short", None)


def key_of(letter: bytes, subject: str) -> bytes:
    return call_keys.key_of_place(letter, "the shop", subject, SALT)


def subject_of(kind: RuleKind, key: bytes, **more: Any) -> Any:
    return find_subject(kind, key, "the shop", CALL._replace(**more), SALT)


def test_a_rule_is_about_what_its_key_was_made_of() -> None:
    """Told by a call that it was learned from; a call that does not fit tells nothing."""
    option = subject_of(RuleKind.OPTION, key_of(b"o", "bd list --short"))
    assert (option.subject, option.name) == ("bd list --short", "`bd list --short`")
    assert subject_of(RuleKind.HEAD_HERE, key_of(b"H", "bd list")).subject == "bd list"
    assert subject_of(RuleKind.PROGRAM_HERE, key_of(b"W", "bd")).subject == "bd"
    assert subject_of(RuleKind.PROGRAM_HERE, key_of(b"W", "gh")) is None
    assert subject_of(RuleKind.FILE_KIND, key_of(b"k", "go"), path="a/b.go").subject == "go"


def test_the_gate_finds_it_in_each_folder_of_the_project() -> None:
    """Wherever a session of it has worked; a folder that both sides spell apart is left out."""
    places = collect_places([("the shop", "/home/ann/shop"), ("the shop", "/w/two/shop"), ("the shop", "/testbed")])
    assert places == {"the shop": ("~/shop", "two/shop")}
    subject = subject_of(RuleKind.HEAD_HERE, key_of(b"H", "bd list"))
    for place, key in zip(places["the shop"], list_keys(subject, places["the shop"], SALT), strict=True):
        assert key in call_keys.keys_in_place(Call("codex", "run", "shell", "bd list -a"), place, SALT)


def test_a_rule_about_a_name_asks_for_it_in_the_text() -> None:
    """Under the program that it was learned with."""
    subject = name_form(NamedForm(b"k", RuleKind.NAMED, "the shop", "rtk", "bun"))
    assert (subject.condition, subject.name, subject.about) == ("names:bun", "`rtk`", "`bun`")
    (key,) = list_keys(subject, ["~/shop"], SALT)
    assert key in call_keys.keys_in_place(Call("codex", "run", "shell", "rtk bun run a"), "~/shop", SALT)


# advice.named_words: the name that an error complains of, and the calls in whose text it stands.


def ran(number: int, command: str, message: str = "", **more: Any) -> Moment:
    failed = {"failure": "error", "message": message, "fingerprint": b"f"} if message else {}
    values = {"name": "Bash", "action": "run", "text": command, **failed} | more
    return Moment(step=Step("call", bytes([number]) * 16, None, **values), command=command)


@pytest.mark.parametrize(
    ("message", "names"),
    [
        ("error: unrecognized subcommand 'bun'", ["bun"]),
        ("zsh: command not found: tox", ["tox"]),
        ("bash: line 1: tox: command not found", ["tox"]),
        ("ModuleNotFoundError: No module named 'shop_app'", ["shop_app"]),
        ("Unknown skill: commit", ["commit"]),
        ("Error: unknown flag: --short", ["--short"]),
        ("Exit code 1", []),
        ("it isn't 'a'", []),
    ],
)
def test_an_error_s_names_are_read(message: str, names: list[str]) -> None:
    """What stands in quotes or behind the words that say that it is not there."""
    assert list_names(message) == names


def test_a_name_in_the_call_s_own_text_is_a_case_at_once() -> None:
    """What is not there is mostly not there the next time, whatever else stands in the line."""
    moments = [ran(1, "rtk bun run test", "error: unrecognized subcommand 'bun'"), ran(2, "bun run test")]
    failures = list(find_named_failures(moments))
    (form,) = collect_forms([("shop", failures)], SALT)["shop"]
    assert (form.kind, form.subject, form.name) == (RuleKind.NAMED, "rtk", "bun")

    later = [ran(3, "cd x && rtk bun test"), ran(4, "bun test"), ran(5, "rtk bunny"), ran(6, "rtk bun", masked=True)]
    trials = list(find_named_trials([*moments, *later], failures, [form]))
    assert [(one.call[0], one.fate) for one in trials] == [(1, Fate.FAILED), (3, Fate.FINE)]


def test_a_name_that_was_written_before_needs_two_sessions() -> None:
    """Most of what is written is right; the first text of a session that has the name counts."""
    error = "ModuleNotFoundError: No module named 'shop_app'"
    moments = [
        ran(1, "cat > a.py <<E\nimport x; x('shop_app')\nE"),
        ran(2, "python a.py", error),
        ran(3, "cat > a.py <<E\nshop_app\nE"),
        ran(4, "python a.py", error),
    ]
    failures = list(find_named_failures(moments))
    assert [(one.call[0], one.failed[0]) for one in failures] == [(1, 2), (3, 4)]
    assert collect_forms([("shop", failures)], SALT) == {}

    (form,) = collect_forms([("shop", failures)] * 2, SALT)["shop"]
    assert (form.kind, form.subject) == (RuleKind.WRITTEN_NAME, "")
    assert [(one.call[0], one.fate) for one in find_named_trials(moments, failures, [form])] == [(1, Fate.FAILED)]


def test_what_an_edit_tool_says_itself_is_not_told() -> None:
    """Nor what a read says of a path."""
    edit = ran(1, "", "Found 2 matches of 'shop'", action="edit", name="Edit")._replace(input='{"old_string":"shop"}')
    read = ran(2, "", "no such file 'shop'", action="read", name="Read")._replace(input='{"path":"shop"}')

    assert list(find_named_failures([edit, read])) == []
