"""Step parts: the pieces of a written order of work, and the steps that such an order asks for.

A part is what a sequence is made of: ``read``, ``search``, ``edit``, ``tests`` or ``run COMMAND``. A text in back
quotes is a command only if it looks like one that a shell runs: a known program, or a program with words behind it.
Names of functions, types, files and states (``a()`` → ``B`` → ``c.py``) are none, as documents draw their data flow
with the same arrows.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from twiceshy.records.workflow import StepKind, StepLevel, StepScope, WorkflowStep

_PROGRAMS = frozenset(
    (
        *("bun", "bundle", "cargo", "clang-format", "cmake", "composer", "deno", "dotnet", "eslint", "go", "gofmt"),
        *("golangci-lint", "gradle", "hatch", "just", "make", "mix", "mvn", "mypy", "ninja", "nox", "npm", "npx"),
        *("phpunit", "pnpm", "poetry", "pre-commit", "prettier", "pyright", "pytest", "rake", "rspec", "ruff"),
        *("rustfmt", "swift", "task", "tox", "tsc", "turbo", "uv", "uvx", "vitest", "yarn", "./gradlew", "./mvnw"),
        *("git", "gh", "aud"),
    )
)
"""Programs that are commands without a word behind them. Guess of 2026-11-22: what builds, tests and checks."""
_BARE = _PROGRAMS - {"git", "gh", "go", "task", "just", "bun", "npm", "npx", "uv", "uvx", "aud", "swift", "deno"}
"""Those that do something without a word behind them. Guess of 2026-11-22."""
_COMMAND = re.compile(r"(?:\./)?[a-z][a-z0-9_.+-]*(?:/[a-z0-9_.+-]+)*(?: [^\s`$<>|;&(){}]+)*")
_PREFIX = re.compile(r"(?:cd \S+ && )?(?:[A-Z][A-Z0-9_]*=\S+ )*")
_COMMENT = re.compile(r"(?:\A|\s)#.*\Z")
_LONGEST = 120
"""Characters of a command. Guess of 2026-11-22: a longer one is a script."""
_MOST_COMMANDS = 8
"""Commands of one line or block. Guess of 2026-11-22: a longer block is a tour of the tools."""
UNLESS = re.compile(r"\b(?:if|when|unless|except|only|optional|where|for|or|once|whenever)\b", re.IGNORECASE)
"""Words of a condition: what they stand in is not asked for always."""
COMMITS = ("run git commit", "run git push", "run gh pr create")
"""Last parts that end a piece of work."""
_VERBS: tuple[tuple[str, str], ...] = (
    (r"(?:run |execute )?(?:the |all |unit )*tests?", "tests"),
    (r"(?:re-?)?read(?: (?:the|all|relevant|existing|related|target|whole|files?|code|it|them))*", "read"),
    (r"search(?: (?:for|the|existing|code|codebase|files?))*", "search"),
    (
        r"(?:edit|implement|code|modify|change|write|make)(?: (?:the|any|your|a|files?|code|changes?|edits?|fix|it))*",
        "edit",
    ),
    (r"(?:git )?commit(?: (?:the|your|all|changes?|it|work))*", COMMITS[0]),
    (r"(?:git )?push(?: (?:the|your|to|changes?|it|branch|remote|commits?))*", COMMITS[1]),
    (r"(?:open|create|submit) (?:a |the )?(?:pr|pull request)", COMMITS[2]),
)
_WORDS = tuple((re.compile(text, re.IGNORECASE), part) for text, part in _VERBS)
_RUN = re.compile(r"(?:(?:always|run|use|call|execute) )*`([^`]+)`(?: first)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class StepOrder:
    """Parts in an order."""

    parts: tuple[str, ...]
    level: StepLevel


def list_commands(text: str) -> tuple[str, ...]:
    """Return the commands of a shell line; empty where any of it is not plainly one.

    >>> list_commands("cd web && npm run lint && npm test  # both")
    ('npm run lint', 'npm test')
    >>> list_commands("parse()"), list_commands("a | b"), list_commands("docs/plan.md")
    ((), (), ())
    """
    line = _COMMENT.sub("", text).strip().removeprefix("$ ")
    line = line[_PREFIX.match(line).end() :] if _PREFIX.match(line) else line  # type: ignore[union-attr]
    found = tuple(one.strip() for one in line.split("&&"))
    return found if all(map(is_command, found)) and len(found) <= _MOST_COMMANDS else ()


def is_command(text: str) -> bool:
    """Tell whether the text is plainly a command.

    >>> [is_command(text) for text in ("make", "aud blueprint", "git", "src/a.py", "Foo", "running", "a b: c")]
    [True, True, False, False, False, False, False]
    """
    if not text or len(text) > _LONGEST or not _COMMAND.fullmatch(text):
        return False
    program, *words = text.split(" ")
    if not words:
        return program in _BARE
    # prose in back quotes has no such program; a name with an extension is a file
    return program in _PROGRAMS or (": " not in text and "," not in text and "." not in program.removeprefix("./"))


def parse_part(text: str) -> tuple[str, ...]:
    """Return the parts that a few words say, several where a command line holds several; empty where they say none.

    >>> parse_part("run `make lint && make test`"), parse_part("Commit"), parse_part("think")
    (('run make lint', 'run make test'), ('run git commit',), ())
    """
    text = " ".join(re.sub(r"[*_]{1,3}", "", text).strip(" .:;,").split())
    if quoted := _RUN.fullmatch(text):
        return tuple(f"run {one}" for one in list_commands(quoted.group(1)))
    return next(((part,) for words, part in _WORDS if words.fullmatch(text)), ())


def build_steps(order: StepOrder) -> list[WorkflowStep]:
    """Return the steps that an order asks for.

    What comes before an edit is a step of its own for each part, since the first edit needs them and later ones do
    not; what comes after it belongs to the commit at the end, or to each edit where there is none.
    """
    parts = order.parts
    if "edit" not in parts:
        return [_build_sequence(parts, order.level)] if len(parts) > 1 else []
    place = parts.index("edit")
    after = [part for part in parts[place + 1 :] if part != "edit"]
    return [*_build_befores(parts[:place], order.level), *_build_afters(after, order.level)]


def _build_befores(parts: Sequence[str], level: StepLevel) -> list[WorkflowStep]:
    """Return a step for each part before the first edit, and one for the order of the commands."""
    found = [build_before_edit(part, level) for part in parts if part != "tests"]
    runs = tuple(part for part in parts if part.startswith("run "))
    return [*found, _build_sequence(runs, level)] if len(runs) > 1 else found


def _build_afters(parts: Sequence[str], level: StepLevel) -> list[WorkflowStep]:
    """Return the steps of what comes after the edits."""
    if not parts or parts[-1] not in COMMITS:
        return [build_after_edit(part, level) for part in parts if part == "tests" or part.startswith("run ")]
    return [_build_sequence(parts, level)] if len(parts) > 1 else []


def build_before_edit(part: str, level: StepLevel) -> WorkflowStep:
    """Return the step that a part before an edit is."""
    if part == "read":
        return WorkflowStep(slug="read-before-edit", kind=StepKind.READ_BEFORE_EDIT, level=level)
    if part == "search":
        return WorkflowStep(slug="search-before-edit", kind=StepKind.SEARCH_BEFORE_EDIT, level=level)
    commands = (part.removeprefix("run "),)
    slug = f"{make_slug(commands[0])}-before-edit"
    return WorkflowStep(slug=slug, kind=StepKind.MUST_RUN_BEFORE_EDIT, level=level, commands=commands)


def build_after_edit(part: str, level: StepLevel) -> WorkflowStep:
    """Return the step that a part after an edit is."""
    commands = (part.removeprefix("run "),) if part.startswith("run ") else ()
    slug = f"{make_slug(commands[0])}-after-edit" if commands else "tests-after-edit"
    return WorkflowStep(slug=slug, kind=StepKind.TESTS_AFTER_EDIT, level=level, commands=commands)


def build_before_commit(parts: Iterable[str], last: str, level: StepLevel) -> list[WorkflowStep]:
    """Return a step for each part that has to come before a commit, a push or a pull request, in no order."""
    return [_build_sequence((part, last), level) for part in parts if part != last]


def _build_sequence(parts: Sequence[str], level: StepLevel) -> WorkflowStep:
    names = [make_slug(part.removeprefix("run ")) for part in (parts[0], parts[-1])]
    return WorkflowStep(
        slug=f"{names[0]}-before-{names[1]}",
        kind=StepKind.SEQUENCE,
        level=level,
        each=StepScope.TIME if parts[-1] in COMMITS else StepScope.SESSION,
        order=tuple(parts),
    )


def make_slug(text: str) -> str:
    """Return a step's name from a command.

    >>> make_slug("npm run lint:all -- --fix")
    'npm-run-lint-all-fix'
    """
    text = text.removeprefix("git ")
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:24].strip("-") or "step"
