"""Which lines are proposed; what says the same, and what only looks so, first."""

from dataclasses import replace

import pytest

from twiceshy.insights.remedy.line_choice import choose_lines, estimate_tokens, says_same, split_passages
from twiceshy.records.insights import RemedyKind
from twiceshy.records.suggestions import InstructionText, RemedyProposal

DIFFERENT = [
    ("Never run `tox`: it is not installed.", "Run `tox` to test."),
    ("Never run `tox`: it is not installed.", "`pytest` is not installed, never run it."),
    ("Tests run with `make test`.", "Build with `make build`."),
    ("Tests run with `make test`.", "Tests are in tests/."),
    ("Never edit `src/a.gen.ts`: it is generated.", "`src/a.gen.ts` holds the client."),
    ("Lint runs with `make lint`.", ""),
]
SAME = [
    ("Tests run with `make test`.", "Run the test suite with `make test`."),
    ("Tests run with `make test`.", "- **Testing**: `make test`"),
    ("Never run `tox`: it is not installed. Use `scripts/check`.", "Don't use `tox` (not installed): `scripts/check`"),
    ("Never edit `src/a.gen.ts`: it is generated.", "src/a.gen.ts is generated, do not edit it"),
]


@pytest.mark.parametrize(("line", "passage"), DIFFERENT)
def test_another_thing_is_not_the_same(line: str, passage: str) -> None:
    """Another name, another sense, or half of it."""
    assert not says_same(line, passage)


@pytest.mark.parametrize(("line", "passage"), SAME)
def test_other_words_for_it_are_the_same(line: str, passage: str) -> None:
    """The names and the words that carry meaning decide."""
    assert says_same(line, passage)


def test_lines_near_each_other_are_read_together() -> None:
    """A heading and what stands below it say one thing."""
    assert split_passages("# Tests\n\nRun:\n\n    make test\n")[0] == "# Tests\nRun:\n    make test"


def a_line(text: str) -> RemedyProposal:
    return RemedyProposal(
        id="i-1", kind=RemedyKind.TEXT, text=text, evidence="", project="shop", project_identity="folder:/shop"
    )


def test_each_left_out_line_is_counted() -> None:
    """By why: the file says it, it may not be written, there are too many."""
    lines = ["Tests run with `make test`.", "Run `sudo make`.", "Lint runs with `make lint`.", "Build with `make all`."]
    found = choose_lines(map(a_line, lines), [InstructionText("A.md", "Run tests: `make test`\n")], most=1)

    assert [line for _, line in found.chosen] == ["Lint runs with `make lint`."]
    assert (found.known, found.refused, found.more) == (1, 1, 1)


def test_what_a_file_contradicts_is_a_conflict_and_no_line() -> None:
    """An order against an order helps nobody; a command that stands there as another's beginning is no news."""
    lines = ["Tests run with `go test ./...`.", "Lint runs with `mise run lint`."]
    file = InstructionText("AGENTS.md", "Use mise, not go directly.\n`mise run lint:all`")

    found = choose_lines(map(a_line, lines), [file])

    assert [line for _, line in found.chosen] == ["Lint runs with `mise run lint`."]
    assert [(one.text, says.line) for one, says in found.conflicts] == [(lines[0], 1)]


def test_a_command_that_a_file_names_is_not_proposed_again() -> None:
    """Whatever words stand around it."""
    fact = replace(a_line("Tests run with `mise run test`."), command="mise run test")

    assert choose_lines([fact], [InstructionText("A.md", "Check your work:\n  mise test\n")]).known == 1


def test_a_price_is_a_quarter_of_the_characters() -> None:
    """Rounded up, with the bullet and the line's end."""
    assert estimate_tokens("a" * 37) == 10
    assert estimate_tokens("a" * 38) == 11


def test_a_prohibition_does_not_say_how_to_test() -> None:
    """Though it names the same command."""
    lines = ["Never run `git commit` before `make test` has passed.", "Tests run with `make test`."]

    assert [line for _, line in choose_lines(map(a_line, lines), []).chosen] == lines
