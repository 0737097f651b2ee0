"""Step sentences: single lines of a document that say a step, as far as a small grammar reads them.

A line says a step when it is marked: with ``MANDATORY`` or ``RECOMMENDED`` in capitals, anywhere in it; or, where the
document was named on purpose, when it begins with must, always, never, do not, only (mandatory) or should, prefer
(recommended) and speaks of an order (before, after, first, without,
outside, until, unless, only). The rest of the line must be one
of these sentences, in any case; commands and globs stand in back quotes, several are joined by commas, ``or``, ``and``:

====================================================================  =========================
run (use, call) `COMMAND` first | before editing                        must-run-before-edit
read files before editing | never edit without reading                  read-before-edit
search before editing | before adding (creating) files                  search-before-edit
read (check) related files before editing                               related-files-before-edit
check (read) related files via `COMMAND` [before editing]               must-run-before-edit
run tests | run `COMMAND` after editing                                 tests-after-edit
complete all batch reads before editing                                 complete-batch-reads
never edit outside `GLOB` | only edit `GLOB`                            no-edit-outside
run tests | run `COMMAND` before committing                             sequence
====================================================================  =========================

"before editing" may be "before any changes", "before writing code", "before modifying `src/**`" and the like; globs
behind it limit the step to these files. A line that is not marked counts where it names a command in back quotes and
is one of these sentences as a whole: "Run `make lint` before committing". What else is marked is not guessed at.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from twiceshy.records.workflow import FilePosition, StepKind, StepLevel, StepScope, WorkflowStep

# Step parts: the pieces of a written order of work, and the steps that such an order asks for.
#
# A part is what a sequence is made of: ``read``, ``search``, ``edit``, ``tests`` or ``run COMMAND``. A text in back
# quotes is a command only if it looks like one that a shell runs: a known program, or a program with words behind it.
# Names of functions, types, files and states (``a()`` → ``B`` → ``c.py``) are none, as documents draw their data flow
# with the same arrows.

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
_PART_RUN = re.compile(r"(?:(?:always|run|use|call|execute) )*`([^`]+)`(?: first)?", re.IGNORECASE)


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
    if quoted := _PART_RUN.fullmatch(text):
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


_CAPITALS = re.compile(r"\b(MANDATORY|RECOMMENDED)\b")
_STRICT = re.compile(
    r"(?:(?:you|agents?)\s+)?(?:must\s+always|must|always|never|do\s+not|don'?t|only)\b", re.IGNORECASE
)
_LENIENT = re.compile(r"(?:(?:you|agents?)\s+)?(?:should(?:\s+always)?|prefer(?:ably)?)\b", re.IGNORECASE)
_ORDER = re.compile(r"\b(?:before|after|first|without|outside|until|unless|only)\b", re.IGNORECASE)
_LEADING = re.compile(r"\A[\s>]*(?:[-*+]|\d{1,3}[.)]|\#{1,6})?\s*(?:\[[ xX]\])?\s*")
_QUOTED = re.compile(r"`([^`]{1,200})`")
LONGEST_LINE = 400
"""Characters of a line that is read as a step. Guess of 2026-11-21: a longer one is a paragraph."""

_MORE = r"(?:\s*(?:,|or|and|/)\s*Q)*"
_WHAT = rf"(?P<what>Q{_MORE})"
_SCOPE = rf"(?P<scope>(?:\s*(?:in|of|to|below|under)?\s*Q{_MORE})?)"
_NOUNS = (
    r"edit|modif|chang|implement|code|file|to|of|in|any|the|each|every|a|it|them|or|existing|is|are|made|making|first"
)
_EDITING = (
    r"(?:(?:you\s+)?(?:edit|modif|chang|implement|cod|writ|touch)\w*|(?:any|all|each|every|making|the|first|code)\b)"
    rf"(?:\s+(?:{_NOUNS})[a-z]*)*"
)
_BEFORE = rf"(?:first|before\s+{_EDITING}){_SCOPE}"
_RUN = r"(?:run|use|call|execute)"
_CHANGE = r"(?:edit|change|modify|touch)"
_FILES = r"(?:(?:a|the|each|every|all|any|existing|target|whole)\s+)*(?:files?|it|them|code)"
_TESTS = rf"run\s+(?:(?:the\s+|all\s+)*tests|{_WHAT})"
_SEARCH = r"search(?:\s+(?:for|the|existing|code|codebase))*"
_NEW = r"(?P<new>(?:add|creat)ing(?:\s+(?:a|any|new|files?|code))*)"
_LOOK_AT = r"(?:read|check|look at)\s+(?:the\s+|all\s+)*related\s+files"
_WITHOUT = r"without\s+(?:first\s+)?reading(?:\s+(?:it|them))?(?:\s+first)?"
_BATCH = r"complete\s+(?:all\s+|the\s+)*batch\s+reads"
_COMMIT = (
    r"before\s+(?:(?:you|each|every|any|a|the)\s+)?(?P<last>commit|push|(?:(?:open|creat|submitt)ing\s+)?"
    r"(?:(?:an?|the|every|each)\s+)?(?:PR\b|pull\s+request))(?:ting|ing|s)?(?:\s+(?:anything|changes))?"
)
_SENTENCES = tuple(
    (kind, re.compile(text, re.IGNORECASE))
    for kind, text in (
        (StepKind.MUST_RUN_BEFORE_EDIT, rf"{_RUN}\s+{_WHAT}\s+{_BEFORE}"),
        (StepKind.MUST_RUN_BEFORE_EDIT, rf"{_LOOK_AT}\s+(?:via|with|using)\s+{_WHAT}(?:\s+{_BEFORE})?"),
        (StepKind.RELATED_FILES_BEFORE_EDIT, rf"{_LOOK_AT}\s+{_BEFORE}"),
        (StepKind.READ_BEFORE_EDIT, rf"read\s+{_FILES}\s+{_BEFORE}"),
        (StepKind.READ_BEFORE_EDIT, rf"edit\s+{_FILES}\s+{_WITHOUT}"),
        (StepKind.SEARCH_BEFORE_EDIT, rf"{_SEARCH}\s+before\s+{_NEW}"),
        (StepKind.SEARCH_BEFORE_EDIT, rf"{_SEARCH}\s+{_BEFORE}"),
        (StepKind.TESTS_AFTER_EDIT, rf"{_TESTS}\s+after\s+{_EDITING}{_SCOPE}"),
        (StepKind.COMPLETE_BATCH_READS, rf"{_BATCH}(?:\s+before\s+(?:proceeding|{_EDITING}))?"),
        (StepKind.NO_EDIT_OUTSIDE, rf"{_CHANGE}(?:\s+(?:{_FILES}|anything))?\s+outside(?:\s+of)?\s+{_WHAT}"),
        (StepKind.SEQUENCE, rf"{_TESTS}\s+{_COMMIT}"),
    )
)
_ONLY = re.compile(rf"{_CHANGE}(?:\s+{_FILES})?(?:\s+(?:in|below|under))?\s+{_WHAT}", re.IGNORECASE)
_NOTE = re.compile(r"(.*?)((?:\s*(?:\(|[.;]\s|\s[\u2013\u2014-]\s).*)?)")
"""A sentence, and what follows it in the line."""
_RUNNING = {StepKind.MUST_RUN_BEFORE_EDIT, StepKind.TESTS_AFTER_EDIT, StepKind.SEQUENCE}
_SLUGS = {StepKind.SEQUENCE: "before-commit"}


class MarkedLine(NamedTuple):
    """A line as a sentence, and what its mark and first words say of it."""

    level: StepLevel
    text: str
    """The sentence: without list marks, the mark itself and emphasis; each quoted text is a ``Q``."""
    quoted: tuple[str, ...]
    negative: bool
    only: bool


def parse_line(line: str, *, named: bool) -> MarkedLine | None:
    """Return the line as a marked sentence; None where it is not marked."""
    capital = _CAPITALS.search(line)
    if not capital and not (named and _ORDER.search(line)):
        return None
    if len(line) > LONGEST_LINE:
        return MarkedLine(StepLevel.MANDATORY, "", (), negative=False, only=False) if capital else None
    quoted = tuple(found.strip() for found in _QUOTED.findall(line))
    text = strip_marks(line)
    strict, lenient = _STRICT.match(text), _LENIENT.match(text)
    if not capital and not strict and not lenient:
        return None
    level = StepLevel.MANDATORY if strict else StepLevel.RECOMMENDED
    level = StepLevel(capital.group(1)) if capital else level
    found = strict or lenient
    word = found.group().lower() if found else ""
    rest = text[len(word) :].strip(" ,:") if word else text
    return MarkedLine(
        level, rest, quoted, negative=bool(re.search(r"never|not|don'?t$", word)), only=word.endswith("only")
    )


def strip_marks(line: str) -> str:
    """Return the sentence of a line: each quoted text is a ``Q``."""
    # a capital Q of the line's own must not be taken for a quoted text
    text = _QUOTED.sub(" \x00 ", _LEADING.sub("", line, count=1))
    text = re.sub(r"\bQ\b", "q.", text, flags=re.IGNORECASE).replace("\x00", "Q")
    text = re.sub(r"\((?:\s|\*|_)*(?:MANDATORY|RECOMMENDED)(?:\s|\*|_)*\)|\[(?:MANDATORY|RECOMMENDED)\]", " ", text)
    text = _CAPITALS.sub(" ", re.sub(r"[*_]{1,3}", "", text))
    text = " ".join(re.sub(r"^[\s:;,.\u2013\u2014-]+|[\s:;,.!?\u2013\u2014-]+$", "", text).split())
    return re.sub(r"^did (?:the )?agent\s+", "", text, flags=re.IGNORECASE)


def parse_plain(line: str, place: FilePosition) -> list[WorkflowStep]:
    """Return the steps of an unmarked line that names commands and is a sentence of the grammar as a whole."""
    quoted = tuple(found.strip() for found in _QUOTED.findall(line))
    if len(line) > LONGEST_LINE or line.rstrip(" *").endswith(":") or not all(map(list_commands, quoted)):
        return []
    text, note = _NOTE.fullmatch(strip_marks(line)).groups()  # type: ignore[union-attr]  # all of it may be empty
    if UNLESS.search(note):
        return []
    strict = _STRICT.match(text)
    if strict and re.search(r"never|not|don'?t|only", strict.group(), re.IGNORECASE):
        return []
    level = StepLevel.MANDATORY if strict else StepLevel.RECOMMENDED
    rest = text[strict.end() :].strip(" ,:") if strict else text
    found = parse_sentence(MarkedLine(level, rest, quoted, negative=False, only=False), place)
    return [step for step in found if step.kind in _RUNNING]


def parse_sentence(line: MarkedLine, place: FilePosition) -> list[WorkflowStep]:
    """Return the steps that the sentence says: one, but for several commands before a commit."""
    if line.only:
        found = _ONLY.fullmatch(line.text)
        return [_build_step(StepKind.NO_EDIT_OUTSIDE, line, found, place)] if found else []
    for kind, sentence in _SENTENCES:
        found = sentence.fullmatch(line.text)
        if found is None:
            continue
        forbids = kind is StepKind.NO_EDIT_OUTSIDE or "without" in found.group()
        if forbids == (line.negative or line.text.lower().startswith("never")):
            return _split_joined(_build_step(kind, line, found, place), found)
    return []


def _split_joined(step: WorkflowStep, found: re.Match[str]) -> list[WorkflowStep]:
    """Return a step for each of the commands before a commit: joined by "and" they are in no order.

    Of commands joined by "or" one would do, which a sequence cannot say.
    """
    if step.kind is not StepKind.SEQUENCE:
        return [step]
    if re.search(r"\bor\b|/", found.groupdict().get("what") or "", re.IGNORECASE):
        return []
    *parts, last = step.order
    return [replace(step, order=(part, last)) for part in parts]


def _build_step(kind: StepKind, line: MarkedLine, found: re.Match[str], place: FilePosition) -> WorkflowStep:
    groups = found.groupdict()
    count = (groups.get("what") or "").count("Q")
    what, scope = line.quoted[:count], line.quoted[count:]
    commands = what if kind in {StepKind.MUST_RUN_BEFORE_EDIT, StepKind.TESTS_AFTER_EDIT} else ()
    order: tuple[str, ...] = ()
    if kind is StepKind.SEQUENCE:
        order = (*_list_runs(what), _find_last(groups["last"]))
    slug = re.sub(r"[^a-z0-9]+", "-", what[0].lower()).strip("-")[:40] if commands else ""
    ending = "-after-edit" if kind is StepKind.TESTS_AFTER_EDIT else "-before-edit"
    return WorkflowStep(
        slug=slug + ending if slug else _SLUGS.get(kind, kind.value),
        kind=kind,
        level=line.level,
        each=StepScope.TIME if kind is StepKind.SEQUENCE else StepScope.SESSION,
        commands=commands,
        paths=what if kind is StepKind.NO_EDIT_OUTSIDE else scope,
        files="new" if groups.get("new") else "all",
        order=order,
        declared=place,
    )


def _list_runs(quoted: tuple[str, ...]) -> list[str]:
    """Return the quoted commands as parts of a sequence; tests where none is named."""
    return [f"run {command}" for text in quoted for command in list_commands(text) or (text,)] or ["tests"]


def _find_last(text: str) -> str:
    """Return the part that ends the work, from its first word."""
    word = text.lower()
    return COMMITS[0] if word.startswith("commit") else COMMITS[1] if word.startswith("push") else COMMITS[2]


# Step frames: headings and lines that say when the commands below them have to run, and written orders of work.
#
# A frame is a heading such as ``## Before every commit`` or ``Required checks (do this before pushing)``, or a line
# such as ``Before committing, run:`` with its list or code block. An order is a chain (``read => edit => run `make
# test` => commit``, also with ``->``, ``→`` and "then"), or numbered phases and steps (``Phase 2 Step 1: run `aud
# blueprint```).

BEFORE_EDIT, AFTER_EDIT = "before edit", "after edit"
_STRICT_FRAME = re.compile(r"\b(?:mandatory|required|critical|must|always|never)\b", re.IGNORECASE)
_UNDER = r"(?:you\s+|each\s+|every\s+|any\s+|a\s+|the\s+|your\s+|making\s+|all\s+)*"
_WHEN: tuple[tuple[str, str], ...] = (
    (rf"before\s+{_UNDER}commit(?:ting|s)?(?:\s+(?:anything|changes|code|your\s+work))?", COMMITS[0]),
    (rf"before\s+{_UNDER}push(?:ing|es)?(?:\s+(?:anything|changes|code|to\s+\w+))?", COMMITS[1]),
    (rf"before\s+{_UNDER}(?:(?:open|creat|submitt)ing\s+)?{_UNDER}(?:PRs?|pull\s+requests?)", COMMITS[2]),
    (rf"before\s+{_UNDER}(?:edit|cod|modif)(?:ing|s|y|ying)?(?:\s+{_UNDER}(?:files?|code|anything))?", BEFORE_EDIT),
    (rf"after\s+{_UNDER}(?:code\s+|file\s+)?(?:edit|change|modification)s?", AFTER_EDIT),
)
_MORE_FRAMES = r"(?:\s*[,:\u2013\u2014-]*\s*(?:you\s+)?(?:must|always|should|please)?\s*(?:run|execute|do|complete)?"
_MORE_FRAMES += r"(?:\s+(?:all\s+)?(?:the\s+following|these|this)(?:\s+(?:commands?|checks?|steps?|in\s+order))*)?)"
_RUN_THESE = r"(?:(?:you\s+)?(?:must|always|should)\s+)?run(?:\s+(?:all\s+)?(?:of\s+)?(?:the\s+following|these|this))?"
_RUN_THESE += r"(?:\s+(?:commands?|checks?|steps?))*"
_HEADINGS = tuple(
    (re.compile(rf"(?:.{{0,40}}[(:]\s*)?(?:do\s+this\s+)?{when}\)?", re.IGNORECASE), what) for when, what in _WHEN
)
_LINES = tuple(
    (re.compile(rf"(?:{when}{_MORE_FRAMES}|{_RUN_THESE}\s+{when})\s*:", re.IGNORECASE), what) for when, what in _WHEN
)
_TAGS = re.compile(
    r"[\[(]\s*(?:MANDATORY|REQUIRED|RECOMMENDED|CRITICAL|IMPORTANT|ALWAYS)[^\])]{0,200}[\])]", re.IGNORECASE
)
_WORKFLOW = re.compile(r"\b(?:workflow|protocol|order of work|phases?|process)\b", re.IGNORECASE)
_ARROW = re.compile(r"\s*(?:=>|->|\u2192|,?\s+(?:and\s+)?then\b)\s*", re.IGNORECASE)
_ARROWS = re.compile(r"=>|->|\u2192|\bthen\b", re.IGNORECASE)
_LABEL = re.compile(r"(?:[A-Za-z][\w /&-]{0,40}:)\s+")
_NUMBERED = re.compile(r"(?:(?:phase|step)\s+\d{1,2}(?:\.\d{1,2})?[a-z]?\s*){1,2}[:.)\u2013\u2014-]\s*", re.IGNORECASE)
_LEADING_FRAME = re.compile(r"\A\s*(?:[-*+]\s+|\d{1,3}[.)]\s+|\#{1,6}\s+)*(?:\[[ xX]\]\s*)?")
_FRAME_NOTE = re.compile(r"\s*(?:\([^()]*\)|\s[\u2013\u2014-]\s.*|\s#.*)\Z")
_LONGEST_FRAME = 300
"""Characters of a line that is read as an order. Guess of 2026-11-22: a longer one is prose."""


class StepFrame(NamedTuple):
    """When the commands below have to run."""

    when: str
    """``BEFORE_EDIT``, ``AFTER_EDIT`` or one of ``COMMITS``."""
    level: StepLevel


def find_level(text: str) -> StepLevel:
    """Return the level that the words of a line give what it asks for."""
    return StepLevel.MANDATORY if _STRICT_FRAME.search(text) else StepLevel.RECOMMENDED


def is_workflow(heading: str) -> bool:
    """Tell whether a heading says that a way of working follows."""
    return bool(_WORKFLOW.search(heading))


def find_heading_frame(heading: str) -> StepFrame | None:
    """Return when the commands below a heading have to run; None where it does not say.

    >>> find_heading_frame("## Before every commit (REQUIRED)")
    StepFrame(when='run git commit', level=<StepLevel.MANDATORY: 'MANDATORY'>)
    >>> find_heading_frame("## What happens before a commit is made")
    """
    text = _TAGS.sub("", strip_lead(heading)).rstrip(" :#")
    text = re.sub(r"\A\d+(?:\.\d+)*[.)]?\s+", "", text)
    when = next((when for words, when in _HEADINGS if words.fullmatch(text)), "")
    return StepFrame(when, find_level(heading)) if when else None


def find_line_frame(line: str) -> StepFrame | None:
    """Return when the commands of the list or code block below a line have to run; None where it does not say."""
    text = _TAGS.sub("", strip_lead(line)).strip()
    when = next((when for words, when in _LINES if words.fullmatch(text)), "") if text.endswith(":") else ""
    return StepFrame(when, find_level(line)) if when else None


def strip_lead(line: str) -> str:
    """Return a line without list marks and emphasis."""
    return re.sub(r"\*{1,3}|(?<!\w)_{1,2}|_{1,2}(?!\w)", "", _LEADING_FRAME.sub("", line, count=1)).strip()


def parse_numbered(line: str) -> tuple[str, ...] | None:
    """Return the parts of a line numbered as a phase or step, maybe none; None where it is not so numbered.

    >>> parse_numbered("### Phase 2 Step 1: Verify: run `aud blueprint` FIRST (MANDATORY)")
    ('run aud blueprint',)
    >>> parse_numbered("Step 3: think"), parse_numbered("Run `make`")
    ((), None)
    """
    text = strip_lead(line)
    number = _NUMBERED.match(text)
    return _parse_noted(text[number.end() :]) if number else None


def parse_item(line: str) -> tuple[str, ...]:
    """Return the parts of a list item or a line below a frame; empty where it is anything else, or has a condition."""
    return _parse_noted(strip_lead(line))


def _parse_noted(text: str) -> tuple[str, ...]:
    """Return the parts of a text after an optional label and before an optional note."""
    if len(text) > _LONGEST_FRAME or UNLESS.search(re.sub(r"`[^`]*`", "", text)):
        return ()
    text = _TAGS.sub("", text).strip()
    text = _FRAME_NOTE.sub("", text).strip()
    if found := parse_part(text):
        return found
    text = _LABEL.sub("", text, count=1)
    pieces = [parse_part(piece) for piece in re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+", text) if piece]
    return tuple(part for piece in pieces for part in piece) if pieces and all(pieces) else ()


class Chain(NamedTuple):
    """A line that joins pieces by arrows."""

    parts: tuple[str, ...]
    """Empty where a piece could not be read."""
    readable: bool
    """Some piece was a command."""


def parse_chain(line: str) -> Chain | None:
    """Return the pieces of a line joined by arrows; None where it is none.

    >>> parse_chain("Workflow: read => run `aud blueprint` => edit => commit").parts
    ('read', 'run aud blueprint', 'edit', 'run git commit')
    >>> parse_chain("`a()` -> `B` -> c.py").readable
    False
    """
    text = _FRAME_NOTE.sub("", _TAGS.sub("", strip_lead(line))).strip(" .")
    if len(text) > _LONGEST_FRAME or not _ARROWS.search(text):
        return None
    pieces = _split_chain(text)
    if len(pieces) < 2:
        return None
    found = [parse_part(piece) for piece in pieces]
    readable = any(part.startswith("run ") for piece in found for part in piece)
    return Chain(tuple(part for piece in found for part in piece) if all(found) else (), readable)


def _split_chain(text: str) -> list[str]:
    """Split a chain at its arrows; within one pair of quotes each piece is a command."""
    if whole := re.fullmatch(r"(?:[A-Za-z][\w /&-]{0,40}:\s+)?`([^`]+)`", text):
        return [f"`{piece.strip()}`" for piece in re.split(r"=>|->|\u2192", whole.group(1))]
    return _ARROW.split(_LABEL.sub("", text, count=1))
