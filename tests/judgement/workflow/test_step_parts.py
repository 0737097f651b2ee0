"""judgement.workflow.step_parts: what is a command, and the steps of a written order."""

import pytest

from twiceshy.judgement.workflow.step_parts import (
    StepOrder,
    build_before_commit,
    build_steps,
    list_commands,
    parse_part,
)
from twiceshy.records.workflow import StepKind, StepLevel

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
