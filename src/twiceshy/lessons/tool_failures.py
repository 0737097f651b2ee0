"""Failures of agents' own tools whose message says which precondition was not met: a small closed table.

Only messages whose meaning is not in doubt are here, the same for every agent: a file edited unread, changed since, a
text that is not there or not unique, a path that is not there. Errors of other tools are for ``usage`` lessons, which
learn from the retry that worked. They are counted and never told: the tool states each of them when it refuses the
call.
"""

from collections.abc import Iterator
from typing import NamedTuple

from twiceshy.lessons.raw_occurrence import LessonTemplate, RawOccurrence, TextOf, key_of, seconds_between
from twiceshy.records.findings import Severity
from twiceshy.records.lessons import LessonKind, PreventionAction, PreventionStep, Trigger, Validation
from twiceshy.records.stories import Moment, Story
from twiceshy.stats.text.fingerprint import label, tool_class
from twiceshy.stats.text.quoting import quote


class _Precondition(NamedTuple):
    """What a tool required and did not get."""

    category: str
    """One of the six of usage errors, lower case."""
    parameter: str
    condition: str
    description: str
    cause: str
    steps: tuple[PreventionStep, ...]


def _call_first(tool: str, args: dict[str, str], reason: str) -> PreventionStep:
    """Build the step that calls a tool first."""
    return PreventionStep(action=PreventionAction.CALL_TOOL_FIRST, tool=tool, args=args, reason=reason)


def _read(reason: str) -> PreventionStep:
    """Build the step that reads the file first."""
    return _call_first("read", {"path": "<path>"}, reason)


def _check(parameter: str, expected: str) -> PreventionStep:
    """Build the step that checks a parameter first."""
    return PreventionStep(
        action=PreventionAction.VALIDATE_PARAMETER,
        parameter=parameter,
        validation=Validation(expected=expected),
        reason=f"the value is refused unless it is {expected}",
    )


PRECONDITIONS: dict[tuple[str, str], _Precondition] = {
    ("edit", "not read"): _Precondition(
        "missing_prerequisite",
        "file_path",
        "unread-file",
        "Editing a file that this session has not read is refused",
        "the edit came before any read of the file",
        (_read("an edit is accepted only of a file that was read"),),
    ),
    ("edit", "changed since read"): _Precondition(
        "workflow_sequence",
        "file_path",
        "file-changed",
        "Editing a file that has changed since it was read is refused",
        "a formatter, a command or the user changed the file between the read and the edit",
        (_read("the text read before is not the text that is there now"),),
    ),
    ("edit", "string not found"): _Precondition(
        "incorrect_parameter",
        "old_string",
        "",
        "An edit whose old text does not stand in the file, letter by letter, is refused",
        "the old text was recalled and not copied from a fresh read",
        (_read("its text is what the edit has to repeat"), _check("old_string", "a text that stands in the file")),
    ),
    ("edit", "string not unique"): _Precondition(
        "parameter_format",
        "old_string",
        "",
        "An edit whose old text stands in the file several times is refused",
        "the old text has too few lines around it to be found once only",
        (_check("old_string", "a text that stands in the file once, or replace_all is set"),),
    ),
    ("edit", "nothing to change"): _Precondition(
        "incorrect_parameter",
        "new_string",
        "",
        "An edit whose new text is the same as the old one is refused",
        "the change had been made already, or old and new text were mixed up",
        (_check("new_string", "another text than old_string"),),
    ),
    ("edit", "no such file"): _Precondition(
        "incorrect_parameter",
        "file_path",
        "missing-path",
        "Editing a file that does not exist is refused",
        "the path was guessed, or is relative to another folder",
        (_call_first("search", {"name": "<path>"}, "it shows the real path"),),
    ),
    ("read", "no such file"): _Precondition(
        "incorrect_parameter",
        "file_path",
        "missing-path",
        "Reading a path that does not exist, or is a folder, fails",
        "the path was guessed, or is relative to another folder",
        (_call_first("search", {"name": "<path>"}, "it shows the real path"),),
    ),
    ("search", "no such file"): _Precondition(
        "incorrect_parameter",
        "path",
        "missing-path",
        "Searching in a folder that does not exist fails",
        "the folder was guessed, or is relative to another one",
        (_call_first("list", {"path": "<parent>"}, "it shows what is there"),),
    ),
    ("read", "too large"): _Precondition(
        "missing_parameter",
        "limit",
        "",
        "Reading a file of more than the tool's limit without a range fails",
        "the whole of a large file was asked for",
        (_check("limit", "set, with an offset, for a file of more than 2,000 lines"),),
    ),
}


def find_tool_failures(story: Story, _: TextOf) -> Iterator[RawOccurrence]:
    """Yield each failure that the table has."""
    for place, moment in enumerate(story.moments):
        step = moment.step
        if step.kind != "call" or step.failure != "error" or not step.message:
            continue
        tool, what = tool_class(step.name), label(step.message)
        if (known := PRECONDITIONS.get((tool, what))) is not None:
            done = _find_next_success(story.moments, place)
            yield RawOccurrence(
                template=_make_template(tool, what, known),
                event=step.uid,
                at=step.done_at or step.at,
                source="failure",
                message=quote(step.message),
                file=(step.path or "")[-300:],
                fixed=done is not None,
                cost_s=seconds_between(moment, done) if done else None,
            )


def _make_template(tool: str, what: str, known: _Precondition) -> LessonTemplate:
    """Build the lesson of a row."""
    return LessonTemplate(
        key=key_of("tool", tool, what),
        kind=LessonKind.USAGE,
        subject=tool,
        category=known.category,
        severity=Severity.MINOR,
        description=known.description,
        cause=known.cause,
        trigger=Trigger(error_regex=what, parameter=known.parameter, condition=known.condition),
        steps=known.steps,
        quoted=True,
    )


def _find_next_success(moments: tuple[Moment, ...], place: int) -> Moment | None:
    """Return the next call of the same class of tool, on the same file where it has one, that worked."""
    failed = moments[place].step
    for moment in moments[place + 1 :]:
        step = moment.step
        if step.kind != "call" or step.failure is not None or tool_class(step.name) != tool_class(failed.name):
            continue
        if failed.path is None or step.path == failed.path or tool_class(failed.name) != "edit":
            return moment
    return None
