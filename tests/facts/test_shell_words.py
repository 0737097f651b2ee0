"""facts.shell_words: the words of each simple command, where it runs and where its output goes."""

import pytest

from twiceshy.facts.shell_words import Simple, simple

LINES = [
    ("nothing", "", ()),
    ("words", "git checkout -- 'a b.py'", (Simple("", ("git", "checkout", "--", "a b.py"), ""),)),
    ("a folder", "cd web && make", (Simple("", ("cd", "web"), ""), Simple("&&", ("make",), "web"))),
    ("folders one after the other", "cd a; cd ../b; ls",
     (Simple("", ("cd", "a"), ""), Simple(";", ("cd", "../b"), "a"), Simple(";", ("ls",), "b"))),
    ("a wrapper", "timeout 5 npx jest a", (Simple("", ("jest", "a"), ""),)),
    ("a target", "git show HEAD:a.py > a.py", (Simple("", ("git", "show", "HEAD:a.py"), "", "a.py"),)),
    ("a target that is added to", "echo x >> a.py", (Simple("", ("echo", "x"), "", "a.py", appends=True),)),
    ("errors only", "make 2> errors.txt", (Simple("", ("make",), ""),)),
    ("nowhere", "make > /dev/null 2>&1", (Simple("", ("make",), ""),)),
    ("quoted", "echo 'a > b'", (Simple("", ("echo", "a > b"), ""),)),
    ("a here-document", "cat > a.py <<'EOF'\nx > y\nEOF\nls",
     (Simple("", ("cat",), "", "a.py"), Simple(";", ("ls",), ""))),
    ("a pipe", "git diff | git apply -R", (Simple("", ("git", "diff"), ""), Simple("|", ("git", "apply", "-R"), ""))),
    ("a shell in the shell", "cd web && bash -c 'git stash && make'",
     (Simple("", ("cd", "web"), ""), Simple("&&", ("git", "stash"), "web"), Simple("&&", ("make",), "web"))),
    ("a variable set", "A=1 make", (Simple("", ("make",), ""),)),
    ("a comment", "make # git reset --hard", (Simple("", ("make",), ""),)),
]  # fmt: skip


@pytest.mark.parametrize(("line", "expected"), [row[1:] for row in LINES], ids=[row[0] for row in LINES])
def test_a_line_is_taken_apart(line: str, expected: tuple[Simple, ...]) -> None:
    """As far as it can be read without running it."""
    assert simple(line) == expected


def test_shells_in_shells_end_somewhere() -> None:
    """However deep, and however long."""
    line = "ls"
    for _ in range(6):
        line = f"bash -c {line!r}"

    assert len(simple(line)) <= 1
    assert len(simple("ls; " * 5_000)) <= 200
