"""remedy.file_words: what a file of instructions says of a command; what only looks like a prohibition first."""

import pytest

from twiceshy.insights.remedy.file_words import find_said, forbids, is_said, names
from twiceshy.records.suggestions import InstructionText

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
