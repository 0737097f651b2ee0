"""A test that is red and green while nothing changed: the same command twice, both results, only looking in between.

What may have changed something is taken to have done so: an edit, a subagent, any command that is not known to read
only. So few are found, and those are flaky.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from twiceshy.base.values import Quoted
from twiceshy.commands.shell.shell_words import parse_simple_commands
from twiceshy.insights.kinds.draft import CountedCase, InsightDraft
from twiceshy.insights.kinds.project_history import Place, ProjectHistory
from twiceshy.insights.kinds.repeated_costs import SOON_CALLS
from twiceshy.records.attempts import AttemptEnd, CallAttempt
from twiceshy.records.insights import InsightKind, Remedy, RemedyKind
from twiceshy.stats.text.foreign_names import quote_command, quote_name

_LEAST = 2
"""Times that the result turned. Guess of 2026-11-22: once may be a service that was not up yet."""
_HARMLESS = frozenset({"read", "search", "plan", "ask", "web"})
"""Actions that change no file."""
_READERS = frozenset(
    {"ls", "cat", "grep", "rg", "head", "tail", "wc", "nl", "pwd", "echo", "sleep", "date", "ps", "cd", "true", "which"}
)
"""Programs that only read, whatever their options."""
_GIT_READS = frozenset({"status", "diff", "log", "show", "rev-parse", "ls-files", "blame"})


def find_flaky_tests(history: ProjectHistory) -> Iterator[InsightDraft]:
    """Yield a draft for each test command whose result turned with nothing changed in between."""
    turned: dict[str, list[Place]] = defaultdict(list)
    for number, session in enumerate(history.sessions):
        for index in _find_turns(session.attempts):
            turned[session.attempts[index].command].append(Place(number, index))
    for command, places in turned.items():
        if len(places) >= _LEAST:
            yield from _draft(history, command, places)


def _find_turns(attempts: Sequence[CallAttempt]) -> Iterator[int]:
    """Yield the index of each test run whose result is another than that of the same run before it."""
    both = _list_two_sided(attempts)
    last: dict[tuple[str, str], bool] = {}
    for index, attempt in enumerate(attempts if both else ()):
        if last and _may_change(attempt):
            last.clear()
        key = (attempt.folder, attempt.command)
        if key in both and _reads_only(attempt) and (green := _read_result(attempt)) is not None:
            if last.get(key, green) is not green:
                yield index
            last[key] = green


def _list_two_sided(attempts: Sequence[CallAttempt]) -> set[tuple[str, str]]:
    """Return folder and command of the runs that were red at one time and green at another."""
    results: dict[bool | None, set[tuple[str, str]]] = defaultdict(set)
    for attempt in attempts:
        if attempt.checks:
            results[_read_result(attempt)].add((attempt.folder, attempt.command))
    return results[True] & results[False]


def _read_result(attempt: CallAttempt) -> bool | None:
    """Return whether a call's tests are green; None where it ran none to their end, or other checks too."""
    ended = attempt.end in {AttemptEnd.WORKED, AttemptEnd.FAILED, AttemptEnd.HIDDEN}
    if not ended or not attempt.checks or any(one.kind != "test" for one in attempt.checks):
        return None
    return all(one.green for one in attempt.checks)


def _may_change(attempt: CallAttempt) -> bool:
    """Tell whether a call may have changed what a test sees; a test alone does not count."""
    if attempt.action in _HARMLESS:
        return False
    if attempt.action in {"prompt", "run"}:
        return attempt.action == "prompt" or not _reads_only(attempt)
    return True


def _reads_only(attempt: CallAttempt) -> bool:
    """Tell whether a command line only reads and tests."""
    if not attempt.checks and attempt.command.split(" ", 1)[0] not in _READERS | {"git"}:
        return False  # spares the parser most lines
    commands = parse_simple_commands(attempt.command)
    tests = len(commands) == 1 and bool(attempt.checks) and not commands[0].target
    return tests or all(
        not one.target
        and (one.program in _READERS or (one.program == "git" and len(one.words) > 1 and one.words[1] in _GIT_READS))
        for one in commands
    )


def _draft(history: ProjectHistory, command: str, places: Sequence[Place]) -> Iterator[InsightDraft]:
    """Yield the draft of one command; nothing where it cannot be quoted."""
    name = quote_command(command)
    if not name:
        return
    sessions = len({place.session for place in places})
    often = f"{len(places)} times in {sessions} session{'s' * (sessions > 1)}"
    yield InsightDraft(
        kind=InsightKind.FLAKY_TEST,
        key=command,
        says=f"{name} turned between red and green {often}, with nothing changed in between",
        cases=tuple(CountedCase(place=place, until=_find_green(history, place)) for place in places),
        place=name,
        cause=Quoted(""),
        remedies=_find_remedies(history.at(places[-1]), often),
    )


def _find_green(history: ProjectHistory, place: Place) -> int | None:
    """Return the index of the next green run of the same command, where this one is red."""
    attempt = history.at(place)
    if _read_result(attempt):
        return None
    return history.find_later(
        place, lambda one: one.command == attempt.command and _read_result(one) is True, SOON_CALLS
    )


def _find_remedies(attempt: CallAttempt, often: str) -> tuple[Remedy, ...]:
    """Return the fact; nothing where the command is no short one."""
    name = quote_name(attempt.command)
    if not name:
        return ()
    text = f"{name} is flaky: when it fails, run it again before you change code."
    return (Remedy(kind=RemedyKind.TEXT, text=text, evidence=f"red and green {often}, nothing changed between"),)
