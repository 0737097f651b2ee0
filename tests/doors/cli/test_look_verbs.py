"""`sessions`, `show` and `search` from outside: what is drawn, what is JSON, and every way to be wrong."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from twiceshy.doors.cli.main import main

pytestmark = pytest.mark.usefixtures("history")

DRAWN = [
    ("sessions", ["sessions"]),
    ("sessions-one-agent", ["sessions", "--agent", "codex"]),
    ("sessions-limited", ["sessions", "--limit", "1"]),
    ("show-session", ["show", "s-91c"]),
    ("show-session-all", ["show", "s-91c", "--all"]),
    ("show-session-full", ["show", "s-91c", "--full"]),
    ("show-error", ["show", "e-"]),
    ("show-file", ["show", "tokens.py"]),
    ("search", ["search", "token*"]),
    ("search-limited", ["search", "token*", "--limit", "1"]),
    ("search-phrase", ["search", "login retry", "TOKEN"]),
    ("search-none", ["search", "retry login"]),
]


@pytest.mark.parametrize(("name", "argv"), DRAWN, ids=[row[0] for row in DRAWN])
def test_what_is_drawn(
    name: str, argv: list[str], capsys: pytest.CaptureFixture[str], snapshot: Callable[[str, str], None]
) -> None:
    """As it was looked at: plain, at most 100 columns, nothing on stderr."""
    if argv[-1] == "e-":
        argv = ["show", an_error(capsys)]

    assert main(argv) == 0

    out, err = capsys.readouterr()
    assert err == ""
    assert max(map(len, out.splitlines())) <= 100
    assert "\x1b" not in out
    snapshot(name, out)


def an_error(capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["--json", "show", "s-91c"]) == 0
    moments = json.loads(capsys.readouterr().out)["timeline"]["moments"]
    return str(next(moment["error"] for moment in moments if moment["error"]))


def test_json_answers_have_their_schema(capsys: pytest.CaptureFixture[str]) -> None:
    """Each verb's own, with everything that was found."""
    found = {}
    for argv in (["sessions"], ["show", "s-91c"], ["show", "tokens.py"], ["search", "token*"]):
        assert main([*argv, "--json"]) == 0
        answer = json.loads(capsys.readouterr().out)
        found[" ".join(argv)] = (answer["schema"], sorted(set(answer) - {"schema"}))

    assert found == {
        "sessions": ("twiceshy/sessions/1", ["more", "sessions", "total"]),
        "show s-91c": ("twiceshy/show/1", ["timeline"]),
        "show tokens.py": ("twiceshy/show/1", ["file"]),
        "search token*": ("twiceshy/search/1", ["hits", "more", "told", "words"]),
    }


WRONG = [
    (
        ["show", "s-91"],
        30,
        "s-91 could be one of these; say more of it:\n  s-91c04f2a0000000000000000",
    ),
    (["show", "s-77"], 30, "nothing has an id that begins with s-77. See `twiceshy sessions`."),
    (["show", "e-000"], 30, "nothing has an id that begins with e-000. See `twiceshy report`."),
    (["show", "nope.py"], 30, "no edit of a file 'nope.py' is stored. Ids begin with s- (sessions), e- (errors)"),
    (["search", "--raw", "("], 2, "the query cannot be understood (fts5: syntax error"),
    (["search", "--since", "soon", "x"], 2, "--since cannot be 'soon'"),
    (["search", "--kind", "thought", "x"], 2, "argument --kind: invalid choice: 'thought'"),
    (["search"], 2, "the following arguments are required: WORD"),
    (["sessions", "--limit", "0"], 2, "argument --limit: '0' is not a whole number from 1"),
    (["sessions", "--home", "elsewhere"], 30, "Read your agents' logs first: twiceshy ingest"),
]


@pytest.mark.parametrize(("argv", "code", "message"), WRONG, ids=[" ".join(row[0]) for row in WRONG])
def test_every_way_to_be_wrong_is_told(
    argv: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One message on stderr with what to do, the kind's exit code, nothing on stdout."""
    assert main(argv) == code

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"twiceshy: {message}") or message in err


def test_a_file_of_two_projects_is_asked_about(history: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both are named; the project decides."""
    from tests.doors.cli.conftest import Log, put  # noqa: PLC0415  # only here

    other = Log("aa", "infra")
    other.edit(b"c" * 16, "auth.py", 1, 0)
    put(history, [other])

    assert main(["show", "auth.py"]) == 30
    assert "  api: auth.py, edits: 1\n  infra: auth.py, edits: 1\n" in capsys.readouterr().err
    assert main(["show", "auth.py", "--project", "infra"]) == 0


ANYTHING = ['say "no"', "AND", "token NEAR(", "a*b", "--", "--x", "", "*", "naïve", "'", ":", "^x"]


@pytest.mark.parametrize("words", ANYTHING)
def test_any_words_can_be_searched(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """No character of a user's words has a meaning that could be an error."""
    assert main(["search", "--", words]) == 0
    assert capsys.readouterr().err == ""
