"""Attempts: which calls tried something, and which of them failed, worked, or ended unseen.

This is decided here and nowhere else. Four things are told apart from a failure:

- a call that only waits for a running command, types into it or ends it is no attempt; what it sees of that command's
  end belongs to the command;
- a command that the agent ended itself, with a control character or ``kill``, has not failed: how it would have ended
  is not known;
- a probe that answers "no" has worked (``commands.testlog.exit_answers``);
- a success that a pipe or the like hides is not known (``commands.shell.masked_status``).
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from twiceshy.commands.shell.masked_status import is_masked
from twiceshy.commands.testlog.exit_answers import SIGNALLED, ends_programs, is_answer, was_ended_by_itself
from twiceshy.records.attempts import AttemptEnd, CallAttempt, CallStatus, LoggedCall

VERSION = 2
"""Of these rules: what is stored by older ones is judged again."""
_CONTROL = re.compile("[\x03\x04\x1a\x1b\x1c]|\\A\\^[CDZ]\\Z|ctrl[-+]?[cdz]", re.IGNORECASE)
"""What ends a program when it is typed, as a character or by its name."""
_RUNNING = re.compile(
    r"\A\s*(?:Process running with session ID|Command (?:is )?(?:still )?running\b|Command running in background"
    r"|<command (?:is still running|started)|Started background)"
)
_ID = re.compile(
    r"(?:session|background|shell|task|command|process|job)\b[^\n]{0,40}?\bid:? *['\"]?([\w-]{1,40})", re.IGNORECASE
)
"""The id of a command that goes on, in what its call gave back."""
_LONGEST_HEAD = 400
"""Characters in which the id stands (guess, 2026-11-22)."""
_ENDING_WORDS = re.compile(r"(?:kill|stop|end|cancel|terminate)", re.IGNORECASE)
"""In the name of a tool that ends a running command."""


@dataclass(slots=True)
class _OpenRun:
    """A command that goes on after its call."""

    call: LoggedCall
    id: str
    """As the agent calls it; empty where the log does not say."""
    texts: list[str] = field(default_factory=list)
    ended: bool = False
    """The agent ended it."""
    exit_code: int | None = None

    def judge(self) -> CallStatus:
        """Return what became of the command, as far as it was seen."""
        call, code = self.call, self.exit_code
        text = join_output_texts(call.output, self.texts)
        stopped = self.ended and code != 0
        failed = bool(code) and not stopped and not is_answer(call.command, code, text)
        hidden = code is None or stopped or _is_masked(call)
        return CallStatus(
            uid=call.uid,
            action=call.action,
            masked=hidden,
            failure="error" if failed else None,
            exit_code=None if stopped else code,
            said=text if failed else "",
        )


def join_output_texts(began: str, later: Iterable[str]) -> str:
    r"""Return all that a command wrote: when its call ended, without the agent's word that it goes on, and later.

    >>> join_output_texts("Process running with session ID 7\nlinking\n", ["ld: no such library\n"])
    'linking\n\nld: no such library\n'
    """
    own = began.partition("\n")[2] if _RUNNING.match(began) else began
    return "\n".join(part for part in (own, *later) if part.strip())


def judge_statuses(calls: Sequence[LoggedCall], waits: frozenset[str], *, marks_failures: bool) -> Iterator[CallStatus]:
    """Yield what each call of a session was and what became of it; ``calls`` are in order.

    ``waits`` are the tools that wait for a running command; ``marks_failures``: of a command that failed the agent
    always says so, so that one without a word about its status ended with 0.
    """
    open_runs: list[_OpenRun] = []
    for call in calls:
        if call.tool in waits:
            yield _judge_wait(call, open_runs)
        elif call.action != "run" or not call.command:
            yield CallStatus(call.uid, call.action, masked=False, failure=call.failure, exit_code=call.exit_code)
        elif _goes_on(call, marks_failures=marks_failures):
            open_runs.append(_OpenRun(call, _find_id(call.output)))
        else:
            yield _judge_run(call, marks_failures=marks_failures)
            _note_kill(call, open_runs)
    yield from (run.judge() for run in open_runs)


def _note_kill(call: LoggedCall, open_runs: list[_OpenRun]) -> None:
    """Note for the commands that go on that the agent sent signals to programs."""
    if open_runs and ends_programs(call.command):
        for run in open_runs:
            run.ended = run.ended or run.exit_code is None


def _goes_on(call: LoggedCall, *, marks_failures: bool) -> bool:
    """Tell whether a command went on when its call ended, as far as the log says."""
    if not call.done or call.failure is not None or call.exit_code is not None:
        return False
    return call.background or not marks_failures or _RUNNING.match(call.output) is not None


def _judge_run(call: LoggedCall, *, marks_failures: bool) -> CallStatus:
    """Return what became of a command that ended with its call."""
    code, failure = call.exit_code, call.failure
    if code is None and failure is None and marks_failures and call.done:
        code = 0
    if failure in {None, "error"} and code:
        answered = is_answer(call.command, code, call.output) or was_ended_by_itself(call.command, code)
        failure = None if answered else "error"
    return CallStatus(call.uid, call.action, masked=_is_masked(call), failure=failure, exit_code=code)


def _is_masked(call: LoggedCall) -> bool:
    """Tell whether a command's line hides its status; it is parsed only where nobody has done so."""
    return is_masked(call.command) if call.masked is None else call.masked


def _judge_wait(call: LoggedCall, open_runs: list[_OpenRun]) -> CallStatus:
    """Return a call that waited; give what it saw to the command that it waited for."""
    given = _parse(call.given)
    run = _find_run(given, open_runs)
    if run is not None:
        run.texts.append(call.output)
        run.ended = run.ended or _ends_run(call, given)
        if call.exit_code is not None:
            run.exit_code = call.exit_code
            run.ended = run.ended and (call.exit_code in SIGNALLED or _ends_run(call, given))
    return CallStatus(
        uid=call.uid,
        action="wait",
        masked=False,
        failure=None if call.failure == "error" else call.failure,
        exit_code=call.exit_code,
        run=run.call.uid if run is not None else None,
    )


def _parse(given: str) -> dict[str, object]:
    """Return a call's input; nothing where it is no object."""
    try:
        found = json.loads(given) if given else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _find_run(given: dict[str, object], open_runs: list[_OpenRun]) -> _OpenRun | None:
    """Return the command with the id that a waiting call names; where no log says ids, the only or last one."""
    ids = [str(value) for value in given.values() if isinstance(value, str | int) and not isinstance(value, bool)]
    going = [run for run in open_runs if run.exit_code is None]
    for run in reversed(going):
        if run.id and run.id in ids:
            return run
    unnamed = [run for run in going if not run.id]
    if len(unnamed) == 1 and ids:
        unnamed[0].id = ids[0]
        return unnamed[0]
    return None


def _ends_run(call: LoggedCall, given: dict[str, object]) -> bool:
    """Tell whether a waiting call ends the command instead."""
    if _ENDING_WORDS.search(call.tool):
        return True
    typed = given.get("chars", given.get("input", given.get("text", "")))
    return isinstance(typed, str) and _CONTROL.search(typed) is not None


def _find_id(output: str) -> str:
    """Return the id under which a command goes on; empty where its call does not say."""
    found = _ID.search(output[:_LONGEST_HEAD])
    return found.group(1) if found else ""


# Did a failed call begin its work at all? A red test run did; one with an unknown option did not.

_NEVER_BEGAN = re.compile(
    r"command not found|: not found\Z|not recognized as an internal|No such file or directory: '?[\w./-]+'?\Z"
    r"|: No such file or directory\Z|no such file or directory: [\w./-]+\Z|can't open file|Permission denied\Z"
    r"|unrecogni[sz]ed (?:arguments?|option|subcommand|command)"
    r"|[Uu]nknown (?:command|option|argument|flag|task|shorthand)"
    r"|no such (?:option|command|task|subcommand)|invalid (?:choice|option)|flag provided but not defined"
    r"|(?i:missing script|script not found|no tasks? \S+ found|no rule to make target)|\A[Uu]sage:"
    r"|No module named '?(?:pytest|mypy|ruff|flake8|black|tox|nox|django\.test|unittest|xdist)\b"
    r"|could not determine executable|module is not installed|config(?:uration)? (?:file )?(?:was )?not found"
    r"|No configuration file|(?:file or directory|path) not found|go\.mod file not found|no Go files in"
    r"|Could not find (?:a )?(?:package\.json|pyproject|Cargo\.toml)|could not find `Cargo\.toml`|not trusted"
    r"|UNSUPPORTED_ENGINE|Unsupported engine|engine \"\w+\" is incompatible|Cannot find module 'node:"
    r"|not a valid statement separator|ParserError:|does not contain main module"
)
"""The line that says what is wrong, where the program did not begin its work."""


def never_began(attempt: CallAttempt) -> bool:
    """Tell whether a failed call did not begin its work: its message says so."""
    return attempt.end is AttemptEnd.FAILED and _NEVER_BEGAN.search(attempt.message) is not None
