"""Which failed calls were wrong calls: which command failed, what the lesson is about, and what teaches nothing."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from twiceshy.base.values import Severity
from twiceshy.commands.shell import command_heads
from twiceshy.commands.shell.shell_words import SimpleCommand
from twiceshy.lessons.call_complaints import PROGRAM_SAYS, SHELL_SAYS, SHELL_WORDS, CallEnd, extract_complaints
from twiceshy.lessons.error_categories import LEARNABLE, WORD, ErrorVerdict, call_words_of, classify_error
from twiceshy.lessons.error_phrases import WRONG_TOOL
from twiceshy.lessons.occurrences import LessonTemplate, RawOccurrence, TextOf, key_of, seconds_between
from twiceshy.lessons.retry_difference import find_wrapper
from twiceshy.lessons.tool_calls import ToolInvocation, call_of, head_of, subject_of
from twiceshy.records.lessons import LessonKind, PreventionAction, PreventionStep, Trigger, Validation
from twiceshy.records.stories import Moment, Story
from twiceshy.stats.text.fingerprint import label, tool_class
from twiceshy.stats.text.quoting import quote

# Failures of agents' own tools whose message says which precondition was not met: a small closed table.
#
# Only messages whose meaning is not in doubt are here, the same for every agent: a file edited unread, changed since, a
# text that is not there or not unique, a path that is not there. Errors of other tools are for ``usage`` lessons, which
# learn from the retry that worked. They are counted and never told: the tool states each of them when it refuses the
# call.


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


_PROBES = frozenset(
    {
        "ls",
        "stat",
        "test",
        "[",
        "which",
        "command",
        "type",
        "file",
        "pgrep",
        "pkill",
        "kill",
        "ps",
        "lsof",
        "rm",
        "git rev-parse",
        "git show-ref",
        "git ls-files",
        "git check-ignore",
        "git merge-base",
        "git remote",
        "git config",
        "git status",
        "git symbolic-ref",
        "readlink",
        "tree",
        "du",
        "gh pr view",
        "rmdir",
        "diff",
    }
)
"""Commands that are run to learn whether something is there: that it is not is an answer."""
_LONGEST_SUBJECT = 80
"""Characters of a tool's name: it comes from a log (guess, 2026-11-21)."""
_RELAYS = frozenset({"write_stdin", "read_bash", "bashoutput", "taskoutput", "read_output", "stop_bash", "taskstop"})
"""Tools that show what an earlier call did: their failures are its."""
_NO_MISTAKE = re.compile(r"conflict|^hint|nothing to commit|no changes|multiple head|pending", re.IGNORECASE)
"""States that one meets and did not bring about."""
_NAMEABLE = re.compile(r"--?[A-Za-z][\w-]{0,40}\Z|[A-Za-z][A-Za-z_:-]{1,40}\Z")
_NO_SUCH_PATH = re.compile(
    r"no such file|cannot (?:access|stat|open|remove)|can't (?:open|read)|not a directory|does not exist", re.IGNORECASE
)
_INTERPRETERS = frozenset(
    {"python", "node", "ruby", "perl", "php", "bash", "sh", "zsh", "tsx", "ts-node", "deno", "bun"}
)
_REFUSES = re.compile(r"unknown|unrecogni|unexpected|invalid|illegal", re.IGNORECASE)
_NOT_FOUND = re.compile(r"(\S+): (?:command )?not found$|command not found: (\S+)")
_EXPECTED_FAILURE = re.compile(r"\|\|\s*(?:true|:|echo|printf|exit 0)\b|2>\s*/dev/null")
"""By which a line says itself that a failure is none."""
_ITS_NAME = re.compile(r"[A-Za-z_./~][\w.+-]*\Z")
_RUNNING = re.compile(
    r"\b(?:test|tests|run|exec|start|dev|serve|pytest|jest|vitest|mocha|tox|nox|make|just|runtests)\b"
)
_FEW_LINES = 4
"""Lines of a refusal; what runs code prints more (guess, 2026-11-21)."""
_OPTIONS = re.compile(r"\b(?:options?|flags?|arguments?)\b", re.IGNORECASE)
_LETTER_OPTION = re.compile(r"option -- '?(\w)'?")


class WrongCall(NamedTuple):
    """One wrong call."""

    place: int
    call: ToolInvocation
    part: SimpleCommand | None
    said: ErrorVerdict
    subject: str
    named: str
    """The word of the call that means the same everywhere; empty where there is none."""
    missing_path: bool


def detect_wrong_call(moment: Moment, place: int) -> WrongCall | None:
    """Return the failed call, if its message says that it was wrong and something can be learned; else None."""
    call = call_of(moment)
    text = _complaint_of(moment, call)
    if not text:
        return None
    said = classify_error(call.params, text, CallEnd(moment.exit_code, failed=True))
    part = _find_failed_command(call, said)
    if (
        said.kind not in LEARNABLE
        or not said.phrase
        or _NO_MISTAKE.search(said.line)
        or (call.is_command_line and part is None)
    ):
        return None
    wrong = WrongCall(
        place=place,
        call=call,
        part=part,
        said=said,
        subject=quote(subject_of(call) if part is None else _subject_of_line(call, part, said), _LONGEST_SUBJECT),
        named=_find_named_word(call, part, said),
        missing_path=bool(_NO_SUCH_PATH.search(said.line)) and (not call.is_command_line or bool(said.values)),
    )
    return wrong if _is_own_mistake(wrong, text) else None


def _complaint_of(moment: Moment, call: ToolInvocation) -> str:
    """Return what a failed call, or one with a masked status, said; empty if it worked or is in the table."""
    step = moment.step
    if step.kind != "call" or step.failure not in {"error", None} or step.name.lower() in _RELAYS:
        return ""
    if step.message and (tool_class(step.name), label(step.message)) in PRECONDITIONS:
        return ""
    if step.failure is not None:
        return moment.text
    return extract_complaints(call, moment.text) if step.masked and not _EXPECTED_FAILURE.search(call.command) else ""


def _is_own_mistake(wrong: WrongCall, output: str) -> bool:
    """Tell whether the call was a mistake of its caller, and the message says which."""
    part, said = wrong.part, wrong.said
    if not wrong.named and _OPTIONS.search(said.phrase):
        return False
    if part is None:
        return True
    if {head_of(part), part.program} & _PROBES and not _REFUSES.search(said.phrase):
        return False
    if _comes_from_script(part, said, missing=wrong.missing_path) or not _ITS_NAME.match(part.program):
        return False
    return wrong.subject != head_of(part) or not _runs_code(part, said, output)


def _runs_code(part: SimpleCommand, said: ErrorVerdict, output: str) -> bool:
    """Tell whether the command runs other code and the message is that code's: long, and not in its own name."""
    if not _RUNNING.search(head_of(part)) or part.words[0] in said.values:
        return False
    own = re.match(rf"\W*{re.escape(part.program)}\b", said.line) is not None
    return not own and not (said.values and len(output.splitlines()) <= _FEW_LINES)


def _comes_from_script(part: SimpleCommand, said: ErrorVerdict, *, missing: bool) -> bool:
    """Tell whether the message comes from a script or code on the command line, and not from its interpreter."""
    if part.program not in _INTERPRETERS or SHELL_SAYS.match(said.line) or part.words[0] in said.values:
        return False
    speaks = PROGRAM_SAYS.match(said.line)
    return not (speaks and command_heads.program_name(speaks["program"]) == part.program) or (
        " -" in head_of(part) and not missing
    )


def _find_failed_command(call: ToolInvocation, said: ErrorVerdict) -> SimpleCommand | None:
    """Return the command of a line that the message is about; None where that is not clear."""
    if len(call.parts) == 1:
        return call.parts[0]
    speaks = None if SHELL_SAYS.match(said.line) else PROGRAM_SAYS.match(said.line)
    ours = [part for part in call.parts if speaks and part.program == speaks["program"]]
    holders = [part for part in ours or call.parts if _has_named_value(part, said)]
    if holders or ours:
        return (holders or ours)[0]
    working = [part for part in call.parts if _does_work(part)]
    return working[0] if len(working) == 1 else None


def _does_work(part: SimpleCommand) -> bool:
    """Tell whether a command does something itself: none that filters, and no change of folder."""
    return part.op != "|" and part.program != "cd" and bool(command_heads.head(" ".join(part.words)))


def _has_named_value(part: SimpleCommand, said: ErrorVerdict) -> bool:
    """Tell whether a command has one of the values that the message names."""
    words = {one for word in part.words for one in (word, word.partition("=")[0], word.rpartition("/")[2])}
    return any(value in words for value in said.values)


def _subject_of_line(call: ToolInvocation, part: SimpleCommand, said: ErrorVerdict) -> str:
    """Return the subject of a lesson on a command line: the shell, the missing program, or program and subcommand."""
    if (absent := _NOT_FOUND.search(said.line)) is not None and said.kind == WRONG_TOOL:
        return command_heads.program_name(absent[1] or absent[2])
    if said.kind == WRONG_TOOL:
        return find_wrapper(call.command, part, said) or part.program
    shell_said = SHELL_SAYS.match(said.line)
    if shell_said and SHELL_WORDS.search(said.line):
        return "zsh" if shell_said["shell"] in {"zsh", "(eval)"} or "no matches found" in said.line else "bash"
    return head_of(part)


def _find_named_word(call: ToolInvocation, part: SimpleCommand | None, said: ErrorVerdict) -> str:
    """Return the word of the call that the message is about, if it means the same in every project; else empty."""
    if SHELL_SAYS.match(said.line) and SHELL_WORDS.search(said.line):
        return ""
    if (letter := _LETTER_OPTION.search(said.line)) is not None:
        return f"-{letter[1]}"
    any_word = said.kind == WRONG_TOOL or re.search(r"\b(?:property|skill)\b", said.line, re.IGNORECASE) is not None
    for word in said.values or _find_given_words(call, said):
        if word.startswith("-"):
            option = word.partition("=")[0]
            return option if _NAMEABLE.match(option) else ""
        is_program = part is not None and word == part.program and said.kind != WRONG_TOOL
        if any_word and not is_program and _NAMEABLE.match(word):
            return word
    return ""


def _find_given_words(call: ToolInvocation, said: ErrorVerdict) -> list[str]:
    """Return the words of the call that stand behind the phrase of a message, or anywhere where it ends with it."""
    _, _, rest = said.line.partition(said.phrase[-12:])
    given = call_words_of(call.params)
    return [word.rstrip(".:,") for word in WORD.findall(rest or said.line) if given.has_word(word)]
