"""Failures of agents' own tools whose message says which precondition was not kept: a small closed table.

Only messages whose meaning is not in doubt are here, the same for every agent: a file edited unread, changed since, a
text that is not there or not unique, a path that is not there. What other tools complain of is for ``usage`` lessons,
which learn from the retry that worked.
"""

from collections.abc import Iterator
from typing import NamedTuple

from twiceshy.facts.fingerprint import label, tool_class
from twiceshy.lessons.quoting import quoted
from twiceshy.lessons.seen import Seen, Template, TextOf, key_of
from twiceshy.records.lessons import Action, Kind, Step, Trigger, Validation
from twiceshy.records.scores import Severity
from twiceshy.records.story import Moment, Story


class Precondition(NamedTuple):
    """What a tool wanted and did not get."""

    category: str
    """One of the six of usage errors, lower case."""
    parameter: str
    condition: str
    description: str
    cause: str
    steps: tuple[Step, ...]


def read_first(reason: str) -> Step:
    """Read the file before."""
    return Step(action=Action.CALL_TOOL_FIRST, tool="read", args={"path": "<path>"}, reason=reason)


def valid(parameter: str, expected: str) -> Step:
    """Look at a parameter before."""
    return Step(
        action=Action.VALIDATE_PARAMETER,
        parameter=parameter,
        validation=Validation(expected=expected),
        reason=f"the value is refused unless it is {expected}",
    )


TABLE: dict[tuple[str, str], Precondition] = {
    ("edit", "not read"): Precondition(
        "missing_prerequisite", "file_path", "unread-file",
        "Editing a file that this session has not read is refused",
        "the edit came before any read of the file",
        (read_first("an edit is accepted only of a file that was read"),),
    ),
    ("edit", "changed since read"): Precondition(
        "workflow_sequence", "file_path", "file-changed",
        "Editing a file that has changed since it was read is refused",
        "a formatter, a command or the user changed the file between the read and the edit",
        (read_first("the text read before is not the text that is there now"),),
    ),
    ("edit", "string not found"): Precondition(
        "incorrect_parameter", "old_string", "",
        "An edit whose old text does not stand in the file, letter by letter, is refused",
        "the old text was recalled and not copied from a fresh read",
        (read_first("its text is what the edit has to repeat"), valid("old_string", "a text that stands in the file")),
    ),
    ("edit", "string not unique"): Precondition(
        "parameter_format", "old_string", "",
        "An edit whose old text stands in the file several times is refused",
        "the old text has too few lines around it to be found once only",
        (valid("old_string", "a text that stands in the file once, or replace_all is set"),),
    ),
    ("edit", "nothing to change"): Precondition(
        "incorrect_parameter", "new_string", "",
        "An edit whose new text is the same as the old one is refused",
        "the change had been made already, or old and new text were mixed up",
        (valid("new_string", "another text than old_string"),),
    ),
    ("edit", "no such file"): Precondition(
        "incorrect_parameter", "file_path", "missing-path",
        "Editing a file that does not exist is refused",
        "the path was guessed, or is relative to another folder",
        (Step(action=Action.CALL_TOOL_FIRST, tool="search", args={"name": "<path>"}, reason="it shows the real path"),),
    ),
    ("read", "no such file"): Precondition(
        "incorrect_parameter", "file_path", "missing-path",
        "Reading a path that does not exist, or is a folder, fails",
        "the path was guessed, or is relative to another folder",
        (Step(action=Action.CALL_TOOL_FIRST, tool="search", args={"name": "<path>"}, reason="it shows the real path"),),
    ),
    ("search", "no such file"): Precondition(
        "incorrect_parameter", "path", "missing-path",
        "Searching in a folder that does not exist fails",
        "the folder was guessed, or is relative to another one",
        (Step(action=Action.CALL_TOOL_FIRST, tool="list", args={"path": "<parent>"}, reason="it shows what is there"),),
    ),
    ("read", "too large"): Precondition(
        "missing_parameter", "limit", "",
        "Reading a file of more than the tool's limit without a range fails",
        "the whole of a large file was asked for",
        (valid("limit", "set, with an offset, for a file of more than 2,000 lines"),),
    ),
}  # fmt: skip


def tool_failures(story: Story, _: TextOf) -> Iterator[Seen]:
    """Each failure that the table knows."""
    for place, moment in enumerate(story.moments):
        step = moment.step
        if step.kind != "call" or step.failure != "error" or not step.message:
            continue
        tool, what = tool_class(step.name), label(step.message)
        if (known := TABLE.get((tool, what))) is not None:
            done = next_success(story.moments, place)
            yield Seen(
                template=template(tool, what, known),
                event=step.uid,
                at=step.done_at or step.at,
                source="failure",
                message=quoted(step.message),
                file=(step.path or "")[-300:],
                fixed=done is not None,
                cost_s=waited(moment, done) if done else None,
            )


def template(tool: str, what: str, known: Precondition) -> Template:
    """The lesson of a row."""
    return Template(
        key=key_of("tool", tool, what),
        kind=Kind.USAGE,
        subject=tool,
        category=known.category,
        severity=Severity.MINOR,
        description=known.description,
        cause=known.cause,
        trigger=Trigger(error_regex=what, parameter=known.parameter, condition=known.condition),
        steps=known.steps,
    )


def next_success(moments: tuple[Moment, ...], place: int) -> Moment | None:
    """The next call of the same class of tool, on the same file where it has one, that worked."""
    failed = moments[place].step
    for moment in moments[place + 1 :]:
        step = moment.step
        if step.kind != "call" or step.failure is not None or tool_class(step.name) != tool_class(failed.name):
            continue
        if failed.path is None or step.path == failed.path or tool_class(failed.name) != "edit":
            return moment
    return None


def waited(failed: Moment, done: Moment) -> float | None:
    """Seconds from the failure to the call that worked."""
    began, ended = failed.step.done_at or failed.step.at, done.step.done_at or done.step.at
    return None if began is None or ended is None else max(ended - began, 0.0)
