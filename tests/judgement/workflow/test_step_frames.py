"""judgement.workflow.step_frames: headings and lines that say when, and written orders."""

import time

import pytest

from twiceshy.judgement.workflow.step_frames import (
    AFTER_EDIT,
    BEFORE_EDIT,
    find_heading_frame,
    find_line_frame,
    parse_chain,
    parse_item,
    parse_numbered,
)
from twiceshy.judgement.workflow.step_parts import COMMITS

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
