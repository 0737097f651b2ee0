"""Check a call before it is made, against the gate's rules and the lessons whose trigger matches the call's input.

This is for programs that ask. The gate checks the same rules at an agent's own calls and knows from the session's
notes whether a condition holds. Whoever asks here says that, or gets the condition in words.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import PurePath

from twiceshy.advice.phrase import IT_SAID
from twiceshy.archive.db import Store, has_store
from twiceshy.archive.reads import lessons as reads
from twiceshy.archive.reads import rules as rule_reads
from twiceshy.archive.rules_file import GateRule
from twiceshy.base.config import Config
from twiceshy.commands.keys import call_keys, gate_keys
from twiceshy.commands.keys.call_keys import RuleRow
from twiceshy.lessons.call_match import COMMAND_KEYS, match_lesson, matches_input
from twiceshy.lessons.confidence import confidence_at
from twiceshy.logs.hook_changes import DEFAULT_AGENT
from twiceshy.records.lessons import Lesson, LessonState
from twiceshy.records.rules import CallAdvice, CallCheck
from twiceshy.score import edit_faults
from twiceshy.stats.text.foreign_names import quote_name

_SHOWN = frozenset({LessonState.ACTIVE, LessonState.PROMOTED})
_ACTIONS = {
    "bash": "run",
    "shell": "run",
    "run_shell_command": "run",
    "exec_command": "run",
    "powershell": "run",
    "edit": "edit",
    "multiedit": "edit",
    "write": "edit",
    "write_file": "edit",
    "replace": "edit",
    "notebookedit": "edit",
    "apply_patch": "edit",
    "read": "read",
    "read_file": "read",
    "grep": "search",
    "glob": "search",
}
"""What tools of agents do, as the gate names it; any other is named by itself."""
_CONDITIONS = {
    "unread": "the file was not read in this session",
    "retry": "the last edit of this file failed, and it was not read since",
    "rerun": "this very command has just failed, and nothing was done since",
}
_OTHER_CONDITIONS = {
    "unsearched": "nothing was searched in this session",
    "without": "what has to come first was not called within the last ten calls",
    "lacks": "what has to come first was not called within the last ten calls",
    "never": "what has to come first was not called in this session",
    "with": "what must not come first was called within the last ten calls",
    "has": "what must not come first was called within the last ten calls",
    "short": "its time limit is below the time that it usually needs",
}
"""Those with keys of programs or numbers behind a colon, which say nothing to a reader."""
_SETTINGS = b"b"
"""Key of the gate's settings among its rules (defined by ``archive.rules_file``; 2026-11-24)."""
_OF_LESSONS = frozenset({"input", "without", "lacks"})
"""Conditions of rules made of lessons, which say the same as a lesson itself, and less."""
_LOUDNESS = ("block", "warn", "inform")
_MOST = 5
"""Things that are said of a call at most (guess of 2026-11-21)."""


def check_call(
    config: Config,
    tool: str,
    given: Mapping[str, object],
    *,
    folder: str = "",
    agent: str = "",
    met: Collection[str] = (),
) -> CallCheck:
    """Return what speaks against the call, the most severe first, at most ``_MOST``.

    ``given``: the tool's input. ``met``: conditions that are known to hold (keys of ``_CONDITIONS``).

    Raises:
        StoreError: the store cannot be used.
    """
    rules = _find_rules(config, tool, dict(given), folder, agent or DEFAULT_AGENT)
    about = _find_lessons(config, tool, given)
    taught = [known for lesson in about if (known := match_lesson(lesson, given)) is not None]
    found = taught + [
        CallAdvice(
            id=f"w-{line.id}",
            level=line.level,
            confidence=line.confidence,
            words=line.text,
            holds_if=_phrase_condition(line.condition),
        )
        for line in _keep_matching(rules, given)
        if not (taught and line.condition.partition(":")[0] in _OF_LESSONS)
    ]
    conditions = {_CONDITIONS[name] for name in met if name in _CONDITIONS}
    found.sort(
        key=lambda one: (
            bool(one.holds_if) and one.holds_if not in conditions,
            _LOUDNESS.index(one.level),
            not one.id.startswith("l-"),  # a lesson says more than the rule that was made of it
            -one.confidence,
        )
    )
    found = list(_drop_repeats(found))
    holding = [one.level for one in found if not one.holds_if or one.holds_if in conditions]
    advice = next((level for level in _LOUDNESS if level in holding), "allow")
    return CallCheck(advice=advice, known=tuple(found[:_MOST]), looked_at=len(rules) + len(about))


def _drop_repeats(found: Iterable[CallAdvice]) -> Iterator[CallAdvice]:
    """Yield each thing once: a mistake stands under several keys of a call, and all quote what one failure said."""
    told = set[str]()
    for one in found:
        quoted = [line for line in one.words.split("\n") if line.startswith(IT_SAID)]
        marks = {one.id, *(_ERROR.sub(r"\1", line) for line in quoted)}
        if not marks & told:
            yield one
        told |= marks


_ERROR = re.compile(r'.*?("(?:[^"])*")\.?\Z')
"""What a failure said, in its quotes: how often differs from rule to rule."""


def _keep_matching(rules: Iterable[GateRule], given: Mapping[str, object]) -> Iterator[GateRule]:
    """Yield the rules that hold of the call's own text, as the gate does."""
    command = _find_text(given, COMMAND_KEYS)
    texts = [command] if command else call_keys.list_texts(dict(given))
    for line in map(
        GateRule._make, call_keys.drop_excepted(list(rules), lambda one: call_keys.holds_of_text(one, texts))
    ):
        says = not line.condition.startswith("names:") or call_keys.holds_of_text(line.condition, texts)
        if says and (not line.pattern or matches_input(line.pattern, given)):
            yield line


def _phrase_condition(condition: str) -> str:
    """Return what else must be true of the session or the call, in words; empty where nothing must."""
    kind, _, rest = condition.partition(":")
    if kind == "names":
        return ""  # it was looked for
    if kind == "input":
        return f"the input {quote_name(rest) or 'of this call'} has the learned form"
    return _CONDITIONS.get(condition, "") or _OTHER_CONDITIONS.get(kind, "")


def _find_rules(config: Config, tool: str, given: dict[str, object], folder: str, agent: str) -> list[GateRule]:
    """Return the gate's rules for such a call; none where nothing was ever stored."""
    try:
        salt = config.salt.read_bytes()[:64]
    except OSError:
        return []
    action = _ACTIONS.get(tool.lower(), tool.lower())
    if action == "edit":
        paths = edit_faults.name_files(given)
        call = call_keys.Call(agent, action, tool, "", paths)
        own = _find_pattern_rules(config, given, folder, salt)
    else:
        command = _find_text(given, COMMAND_KEYS)
        path = "" if command else _find_text(given, edit_faults.PATH_KEYS)
        call = call_keys.Call(agent, action, tool, command, [path] if path else [])
        own = []
    return [*rule_reads.read_rules(config.home, call_keys.keys_of_call(call, folder, salt)), *own]


def _find_pattern_rules(config: Config, given: dict[str, object], folder: str, salt: bytes) -> list[GateRule]:
    """Return the rules about faults that an edit brings in, where they hold for its files, as the gate does."""
    settings = ";".join(row.text for row in rule_reads.read_rules(config.home, [_SETTINGS]))
    names = next((word[9:].split(",") for word in settings.split(";") if word.startswith("patterns=")), [])
    faults = edit_faults.find_faults(given, folder, names) if names else []
    rows = rule_reads.read_rules(config.home, [gate_keys.key_of_pattern(name) for name in faults])
    paths = call_keys.list_paths(edit_faults.name_files(given), folder)
    return [GateRule._make(row) for row in edit_faults.keep_here(list[RuleRow](rows), paths, salt)]


def _find_text(given: Mapping[str, object], names: Iterable[str]) -> str:
    """Return the first text under one of these names; empty where there is none."""
    return next((value for name in names if isinstance(value := given.get(name), str) and value), "")


def _find_lessons(config: Config, tool: str, given: Mapping[str, object]) -> list[Lesson]:
    """Return the lessons in use about the tool, or about the program that its command names."""
    words = _find_text(given, COMMAND_KEYS).split()
    names = {tool.lower(), *(PurePath(word).name.lower() for word in words[:1])}
    if not has_store(config.home):
        return []
    now = datetime.now(UTC)
    with Store.open(config.home, readonly=True) as store:
        known = reads.find_by_subject(store.connection, names)
        work = reads.read_last_work(store.connection, now)
    return [replace(one, confidence=confidence_at(one, work)) for one in known if one.state in _SHOWN]
