"""A program that is typed again and again and is not there, while another one does its job.

It is told by program and project, not by command line, and only while it is not there: one that worked later was
installed.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from twiceshy.commands.calls.call_kinds import find_own_scripts
from twiceshy.commands.shell.command_forms import read_forms
from twiceshy.insights.kinds.call_shapes import count_next_steps, list_calls, list_next_calls
from twiceshy.insights.kinds.draft import CountedCase, InsightDraft, Trouble, count_times, count_words, make_text_remedy
from twiceshy.insights.kinds.project_history import Place, ProjectHistory
from twiceshy.insights.kinds.project_money import make_habit
from twiceshy.insights.remedies.fixes import count_fix, describe_fix
from twiceshy.records.attempts import AttemptEnd, CallAttempt
from twiceshy.records.insights import InsightKind, Remedy, RemedyKind
from twiceshy.records.rules import FixKind, ProvenFix
from twiceshy.stats.text.foreign_names import quote_name, quote_words

# Which package brings a program? Only those whose name is surely known, or the same in every place.

_SAME_NAME = (
    *("tox", "nox", "pytest", "ruff", "mypy", "black", "flake8", "isort", "pre-commit", "poetry", "uv"),
    *("hatch", "pylint", "pyright", "jq", "gh", "shellcheck", "shfmt", "tree", "tmux", "cmake"),
    *("golangci-lint", "pnpm", "yarn", "eslint", "prettier", "hyperfine", "just"),
)
PACKAGES = {
    **{one: one for one in _SAME_NAME},
    "rg": "ripgrep",
    "tsc": "typescript",
    "psql": "postgresql-client",
    "convert": "imagemagick",
}
"""By program. As Homebrew, PyPI, npm or Debian name it, looked up by hand on 2026-11-22."""


MISSING_PROGRAM = "missing-program"
_LEAST_CASES, _LEAST_SESSIONS = 3, 2
"""Guess of 2026-11-22: once may be a slip, and one session may be a bad day."""
_SOON_CALLS = 8
"""Calls after a miss in which what does the job is looked for. Guess of 2026-11-22."""
_NOT_FOUND = 127
"""A shell's exit status for a program that is not there (POSIX; 2026-11-22)."""
_SAYS = re.compile(
    r"command not found: (?P<a>[\w./+-]+)|(?:^|: )(?:line \d+: )?(?P<b>[\w./+-]+): (?:command )?not found(?!: )|"
    r"\"?(?P<c>[\w./+-]+)\"?: executable file not found|spawn (?P<d>[\w./+-]+) ENOENT|"
    r"'(?P<e>[\w./+-]+)' is not recognized|no such file or directory: (?P<f>[\w./+-]+)$|"
    r"(?P<g>[\w./+-]+): No such file or directory$"
)
_HINTS = re.compile(
    r"not found|no such file|ENOENT|not recognized|No module|missing script|no task|command:? [\"'`]|git command",
    re.IGNORECASE,
)
_NO_MODULE = re.compile(r"No module named '?([\w.]+)'?$")
_NO_COMMAND = re.compile(
    r"(?:unrecogni[sz]ed|unknown|invalid|no such) (?:sub)?command:? [\"'`](?P<a>[\w:.-]+)[\"'`]"
    r"|\Agit: '(?P<b>[\w.-]+)' is not a git command",
    re.IGNORECASE,
)
"""What a program says of its first argument: clap, cobra, click, npm and git in their versions of 2026-11-22."""
_NO_TASK = re.compile(r"(?:Script not found|Missing script:?|no task) [\"']?([\w:.-]+)", re.IGNORECASE)


def find_missing_programs(history: ProjectHistory) -> Iterator[InsightDraft]:
    """Yield a draft for each program that is typed and not there."""
    misses: dict[str, list[Place]] = defaultdict(list)
    for place, attempt in list_calls(history, lambda one: one.action == "run" and one.end is AttemptEnd.FAILED):
        if program := name_missing(attempt):
            misses[program].append(place)
    own = find_own_scripts(history.sessions) if misses else frozenset()
    gone = {
        program: places
        for program, places in misses.items()
        if program.rpartition("/")[2] not in own and not _came_back(history, program, places)
    }
    for program, places in _merge_spellings(gone).items():
        sessions = sorted({place.session for place in places})
        if len(places) >= _LEAST_CASES and len(sessions) >= _LEAST_SESSIONS:
            yield from _draft(history, program, places, sessions)


def _merge_spellings(gone: Mapping[str, Sequence[Place]]) -> dict[str, list[Place]]:
    """Return the misses of a program and of its module as one, by the program's name or the commonest spelling."""
    by_name: dict[str, list[str]] = defaultdict(list)
    for program in gone:
        by_name[program.rpartition(" -m ")[2]].append(program)
    return {
        name if name in spelled else max(spelled, key=lambda one: (len(gone[one]), one)): sorted(
            place for one in spelled for place in gone[one]
        )
        for name, spelled in by_name.items()
    }


def name_missing(attempt: CallAttempt) -> str:
    """Return the program, module or task that a command is called by and that is not there; empty if none.

    A word inside of a command that a shell took for a program is none: it must be typed as one.
    """
    if not _HINTS.search(attempt.message):
        return ""
    if found := _NO_MODULE.search(attempt.message):
        return _name_module(found[1].removesuffix(".__main__"), attempt.command.split())
    if found := _NO_TASK.search(attempt.message):
        return attempt.head if attempt.head.endswith(f" {found[1]}") else ""
    if found := _NO_COMMAND.search(attempt.message):
        return _name_subcommand(found["a"] or found["b"], attempt.command)
    found = _SAYS.search(attempt.message)
    return _name_program(found, attempt) if found else ""


def _name_module(module: str, words: list[str]) -> str:
    """Return how a module is run by an interpreter; empty where it is only imported."""
    at = words.index("-m") if "-m" in words else 0
    return f"{words[at - 1]} -m {module}" if at and words[at + 1 : at + 2] == [module] else ""


def _name_subcommand(subcommand: str, command: str) -> str:
    """Return the program with the subcommand that it does not know, as typed; empty where it is not typed so."""
    typed = re.search(rf"(?:^|[;&|(]\s*)(?P<program>[\w.-]+) {re.escape(subcommand)}(?=\s|$)", command)
    return f"{typed['program']} {subcommand}" if typed else ""


def _name_program(found: re.Match[str], attempt: CallAttempt) -> str:
    """Return the program of which a shell says that it is not there; empty where it is typed as none."""
    program = next(part for part in found.groups() if part)
    gone = attempt.exit_code == _NOT_FOUND or "not found" in found[0] or found["d"] or found["e"]
    return program if gone and _is_typed(program, attempt) else ""


def _is_typed(program: str, attempt: CallAttempt) -> bool:
    """Tell whether the command line runs the program by this name."""
    if program not in attempt.command:
        return False
    spelled = re.compile(
        rf"(?:^|[;&|(]\s*|\b(?:sudo|time|env|exec|xargs|then|do)\s+|\w=\S*\s+){re.escape(program)}(?:\s|$)"
    )
    return spelled.search(attempt.command) is not None


def _came_back(history: ProjectHistory, program: str, places: Sequence[Place]) -> bool:
    """Tell whether the program worked after it was missed for the last time, or more often than it was missed."""
    worked = [
        place
        for place, _ in list_calls(
            history,
            lambda one: (
                one.action == "run"
                and (one.end is AttemptEnd.WORKED or bool(one.checks))
                and (one.head == program or _is_typed(program, one))
            ),
        )
    ]
    return len(worked) > len(places) or any(place > places[-1] for place in worked)


def _draft(
    history: ProjectHistory, program: str, places: Sequence[Place], sessions: Sequence[int]
) -> Iterator[InsightDraft]:
    """Yield the draft of one program; nothing where its name cannot be quoted."""
    name = quote_name(program)
    if not name:
        return
    fix = history.fixes.find_shared([history.at(place).uid for place in places])
    lacks = _say_lack(program)
    says = (
        f"{name} {lacks}; {len(sessions)} of {count_words(len(history.sessions), 'session')} typed it "
        f"({count_times(len(places))})"
    )
    if fix is not None:
        says += f". What worked after it, {count_fix(fix)}: {describe_fix(fix)}"
    yield InsightDraft(
        kind=InsightKind.MISSING_PROGRAM,
        key=program,
        says=says,
        cases=tuple(CountedCase(place=place, until=_find_end(history, place, fix)) for place in places),
        place=name,
        cause=quote_words(history.at(places[-1]).message),
        next_steps=count_next_steps(history, places),
        remedies=_list_remedies(history, program, places, fix),
        trouble=Trouble(MISSING_PROGRAM, program, f"{name} {lacks}"),
    )


def _say_lack(program: str) -> str:
    """Return in our words that it is not there."""
    if " -m " in program:
        return "does not work: the module is not installed"
    return "does not exist" if "/" in program or " " in program else "is not installed"


def _find_end(history: ProjectHistory, place: Place, fix: ProvenFix | None) -> int | None:
    """Return the index of the call that did the job soon after; None where none did, or nothing is known to do it."""
    failed = history.at(place)
    kinds = {form.kind for form in read_forms(failed.command, "")}
    for index, one in list_next_calls(history, place, _SOON_CALLS) if fix is not None else ():
        answered = one.action == "run" and (one.end is AttemptEnd.WORKED or bool(one.checks))
        if answered and (one.head == failed.head or kinds & {form.kind for form in read_forms(one.command, "")}):
            return index
    return None


def _list_remedies(
    history: ProjectHistory, program: str, places: Sequence[Place], fix: ProvenFix | None
) -> tuple[Remedy, ...]:
    """Return the fix and the package, as far as they are known; else that it is not there."""
    name, lacks = quote_name(program), _say_lack(program)
    seen = f"{len({one.session for one in places})} of {count_words(len(history.sessions), 'session')} typed it"
    found: tuple[Remedy, ...] = ()
    if fix is not None:
        evidence = f"{seen}; worked {count_fix(fix)}"
        found += make_text_remedy(f"Never run {name}: it {lacks}. {_USE[fix.kind].format(told=fix.told)}.", evidence)
        if not found and " -m " in program and fix.kind in {FixKind.FORM, FixKind.WITHOUT}:
            other = fix.told if fix.kind is FixKind.FORM else quote_name(program.rpartition(" -m ")[2])
            text = f"Run tests with {other} only: in another `python` the module is not installed."
            found += make_text_remedy(text, evidence)
    if not found and (package := PACKAGES.get(program, "")):
        found += (Remedy(kind=RemedyKind.INSTALL, text=f"{name} is not installed.", evidence=seen, package=package),)
    if found:
        return found
    if " " not in program and any(read_forms(history.at(place).command, "") for place in places):
        # What builds or tests the project is needed: an agent that never runs it again checks nothing.
        return (make_habit(f"install {name}, or say in the agent's instructions where it is", seen),)
    return make_text_remedy(f"Never run {name}: it {lacks}.", seen)


_USE = {
    FixKind.STEP: "Run {told} first",
    FixKind.EDIT: "Look at {told}",
    FixKind.FORM: "Use {told}",
    FixKind.WITHOUT: "Make the same call without {told}",
    FixKind.WITH: "Make the same call with {told}",
    FixKind.IN_PLACE: "Use {told} in its place",
}
