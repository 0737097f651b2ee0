"""In which form does a command line call the project's tests, linter, build …? What a single run names is taken off.

``uv run pytest tests/test_a.py -k name -x`` and ``uv run pytest -q`` are one form, ``uv run pytest``: the wrapper, the
program, its subcommand and a script's path stand in it, as a person would type them. Only words of a closed shape get
into it, no path outside of the project, and nothing that a shell would expand; a line that holds more is left out.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from posixpath import normpath
from typing import NamedTuple

from twiceshy.commands.shell import programs
from twiceshy.commands.shell.command_heads import (
    ShellPart,
    name_command,
    program_name,
    strip_assignments,
    unquote,
    unwrap_command,
)
from twiceshy.commands.shell.head_reader import read_rows
from twiceshy.commands.shell.task_calls import find_task
from twiceshy.commands.testlog.check_tools import find_tool
from twiceshy.records.kept_knowledge import ProjectFactKind

# What is a command for: tests, lint, build, types, format or running the program? Its name and options say it.

WRITING = frozenset({"--write", "--fix"})
"""With one of these a linter changes files."""
_OWN_TRIES = frozenset({"py_compile", "compileall", "go vet"})
"""Tools that an agent asks whether its own text is right: they say nothing of how the project builds or lints."""
_FORMAT_TASK = re.compile(r"(?:.*[:-])?(?:fmt|format|prettier)\Z|(?:.*[:-])?lint[:-]fix\Z")
_FORMAT_HEADS = frozenset({"cargo fmt", "go fmt", "ruff format", "black", "isort"})
PRINTING = frozenset({"gofmt", "gofumpt", "goimports", "shfmt"})
"""Formatters that only print what they would write, but with ``-w``."""
_RUN_TASK = re.compile(r"(?:dev|start|serve|preview)(?:[:-][\w-]+)?\Z")
_RUN_HEADS = frozenset({"go run", "cargo run", "flask", "uvicorn", "docker compose up"})
_BUILD_WORDS = ("setup.py build", "setup.py build_ext")
_LINT_HEADS = frozenset({"prettier", "biome", "eslint", "ruff check"})
LOOKING = frozenset({"--check", "--list-different", "-l", "--diff", "-d"})
"""With one of these a formatter only looks."""
_PART_OF_IT = re.compile(r"[\w-]+:(?:test|lint|build|types?|typecheck)(?::|\Z)")
"""Tasks of a part of the project, named before what is done: ``css:build`` is not how the project is built."""
_ENVIRONMENTS = re.compile(r" -(?:e|s|-session) (\S+)")
_NO_TESTS = re.compile(r"lint|style|flake|mypy|docs|build|type|format|cover")
_CHECK_KINDS = {kind.value: kind for kind in ProjectFactKind}


def find_kind(head: str, words: list[str], form: str) -> ProjectFactKind | None:
    """Return what the command is for; None where it is nothing that a project has its own way for.

    ``head`` is its name by ``commands.shell``, ``words`` are all it was given, ``form`` is what its runs share.
    """
    kind = _find_writing_kind(head, words) or _find_named_kind(head, form)
    if kind is not None:
        return kind
    if _PART_OF_IT.match(find_task(head)):
        return None
    tool = find_tool(ShellPart(head, "", 2, fails=False, words=" ".join(words)))
    if tool is None or tool.tool in _OWN_TRIES or tool.script:
        return None
    if head in {"tox", "nox"} and (of := _ENVIRONMENTS.search(form)) and _NO_TESTS.search(of[1]):
        return ProjectFactKind.LINT if re.search("lint|style|flake", of[1]) else None
    return _CHECK_KINDS.get(tool.kind)


def _find_writing_kind(head: str, words: list[str]) -> ProjectFactKind | None:
    """Return that a command formats; None where it changes no file."""
    if _FORMAT_TASK.match(find_task(head)):
        return ProjectFactKind.FORMAT
    if head in PRINTING:
        return ProjectFactKind.FORMAT if "-w" in words else None
    if head in _FORMAT_HEADS:
        return None if LOOKING.intersection(words) else ProjectFactKind.FORMAT
    return ProjectFactKind.FORMAT if head in _LINT_HEADS and not WRITING.isdisjoint(words) else None


def _find_named_kind(head: str, form: str) -> ProjectFactKind | None:
    """Return what a command is for whose name alone says it; None for any other."""
    if form.endswith(_BUILD_WORDS):
        return ProjectFactKind.BUILD
    if form.endswith("manage.py test"):
        return ProjectFactKind.TEST
    runs = head in _RUN_HEADS or form.endswith("manage.py runserver") or _RUN_TASK.match(find_task(head))
    return ProjectFactKind.RUN if runs else None


_PLAIN = re.compile(r"[\w.@+-][\w@%+=:,./-]*\Z")
"""A word that a shell leaves as it is, and that is no option."""
_OPTION = re.compile(r"--?[A-Za-z][\w-]*(?:=[\w.,:-]{1,40})?\Z")
_PATH = re.compile(r"[/\\]|::|\.\w{1,4}\Z|\A\.\Z")
_ALL_OF_IT = frozenset({"./...", "...", "."})
"""Words that name all of a project: ``go test ./...``, ``ruff check .``."""
_QUIET = re.compile(r"-(?:[vqsxn]+|rs|ra|rA|n\d+|j\d*|count=\d+|p=\d+)\Z")
_TELLING = re.compile(
    r"--?(?:tb|verbosity|v|q|x|maxfail|color|colour|reporter|verbose|quiet|silent|no-header|no-summary|durations"
    r"|failed|lf|ff|count|timeout|parallel|parallelism|debug-sql|keepdb|noinput|settings|bail|update-snapshots|u|json"
    r"|output-format|format|max-warnings|max-issues-per-linter|max-same-issues|concise|show-source|statistics)(?:=.*)?\Z"
)
"""Options of how much is shown, of how fast it goes, and of a single try."""
_NARROWING = frozenset(
    {"-k", "-run", "-t", "-m", "--testNamePattern", "--grep", "-g", "--filter", "-p", "--package", "--bench", "--test"}
)
"""Options that pick some of the tests or packages."""
_KEPT_VALUES = frozenset({"-e", "-s", "--session", "-C", "--directory", "--prefix", "--cwd", "--dir", "--project"})
"""Options whose value says which environment or folder: they stand in the form."""
_WHOLE = WRITING | {one for one in LOOKING if one.startswith("--")}
"""Options that make another command of it, wherever they stand."""
_SUBCOMMANDS = {"biome": 1, "manage.py": 1, "oxlint": 0, "dprint": 1, "django-admin": 1, "deno": 1, "setup.py": 1}
"""Programs that are many in one, and that need no such name elsewhere: how many words name what they do."""
_TAKEN_OFF = frozenset(programs.WRAPPERS) - {"npx", "bunx", "pnpx", "uvx", "xvfb-run", "dotenv", "doas", "sudo"}
"""Wrappers that only time, limit or find the program: the command is the same without them."""
_MOVES = frozenset({"cd", "pushd", "popd", "chdir", "sl", "set-location", "push-location", "pop-location"})
_VERSIONED = re.compile(r"(python|pypy|pip|ruby|node)\d[\d.]*\Z")
_SCRIPT = re.compile(r"[\w.@+-]*(?:/[\w.@+-]+)*\.(?:py|sh|js|mjs|cjs|ts|rb|pl)\Z")


class CommandForm(NamedTuple):
    """One way of calling something, in one command of a line."""

    kind: ProjectFactKind
    text: str
    """To be typed in the folder, as it was: ``python3`` is no ``python``."""
    folder: str
    """Below the project; empty for its own."""
    key: str
    """Equal for spellings of one thing: ``python tests/run.py`` and ``./tests/run.py``. What worked in one of them says
    nothing of another."""
    tail: str
    """What stands behind the form where it is called for all of the project: ``./...``."""
    narrowed: bool
    """It was called for some files, tests or packages only."""
    task: bool
    """It is one of the project's own tasks, so that what stands behind it is the task's affair."""
    alone: bool
    """It is the only command of the line that works, so that the line's end and time are its own."""


@lru_cache(maxsize=20_000)
def read_forms(command: str, folder: str) -> tuple[CommandForm, ...]:
    """Return the forms in which a line calls the project's tools, in order.

    >>> [(form.text, form.narrowed) for form in read_forms("timeout 60 uv run pytest -x a_test.py && ruff check .", "")]
    [('uv run pytest', True), ('ruff check', False)]
    """
    rows, _ = read_rows(command)
    parts = list(_list_work([words for _, words, _ in rows]))
    found = []
    for head, words in parts:
        form = _read_form(head, words, folder)
        if form is not None:
            found.append(form._replace(alone=len(parts) == 1))
    return tuple(found)


def _list_work(rows: list[list[str]]) -> Iterator[tuple[str, list[str]]]:
    """Yield the name and words of each command that works; a change of folder ends it, as the rest is elsewhere."""
    for words in rows:
        rest, _ = strip_assignments(words)
        if not rest:
            continue
        head, script = name_command(rest)
        if head.lower() in _MOVES:
            return
        level = programs.level_of(head)
        own = head == "test" and "/" in rest[0]
        if script is None and (level == 2 or own) and head not in programs.FILTERS:
            yield head, rest


def _read_form(head: str, words: list[str], folder: str) -> CommandForm | None:
    """Return the form of one command; None where it is of no kind, or holds what is not typed so."""
    kept = _take_off(words)
    if not kept:
        return None
    base, rest = _split_base(kept)
    kind = find_kind(head, words, " ".join(base))
    if kind is None or not base:
        return None
    tail, narrowed = _read_tail(rest)
    text, place = " ".join(base), folder
    key = _key_of(base, folder)
    if key is None:
        return None
    return CommandForm(kind, text, place, key, tail, narrowed, bool(find_task(head, " ".join(words))), alone=False)


def _take_off(words: list[str]) -> list[str]:
    """Return the words without what only times, limits or finds the program."""
    while words and (name := program_name(words[0])) in _TAKEN_OFF | {"rtk", "sudo"}:
        after = unwrap_command(name, words)
        if after is None:
            return []
        words = strip_assignments(after)[0]
    return words


def _split_base(words: list[str]) -> tuple[list[str], list[str]]:
    """Return the words that are the form, and those behind it; no base where one of its words is not plain."""
    base = list[str]()
    while (after := unwrap_command(program_name(words[0]), words)) is not None and after:
        base += words[: len(words) - len(after)]
        words = after
    count, name = _count_named(words), program_name(words[0])
    base += [_tidy_program(words[0]), *words[1:count]]
    rest = words[count:]
    at = _count_valued(name, rest)
    base, rest = [*base, *rest[:at]], rest[at:]
    if rest and base[-2:] == ["go", "run"] and not rest[0].startswith("-"):
        base, rest = [*base, rest[0]], rest[1:]
    whole = {*_WHOLE, "-w", "-s"} if name in PRINTING else _WHOLE
    base += [word for word in rest if word in whole]
    rest = [word for word in rest if word not in whole]
    base[0] = _tidy_program(base[0])
    plain = all(_PLAIN.match(word) or _OPTION.match(word) or word in _KEPT_VALUES for word in base)
    return (base, rest) if plain and not any(_is_outside(word) for word in base) else ([], [])


def _count_valued(name: str, rest: list[str]) -> int:
    """Return how many words behind a program's name are options that stand in the form, with their values."""
    runner = programs.TASK_RUNNERS.get(name)
    valued, at = _KEPT_VALUES.union(runner.option if runner else ()), 0
    while at + 1 < len(rest) and rest[at] in valued:
        at += 2
    return at


def _count_named(words: list[str]) -> int:
    """Return how many words name what is run: program, subcommand, and an interpreter's script with its command."""
    name = program_name(words[0])
    if name in programs.INTERPRETERS:
        place = next((at for at, word in enumerate(words[1:], 1) if word[0] not in "-+"), 0)
        if not place or any(word in {"-c", "-e"} for word in words[:place]):
            return len(words)
        return place + 1 + _count_subcommands(words[place:])
    if name in programs.INTERPRETED_TOO and len(words) > 1 and _SCRIPT.match(words[1]):
        return 2
    return 1 + _count_subcommands(words)


def _count_subcommands(words: list[str]) -> int:
    """Return how many words behind a program name what it does, with the options that stand before them."""
    name = program_name(words[0])
    depth = _SUBCOMMANDS.get(name, programs.SUBCOMMANDS.get(name, 0))
    valued, at, count = programs.VALUED.get(name, frozenset()), 1, 0
    while depth and at < len(words):
        word = unquote(words[at])
        if word.startswith("-"):
            at += 2 if word in valued and "=" not in word else 1
            continue
        if not re.fullmatch(r":?[A-Za-z][\w:.+-]*", word):
            break
        depth = max(depth - 1, 1 if (name, word) in programs.DEEPER else 0)
        at += 1
        count = at - 1
    return count


def _tidy_program(word: str) -> str:
    """Return a program without a folder outside of the project, and else as it was typed: ``python3``."""
    word = unquote(word)
    return word.rpartition("/")[2] if word.startswith(("/", "~")) else word


def _is_outside(word: str) -> bool:
    """Tell whether a word names a place outside of the project."""
    value = word.partition("=")[2] or word
    return value.startswith(("/", "~", "..")) or "/../" in value


def _read_tail(rest: list[str]) -> tuple[str, bool]:
    """Return what stands behind a form that is called for all of the project, and whether it is called for a part."""
    kept = list[str]()
    words = iter(rest)
    for word in words:
        if word in _NARROWING or word.partition("=")[0] in _NARROWING:
            return "", True
        if word in _ALL_OF_IT or word == "--":
            kept.append(word)
        elif _QUIET.match(word) or _TELLING.match(word) or word == "-":
            continue
        elif _OPTION.match(word) and not _PATH.search(word):
            kept.append(word)
        else:
            return "", True
    while kept[-1:] == ["--"]:
        kept.pop()
    return " ".join(kept), False


def _key_of(base: list[str], folder: str) -> str | None:
    """Return what tells forms apart; None where it is called outside of the project."""
    if folder.startswith(("/", "~", "..")) or not re.fullmatch(r"[\w@+./ -]*", folder):
        return None
    base = [_VERSIONED.sub(r"\1", word) for word in base]
    script = next((word for word in base if _SCRIPT.match(word) or word.startswith("./") or "/" in word), None)
    if script is None or "=" in script or script.startswith("@"):
        return " ".join(base) + (f" in {folder}" if folder else "")
    behind = base[base.index(script) + 1 :]
    return " ".join((normpath(f"{folder}/{script}" if folder else script), *behind))
