"""facts.shell_words: the words of each simple command, where it runs and where its output goes."""

import pytest

from twiceshy.commands.shell.shell_words import SimpleCommand, parse_simple_commands

LINES = [
    ("nothing", "", ()),
    ("words", "git checkout -- 'a b.py'", (SimpleCommand("", ("git", "checkout", "--", "a b.py"), ""),)),
    ("a folder", "cd web && make", (SimpleCommand("", ("cd", "web"), ""), SimpleCommand("&&", ("make",), "web"))),
    (
        "folders one after the other",
        "cd a; cd ../b; ls",
        (SimpleCommand("", ("cd", "a"), ""), SimpleCommand(";", ("cd", "../b"), "a"), SimpleCommand(";", ("ls",), "b")),
    ),
    ("a wrapper", "timeout 5 npx jest a", (SimpleCommand("", ("jest", "a"), ""),)),
    ("a target", "git show HEAD:a.py > a.py", (SimpleCommand("", ("git", "show", "HEAD:a.py"), "", "a.py"),)),
    ("a target that is added to", "echo x >> a.py", (SimpleCommand("", ("echo", "x"), "", "a.py", appends=True),)),
    ("errors only", "make 2> errors.txt", (SimpleCommand("", ("make",), ""),)),
    ("nowhere", "make > /dev/null 2>&1", (SimpleCommand("", ("make",), ""),)),
    ("quoted", "echo 'a > b'", (SimpleCommand("", ("echo", "a > b"), ""),)),
    (
        "a here-document",
        "cat > a.py <<'EOF'\nx > y\nEOF\nls",
        (SimpleCommand("", ("cat",), "", "a.py"), SimpleCommand(";", ("ls",), "")),
    ),
    (
        "a pipe",
        "git diff | git apply -R",
        (SimpleCommand("", ("git", "diff"), ""), SimpleCommand("|", ("git", "apply", "-R"), "")),
    ),
    (
        "a shell in the shell",
        "cd web && bash -c 'git stash && make'",
        (
            SimpleCommand("", ("cd", "web"), ""),
            SimpleCommand("&&", ("git", "stash"), "web"),
            SimpleCommand("&&", ("make",), "web"),
        ),
    ),
    ("a variable set", "A=1 make", (SimpleCommand("", ("make",), ""),)),
    ("a comment", "make # git reset --hard", (SimpleCommand("", ("make",), ""),)),
]


@pytest.mark.parametrize(("line", "expected"), [row[1:] for row in LINES], ids=[row[0] for row in LINES])
def test_a_line_is_taken_apart(line: str, expected: tuple[SimpleCommand, ...]) -> None:
    """As far as it can be read without running it."""
    assert parse_simple_commands(line) == expected


def test_shells_in_shells_end_somewhere() -> None:
    """However deep, and however long."""
    line = "ls"
    for _ in range(6):
        line = f"bash -c {line!r}"

    assert len(parse_simple_commands(line)) <= 1
    assert len(parse_simple_commands("ls; " * 5_000)) <= 200
