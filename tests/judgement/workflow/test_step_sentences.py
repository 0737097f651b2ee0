"""judgement.workflow.step_sentences: single lines; see test_document_steps for the table of the grammar."""

import pytest

from twiceshy.judgement.workflow.step_sentences import parse_line, parse_plain, parse_sentence
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
