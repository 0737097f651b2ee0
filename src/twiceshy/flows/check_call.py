"""What is known against a call before it is made: the gate's rules, and lessons whose trigger the call's input has.

For programs that ask. The gate asks the same rules at an agent's own calls, with the session's notes to tell whether a
condition holds; who asks here says that itself, or gets the condition in words.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import PurePath

from twiceshy.advice import keys
from twiceshy.config import Config
from twiceshy.facts.location import absolute, path_key
from twiceshy.lessons.checks import CheckError, holds, pattern
from twiceshy.lessons.confidence import believed
from twiceshy.records.call_checks import CallCheck, Known
from twiceshy.records.lessons import Action, Lesson, State, Validation
from twiceshy.store.db import Store, begun
from twiceshy.store.reads import lessons as reads
from twiceshy.store.reads import rule_lines

SHOWN = frozenset({State.ACTIVE, State.PROMOTED})
PATH_KEYS = ("file_path", "notebook_path", "path", "filePath", "file")
COMMAND_KEYS = ("command", "cmd")
ACTIONS = {
    "bash": "run", "shell": "run", "run_shell_command": "run", "exec_command": "run", "powershell": "run",
    "edit": "edit", "multiedit": "edit", "write": "edit", "write_file": "edit", "replace": "edit",
    "notebookedit": "edit", "apply_patch": "edit", "read": "read", "read_file": "read", "grep": "search",
    "glob": "search",
}  # fmt: skip
"""What tools of agents do, as the gate names it; any other is named by itself."""
CONDITIONS = {
    "unread": "the file was not read in this session",
    "retry": "the last edit of this file failed, and it was not read since",
    "rerun": "this very command has just failed, and nothing was done since",
}
LOUDNESS = ("block", "warn", "inform")
WARNS = 0.75
"""Confidence from which a lesson's match is a warning, as the gate's."""
MOST = 5


def check_call(
    config: Config, tool: str, given: Mapping[str, object], *, folder: str = "", agent: str = "claude-code",
    met: Collection[str] = (),
) -> CallCheck:  # fmt: skip
    """What speaks against the call, the loudest first, at most ``MOST``.

    ``given``: the tool's input. ``met``: conditions that are known to hold (keys of ``CONDITIONS``).

    Raises:
        StoreError: the store cannot be used.
    """
    rules = rule_lines.under(config.home, keys_of(config, tool, given, folder, agent))
    found = [
        Known(
            id=f"w-{line.id}", level=line.level, confidence=line.confidence, words=line.text,
            holds_if=CONDITIONS.get(line.condition, line.condition),
        )
        for line in rules
        if not line.pattern or matches(line.pattern, given)
    ]  # fmt: skip
    about = lessons_about(config, tool, given)
    found += [known for lesson in about if (known := triggered(lesson, given)) is not None]
    conditions = {CONDITIONS[name] for name in met if name in CONDITIONS}
    found.sort(
        key=lambda one: (
            bool(one.holds_if) and one.holds_if not in conditions,
            LOUDNESS.index(one.level),
            -one.confidence,
        )
    )
    holding = [one.level for one in found if not one.holds_if or one.holds_if in conditions]
    advice = next((level for level in LOUDNESS if level in holding), "allow")
    return CallCheck(advice=advice, known=tuple(found[:MOST]), looked_at=len(rules) + len(about))


def keys_of(config: Config, tool: str, given: Mapping[str, object], folder: str, agent: str) -> list[bytes]:
    """The keys under which the gate's rules for such a call stand; none where nothing was ever stored."""
    try:
        salt = config.salt.read_bytes()[:64]
    except OSError:
        return []
    action = ACTIONS.get(tool.lower(), tool.lower())
    found = [keys.of_tool(agent, action, salt)]
    if command := text(given, COMMAND_KEYS):
        if place := keys.place(folder):
            found.append(keys.of_command(command, place, salt))
        if (head := keys.of_head(command, salt)) is not None:
            found.append(head)
    elif path := text(given, PATH_KEYS):
        of = keys.of_edit if action == "edit" else keys.of_read
        found.append(of(path_key(absolute(path, folder), salt)))
    return found


def text(given: Mapping[str, object], names: Iterable[str]) -> str:
    """The first text under one of these names."""
    return next((value for name in names if isinstance(value := given.get(name), str) and value), "")


def matches(regex: str, given: Mapping[str, object]) -> bool:
    """Whether a text of the input has the pattern."""
    try:
        found = pattern(regex)
    except CheckError:
        return False
    return any(found.search(value[:16_384]) for value in given.values() if isinstance(value, str))


def lessons_about(config: Config, tool: str, given: Mapping[str, object]) -> list[Lesson]:
    """Lessons in use on how the tool, or the program that its command names, is called."""
    words = text(given, COMMAND_KEYS).split()
    names = {tool.lower(), *(PurePath(word).name.lower() for word in words[:1])}
    if not begun(config.home):
        return []
    now = datetime.now(UTC)
    with Store.open(config.home, readonly=True) as store:
        known = reads.about(store.connection, names)
    return [replace(one, confidence=believed(one, now)) for one in known if one.state in SHOWN]


def triggered(lesson: Lesson, given: Mapping[str, object]) -> Known | None:
    """What the lesson says of the call, where its input has what the lesson is known by."""
    why = named_mistake(lesson, given) or refused(lesson, given)
    first = "" if why else prerequisite(lesson)
    if not why and not first:
        return None
    times = f"seen {lesson.observations} times in {lesson.sessions} sessions"
    return Known(
        id=lesson.id,
        level="warn" if lesson.confidence >= WARNS else "inform",
        confidence=round(lesson.confidence, 4),
        words=f"{lesson.description} ({times}). {why or f'It worked after {first}.'}",
        holds_if=f"{first} was not called before" if first else "",
    )


def prerequisite(lesson: Lesson) -> str:
    """Another tool that has to be called first; empty where there is none."""
    return next(
        (step.tool for step in lesson.steps if step.action is Action.CALL_TOOL_FIRST and step.tool != lesson.subject),
        "",
    )


def named_mistake(lesson: Lesson, given: Mapping[str, object]) -> str:
    """The value of the call that went wrong before; empty where it has none."""
    names = [lesson.trigger.parameter] if lesson.trigger.parameter in given else list(given)
    for bad in lesson.trigger.common_mistakes:
        for name in names:
            value = given[name]
            if isinstance(value, str) and (value == bad or (name in COMMAND_KEYS and bad in value.split())):
                return f"This call has {bad!r}."
    return ""


def refused(lesson: Lesson, given: Mapping[str, object]) -> str:
    """What a learned validator misses in the call; empty where none does."""
    asked = [(lesson.trigger.parameter, lesson.trigger.validation)]
    asked += [(step.parameter, step.validation) for step in lesson.steps]
    for parameter, validation in asked:
        value = given.get(parameter)
        if validation is not None and isinstance(value, str) and bad(validation, value, given):
            return f"{parameter} is not {validation.expected or 'as it was where the call worked'}."
    return ""


def bad(validation: Validation, value: str, given: Mapping[str, object]) -> bool:
    """Whether a value is refused; one that cannot be judged is not."""
    try:
        if validation.check and holds(validation.check, given):
            return True
        return bool(validation.regex) and pattern(validation.regex).fullmatch(value[:1_000]) is None
    except CheckError:
        return False
