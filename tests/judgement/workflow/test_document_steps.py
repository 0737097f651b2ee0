"""outcomes.workflow.marked: lines of documents that are steps, and lines that are never guessed at."""

import time

import pytest

from twiceshy.judgement.workflow.document_steps import parse_document_steps
from twiceshy.records.workflow import StepKind, StepLevel

MUST_RUN, READ, SEARCH, RELATED, TESTS, BATCH, OUTSIDE, SEQUENCE = StepKind
STRICT, LENIENT = StepLevel
READ_AS = [
    ("- Did agent run `aud blueprint` first? (MANDATORY)", MUST_RUN, STRICT, {"commands": ("aud blueprint",)}),
    ("- Did agent use `aud query` before editing? (MANDATORY)", MUST_RUN, STRICT, {"commands": ("aud query",)}),
    (
        "- Did agent check related files via `aud context`? (RECOMMENDED)",
        MUST_RUN,
        LENIENT,
        {"commands": ("aud context",)},
    ),
    ("1. **MANDATORY**: Run `a b` or `c` before any changes.", MUST_RUN, STRICT, {"commands": ("a b", "c")}),
    (
        "Always run `make gen` before modifying `api/**`",
        MUST_RUN,
        STRICT,
        {"commands": ("make gen",), "paths": ("api/**",)},
    ),
    ("* [ ] You must read the file before editing it", READ, STRICT, {}),
    ("Never edit files without reading them first!", READ, STRICT, {}),
    ("[RECOMMENDED] search for existing code before writing code", SEARCH, LENIENT, {"files": "all"}),
    ("Agents should search before creating new files", SEARCH, LENIENT, {"files": "new"}),
    ("Read related files before editing - RECOMMENDED", RELATED, LENIENT, {}),
    ("Always run the tests after editing `src/`", TESTS, STRICT, {"paths": ("src/",), "commands": ()}),
    ("must run `make test` after every edit", TESTS, STRICT, {"commands": ("make test",)}),
    ("MANDATORY: complete all batch reads before proceeding", BATCH, STRICT, {}),
    ("Do not edit files outside of `src/`, `tests/`", OUTSIDE, STRICT, {"paths": ("src/", "tests/")}),
    ("Only edit `docs/**`", OUTSIDE, STRICT, {"paths": ("docs/**",)}),
    ("Always run tests before committing", SEQUENCE, STRICT, {"order": ("tests", "run git commit")}),
    ("Must run `pytest -q` before each commit", SEQUENCE, STRICT, {"order": ("run pytest -q", "run git commit")}),
]
UNREAD = [
    "MANDATORY: think before editing",
    "Always ask before deleting.",
    "Never run `rm` before editing",
    "Never read a file before editing",
    "- Only push after review",
    "MANDATORY Q before editing",
    "Run Q before editing (MANDATORY) `x`",
    "MANDATORY " + "long " * 200,
]
NOT_MARKED = [
    "Always use tabs",
    "We run `make` before editing",
    "> Always run `make` before editing",
    "The mandatory step comes first",
    "",
]


@pytest.mark.parametrize(("line", "kind", "level", "more"), READ_AS)
def test_a_marked_sentence_is_a_step(line: str, kind: StepKind, level: StepLevel, more: dict[str, object]) -> None:
    """Each sentence of the grammar is read as it is meant, whatever marks surround it."""
    found = parse_document_steps(f"# Plan\n\n{line}\n", "plan.md", named=True)

    assert found.unread == ()
    (step,) = found.steps
    assert (step.kind, step.level, step.declared.line) == (kind, level, 3)
    assert {name: getattr(step, name) for name in more} == more


@pytest.mark.parametrize("line", UNREAD)
def test_a_marked_line_of_another_form_is_listed_and_never_guessed_at(line: str) -> None:
    """What cannot be read stands in the list with its line."""
    found = parse_document_steps(f"\n{line}", "plan.md", named=True)

    assert found.steps == ()
    assert [(one.place.file, one.place.line) for one in found.unread] == [("plan.md", 2)]


@pytest.mark.parametrize("line", NOT_MARKED)
def test_an_unmarked_line_is_nothing(line: str) -> None:
    """Prose, quotations and rules about anything else are passed over."""
    assert parse_document_steps(line, "plan.md", named=True) == ((), ())


def test_code_blocks_are_not_looked_at() -> None:
    """An example of a step is none."""
    assert parse_document_steps("```\nMANDATORY: run `x` before editing\n```\n", "plan.md", named=True) == ((), ())


def test_in_documents_that_nobody_named_only_capitals_mark_a_step() -> None:
    """AGENTS.md is full of always and never; without being named it needs the plain mark."""
    text = "Always read files before editing\nRead files before editing (MANDATORY)\n"

    assert [step.declared.line for step in parse_document_steps(text, "AGENTS.md", named=False).steps] == [2]


def test_the_same_step_said_twice_is_one_and_others_get_their_own_names() -> None:
    """Documents repeat themselves; names stay unique."""
    text = "Always read files before editing\nMust read the file first\nMust read files before editing `a`"

    assert [step.slug for step in parse_document_steps(text, "p", named=True).steps] == [
        "read-before-edit",
        "read-before-edit-2",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "MANDATORY run `a` before " + "edit " * 70 + "!",
        "must read " + "the " * 90 + "before",
        "MANDATORY " + "`a` or " * 50,
    ],
)
def test_no_line_takes_long(line: str) -> None:
    """The sentences are matched in linear time, as documents come from anybody."""
    start = time.process_time()
    parse_document_steps(line, "p", named=True)

    assert time.process_time() - start < 0.5


NO_STEPS = [
    "## Setup\nStep 1: `npm install`\nStep 2: `npm start`",
    "## Workflow\nStep 1: `npm install`\nStep 2: `npm start`",
    "## Install\n`npm install` then `npm start`",
    "## How the data flows\n`read()` => `Parser` => `out.json`",
    "## Commands\n```bash\nmake lint\nmake test\n```",
    "```python\nmake lint\n```",
    "Before the release, run:\n- `make tag`",
    "Run `make` before committing unless it is late",
    "Run `make` before committing (only code)",
    "Run tests after any change to:\n- the parser",
    "Never run `make` before committing",
    "Before committing, run:\n\nThe text goes on.\n- `make lint`",
    "## Before committing\n```python\nmake lint\n```",
    "## Before committing\n## Commands\n- `make lint`",
]


@pytest.mark.parametrize("text", NO_STEPS)
def test_how_to_lists_and_prose_are_no_steps(text: str) -> None:
    """In a document that nobody named, nothing is taken from them."""
    assert parse_document_steps(text, "AGENTS.md", named=False).steps == ()


def told(text: str, *, named: bool = False) -> list[tuple[StepKind, tuple[str, ...]]]:
    return [(s.kind, s.commands or s.order) for s in parse_document_steps(text, "AGENTS.md", named=named).steps]


def test_numbered_phases() -> None:
    """As a plan numbers them, with words before the command; the mark need not stand in every line."""
    text = "# Phases\n### Phase 2 Step 1: Verify: run `aud blueprint` FIRST (MANDATORY)\nwords\n### Step 2: ponder"

    assert told(text) == [(MUST_RUN, ("aud blueprint",))]
    steps = "## Workflow\nStep 1: Run `aud full`\nStep 2: Edit the code\nStep 3: Run the tests\nStep 4: Commit"
    assert told(steps) == [(MUST_RUN, ("aud full",)), (SEQUENCE, ("tests", "run git commit"))]


def test_chains_below_a_marked_heading_and_chains_that_end_in_a_commit() -> None:
    """Others could be anything."""
    assert told("## Workflow (MANDATORY)\n`a x => b y => c z`") == [(SEQUENCE, ("run a x", "run b y", "run c z"))]
    assert told("`a x => b y => c z`") == []
    assert told("`a x => b y => c z`", named=True) == [(SEQUENCE, ("run a x", "run b y", "run c z"))]
    assert told("`make lint` → `make test` → commit") == [
        (SEQUENCE, ("run make lint", "run make test", "run git commit"))
    ]


def test_commands_below_a_heading_or_line_that_says_when() -> None:
    """Lists and code blocks; what cannot be read there is listed."""
    text = "## Before every commit (REQUIRED)\n```bash\nmake fmt  # format\n```\n- `make gen` if needed\n"
    found = parse_document_steps(text, "AGENTS.md", named=False)

    assert [(step.level, step.order) for step in found.steps] == [(STRICT, ("run make fmt", "run git commit"))]
    assert [one.place.line for one in found.unread] == [5]
    assert told("Before pushing, run:\n\n- `make lint && make test`") == [
        (SEQUENCE, ("run make lint", "run git push")),
        (SEQUENCE, ("run make test", "run git push")),
    ]


def test_a_plain_sentence_with_a_command() -> None:
    """It needs no mark where all of it is a sentence of the grammar."""
    assert told("- Run `cargo fmt` before committing") == [(SEQUENCE, ("run cargo fmt", "run git commit"))]
    assert told("- **Run `npm test` after every change** (29 tests)") == [(TESTS, ("npm test",))]
    assert told("Must run `make a` and `make b` before opening a PR") == [
        (SEQUENCE, ("run make a", "run gh pr create")),
        (SEQUENCE, ("run make b", "run gh pr create")),
    ]
