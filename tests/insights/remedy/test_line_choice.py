"""Which lines are proposed; what says the same, and what only looks so, first."""

from dataclasses import replace

import pytest

from twiceshy.insights.remedy.line_choice import (
    choose_lines,
    estimate_tokens,
    find_said,
    forbids,
    is_said,
    names,
    says_same,
    split_passages,
)
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


# remedy.file_words: what a file of instructions says of a command; what only looks like a prohibition first.

ALLOWED = [
    ("Run `go test ./...` before you commit.", "go test ./..."),
    ("Never commit without running `make test`.", "make test"),
    ("Don't forget to run `mise run lint`.", "mise run lint"),
    ("Do not push until `make test` passes.", "make test"),
    ("Never skip `make lint`.", "make lint"),
    ("Do not use `npm test`; use `npm run test:unit`.", "npm run test:unit"),
    ("Use `bun` instead of `npm`.", "bun run test"),
    ("Do not go further than that.", "go test ./..."),
    ("It is not just a library.", "just test"),
    ("Never edit `go.mod` by hand.", "go test ./..."),
    ("Use `mise run test`, never `mise run test:old`.", "mise run test"),
    ("", "make test"),
]
FORBIDDEN = [
    ("Use mise, not go directly.", "go test ./..."),
    ("Never run `go test` directly: use `mise run test`.", "go test ./..."),
    ("Do NOT use npm; this project uses bun.", "npm run lint"),
    ("Use `bun install` instead of `npm install`", "npm install"),
    ("- prefer `uv run pytest` over `pytest`", "pytest -q"),
    ("`make test` rather than `pytest`", "pytest"),
    ("Avoid `npx jest`.", "npx jest"),
    ("Don\u2019t run `npm run test` here", "npm test"),
]


@pytest.mark.parametrize(("words", "command"), ALLOWED)
def test_what_is_not_forbidden_is_no_conflict(words: str, command: str) -> None:
    """It must run first, another command is meant, or the word is an English one."""
    assert not forbids(words, command)


@pytest.mark.parametrize(("words", "command"), FORBIDDEN)
def test_what_a_line_forbids_is_a_conflict(words: str, command: str) -> None:
    """By its whole name or the beginning of it, in back quotes or without."""
    assert forbids(words, command)


NAMED = [
    ("run `mise run test:ci`", "mise run test", False),
    ("`go test ./cmd/...`", "go test ./...", False),
    ("`./make test`", "make test", False),
    ("mise run test", "mise test", True),
    ("    npm run test -- --watch", "npm test", True),
    ("| Tests | `bun run test` |", "bun run test", True),
    ("Run pytest.", "pytest", True),
]


@pytest.mark.parametrize(("words", "command", "named"), NAMED)
def test_a_command_is_named_as_its_words_stand(words: str, command: str, named: bool) -> None:
    """Not by a longer one that begins so; each way to call a task is one."""
    assert names(words, command) is named


def test_a_line_of_ours_meets_the_line_against_it() -> None:
    """What we would tell to use is forbidden there, or what we would forbid is told there."""
    files = [InstructionText("AGENTS.md", "# Tests\n- run `pytest` for tests\n\nNever run `go test` directly.")]

    assert find_said("Tests run with `make test`.", files) is None
    assert find_said("Never pipe `go test`: its failures are hidden.", files) is None
    found = [find_said(f"Tests run with `go test{rest}`.", files) for rest in ("", " ./...")]
    assert [one and (one.file, one.line, one.words) for one in found] == [
        ("AGENTS.md", 4, "Never run `go test` directly.")
    ] * 2
    against = find_said("Never run `pytest`: it is not installed. Use `bin/test`.", files)
    assert against is not None
    assert against.line == 2
    assert is_said("go test -race", files)
    assert not is_said("make test", files)
