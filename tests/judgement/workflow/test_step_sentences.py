"""judgement.workflow.step_sentences: single lines; see test_document_steps for the table of the grammar."""

import time

import pytest

from twiceshy.judgement.workflow.step_sentences import (
    AFTER_EDIT,
    BEFORE_EDIT,
    COMMITS,
    StepOrder,
    build_before_commit,
    build_steps,
    find_heading_frame,
    find_line_frame,
    list_commands,
    parse_chain,
    parse_item,
    parse_line,
    parse_numbered,
    parse_part,
    parse_plain,
    parse_sentence,
)
from twiceshy.records.workflow import FilePosition, StepKind, StepLevel

PLACE = FilePosition(file="AGENTS.md", line=1)


@pytest.mark.parametrize(
    "line",
    [
        "Never run `make` before committing",
        "Only run `make` before committing",
        "Run `make` before committing when practical",
        "Run `make` before committing:",
        "We run `make` before committing",
        "Run `Foo` before committing",
        "Read files before editing",
        "Run `make` or `just` before committing",
        "Run `make` before committing. Skip it if you are late",
    ],
)
def test_unmarked_lines_that_are_no_steps(line: str) -> None:
    """Negations, conditions, choices, names, and sentences that check nothing."""
    assert parse_plain(line, PLACE) == []


def test_unmarked_lines_that_are() -> None:
    """With their own words' level."""
    (lint,) = parse_plain("Run `make lint` before pushing", PLACE)
    (tests,) = parse_plain("You must always run tests before committing", PLACE)

    assert (lint.level, lint.order) == (StepLevel.RECOMMENDED, ("run make lint", "run git push"))
    assert (tests.level, tests.order) == (StepLevel.MANDATORY, ("tests", "run git commit"))


def test_commands_joined_by_and_before_a_commit_are_in_no_order() -> None:
    """One step each."""
    line = parse_line("Run `a b` and `c d` before committing (MANDATORY)", named=False)

    assert line is not None
    found = parse_sentence(line, PLACE)
    assert [step.order for step in found] == [("run a b", "run git commit"), ("run c d", "run git commit")]
    assert {step.kind for step in found} == {StepKind.SEQUENCE}


# judgement.workflow.step_parts: what is a command, and the steps of a written order.

MANDATORY = StepLevel.MANDATORY


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# a comment",
        "parse()",
        "Foo",
        "src/a.py",
        "running",
        "queued",
        "a | b",
        "x > y",
        "make && Foo",
        "git",
        "a: b",
        "echo $HOME",
        "make " + "x" * 200,
        "&&".join(["make"] * 20),
    ],
)
def test_what_is_no_plain_command(text: str) -> None:
    """Names, states, files, pipes and scripts; and a program that does nothing alone."""
    assert list_commands(text) == ()


def test_commands_of_a_line() -> None:
    """A change of folder, variables, a prompt and a comment are not part of them."""
    assert list_commands("$ cd web && CI=1 npm run lint && make  # all") == ("npm run lint", "make")
    assert list_commands("mise run test:ci") == ("mise run test:ci",)


@pytest.mark.parametrize("text", ["", "think", "ask the user", "edit or not", "commitment", "reading list", "`Foo`"])
def test_words_that_are_no_part(text: str) -> None:
    """They are never guessed at."""
    assert parse_part(text) == ()


def test_an_order_of_one_part_or_with_only_an_edit_is_no_step() -> None:
    """There is nothing that has to come before anything."""
    for parts in ((), ("run make",), ("edit",), ("edit", "run git commit"), ("tests", "edit")):
        assert build_steps(StepOrder(parts, MANDATORY)) == []


def test_an_order_around_an_edit() -> None:
    """What comes before the edit is a step each, their order another, and what comes after belongs to the commit."""
    parts = ("read", "run a b", "search", "run make", "edit", "tests", "run git commit")
    found = build_steps(StepOrder(parts, MANDATORY))

    assert [(step.kind, step.commands or step.order) for step in found] == [
        (StepKind.READ_BEFORE_EDIT, ()),
        (StepKind.MUST_RUN_BEFORE_EDIT, ("a b",)),
        (StepKind.SEARCH_BEFORE_EDIT, ()),
        (StepKind.MUST_RUN_BEFORE_EDIT, ("make",)),
        (StepKind.SEQUENCE, ("run a b", "run make")),
        (StepKind.SEQUENCE, ("tests", "run git commit")),
    ]
    assert [step.each for step in found[-2:]] == ["session", "time"]


def test_what_follows_an_edit_without_a_commit() -> None:
    """It has to run after the edits."""
    (made, tested) = build_steps(StepOrder(("edit", "run make", "tests"), MANDATORY))

    assert (made.kind, made.commands, tested.commands) == (StepKind.TESTS_AFTER_EDIT, ("make",), ())


def test_checks_before_a_commit_are_in_no_order() -> None:
    """A list does not say that the first has to run before the second."""
    found = build_before_commit(["run make", "tests", "run git push"], "run git push", StepLevel.RECOMMENDED)

    assert [step.order for step in found] == [("run make", "run git push"), ("tests", "run git push")]


# judgement.workflow.step_frames: headings and lines that say when, and written orders.

NO_FRAMES = [
    "## What happens before a commit is made",
    "## Commit messages",
    "## Before you begin",
    "## After the release",
    "## The hook runs before pushing and after merging",
    "Before committing",
    "It is cleared before committing the transaction:",
    "Hooks that run before every commit:",
]


@pytest.mark.parametrize("line", NO_FRAMES)
def test_prose_opens_no_frame(line: str) -> None:
    """Descriptions of what a program does use the same words."""
    assert find_line_frame(line) is None
    if line.startswith("#"):
        assert find_heading_frame(line) is None


@pytest.mark.parametrize(
    ("line", "when"),
    [
        ("## Before Every Commit (REQUIRED)", COMMITS[0]),
        ("## 4. Required Local Checks (Do This Before Committing)", COMMITS[0]),
        ("### Before pushing", COMMITS[1]),
        ("# Before opening a PR", COMMITS[2]),
        ("## Before editing files", BEFORE_EDIT),
        ("## After every code change", AFTER_EDIT),
    ],
)
def test_headings_that_say_when(line: str, when: str) -> None:
    """Numbers, marks and brackets around it do not matter."""
    found = find_heading_frame(line)

    assert found is not None
    assert found.when == when


@pytest.mark.parametrize("line", ["**Before committing**, run:", "- Before pushing, always run these checks:"])
def test_lines_that_say_when(line: str) -> None:
    """They end with a colon."""
    assert find_line_frame(line) is not None


@pytest.mark.parametrize(
    "line",
    [
        "- `make gen` if the API changed",
        "- Run `make` or `just`",
        "- Update the docs",
        "- `parse()`",
        "- `a.md`: notes",
    ],
)
def test_items_that_are_none(line: str) -> None:
    """A condition, a choice, prose and names are no command that always has to run."""
    assert parse_item(line) == ()


def test_items() -> None:
    """A label before and a note behind are passed over."""
    assert parse_item("1. **Lint:** `make lint` and `make fmt` (CI runs it)") == ("run make lint", "run make fmt")


@pytest.mark.parametrize(
    "line",
    [
        "`a()` -> `B` -> c.py",
        "`queued` → `running` → `done`",
        "State: open => closed",
        "see a -> b",
        "`const f = () => 1`",
    ],
)
def test_data_flows_are_no_order(line: str) -> None:
    """Their pieces are no commands and no work."""
    found = parse_chain(line)

    assert found is None or (found.parts == () and not found.readable)


def test_chains() -> None:
    """Arrows, "then", and a chain within one pair of quotes."""
    assert parse_chain("No chain here") is None
    for line in ("`a x => b y`", "Flow: `a x` -> `b y`", "run `a x`, then `b y`", "1. `a x` → `b y` (MANDATORY)"):
        chain = parse_chain(line)
        assert chain is not None
        assert chain.parts == ("run a x", "run b y")


def test_numbered_lines() -> None:
    """A numbered line without a meaning is still one."""
    assert parse_numbered("Stepping 1: `make`") is None
    assert parse_numbered("Phase 2 Step 1: think") == ()
    assert parse_numbered("**Step 2.1** - Run tests") == ("tests",)


@pytest.mark.parametrize(
    "line", ["Before committing, " * 200 + ":", "a -> " * 300, "# " + "(" * 300, "Step 1: " + "`make`, " * 200]
)
def test_no_line_takes_long(line: str) -> None:
    """Documents come from anybody."""
    start = time.process_time()
    for read in (find_heading_frame, find_line_frame, parse_chain, parse_numbered, parse_item):
        read(line)

    assert time.process_time() - start < 0.5
