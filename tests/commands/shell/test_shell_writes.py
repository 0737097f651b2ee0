"""facts.shell_writes: which files a line writes, and with which text."""

import pytest

from twiceshy.commands.shell.shell_words import parse_simple_commands
from twiceshy.commands.shell.shell_writes import UNKNOWN_PATH, FileWrite, find_named_writes, find_writes

HI = "<<'E'\nhi\nE\n"
TEXTS = [
    ("cat", f"cat > a.py {HI}", [("a.py", "hi\n")]),
    ("cat, the other way", "cat <<'E' > a.py\nhi\nE", [("a.py", "hi\n")]),
    ("a folder first", f"cd web/src && cat > ../a.py {HI}", [("web/a.py", "hi\n")]),
    ("a whole path", f"cd web; cat > /srv/a.py {HI}", [("/srv/a.py", "hi\n")]),
    ("tee", "tee a b <<'E' > /dev/null\nhi\nE", [("a", "hi\n"), ("b", "hi\n")]),
    ("tee behind a pipe", "cat <<'E' | sudo tee a > /dev/null\nhi\nE", [("a", "hi\n")]),
    ("echo", "echo hi 'a  b' > a", [("a", "hi a  b\n")]),
    ("echo without end", "echo -n hi > a", [("a", "hi")]),
    ("printf", "printf '%s\\n' a b > a", [("a", "a\nb\n")]),
    ("printf without words", "printf 'a\\tb 100%%' > a", [("a", "a\tb 100%")]),
    ("nothing", ": > a; > b; true > c", [("a", ""), ("b", ""), ("c", "")]),
    ("several", "cat > a <<'E'\n1\nE\ncat > b <<'F'\n2\nF\n", [("a", "1\n"), ("b", "2\n")]),
    ("a file before the words", "> a echo hi; echo > b hi", [("a", "hi\n"), ("b", "hi\n")]),
    ("behind what defines", "f() { ls; }; echo hi > a", [("a", "hi\n")]),
    ("beside its errors", "echo hi > a 2>&1", [("a", "hi\n")]),
    ("in a shell", "bash -c 'cd q && echo hi > a'", [("q/a", "hi\n")]),
    ("in a shell's text", "bash <<'S'\ncat > a <<'E'\nhi\nE\nS\n", [("a", "hi\n")]),
    ("a shell of its own", "(cd q && echo hi > a); echo ho > b", [("q/a", "hi\n"), ("b", "ho\n")]),
    ("behind what may fail, at the end", "make && echo hi > a", [("a", "hi\n")]),
    ("behind what hardly fails", "mkdir -p q && echo hi > q/a; ls", [("q/a", "hi\n")]),
    ("before what may fail", "echo hi > a; make || true", [("a", "hi\n")]),
    ("ended at the first failure", "set -e\nmake && echo hi > a\nls", [("a", "hi\n")]),
    ("a name with a blank", f"cat > 'a b' {HI}", [("a b", "hi\n")]),
    ("a placeholder's brackets", f"cat > /home/[user:0a1b2c]/a {HI}", [("/home/[user:0a1b2c]/a", "hi\n")]),
    (
        "words that are no line",
        "git commit -m \"$(cat <<'E'\nit's\necho no > b\nE\n)\" && echo hi > a",
        [("a", "hi\n")],
    ),
]
UNKNOWN = [
    ("a condition", "if test -f a; then echo hi > a; fi"),
    ("a loop", "while read x; do echo hi > a; done"),
    ("a choice", "case $x in y) echo hi > a;; esac"),
    ("a function", "f() { echo hi > a; }; f"),
    ("only otherwise", "test -f a || echo hi > a"),
    ("only otherwise, together", "test -f a || { ls; echo hi > a; }"),
    ("behind what may fail", "make && echo hi > a; ls"),
    ("behind what may fail, together", "make && (ls; echo hi > a); ls"),
    ("a variable", "echo $HOME > a"),
    ("what shells differ about", r"echo 'a\nb' > a"),
    ("a number", "printf '%d' 1 > a"),
    ("another program's text", "make > a"),
    ("another file's text", "cat b > a"),
    ("changed on the way", "cat <<'E' | sed s/a/b/ > a\nhi\nE"),
    ("two targets", "echo hi > a > a"),
    ("a group", "{ echo hi; } > a"),
    ("a group in brackets", "(echo hi) > a"),
    ("errors", "make 2> a"),
    ("maybe written again elsewhere", "echo hi > a; ls || cd b; echo ho > a"),
]
NOTHING = [
    ("a program's text", "python - <<'E'\nopen('a', 'w')\nE"),
    ("a place that is not known", "echo hi > $F"),
    ("a folder that is not known", "cd $D && echo hi > a"),
    ("back where it was", "cd - && echo hi > a"),
    ("a home", "echo hi > ~/a"),
    ("no file", "echo hi > /dev/null"),
    ("two here-documents of one line", "cat > a <<'E' && cat > b <<'F'\n1\nE\n2\nF\n"),
    ("no shell's line", "echo hi > a; echo 'open"),
    ("nothing written", "ls -l | head"),
    ("words", "echo 'hi > a'"),
]


@pytest.mark.parametrize(("line", "files"), [row[1:] for row in TEXTS], ids=[row[0] for row in TEXTS])
def test_files_with_their_texts(line: str, files: list[tuple[str, str]]) -> None:
    """Where the line alone says what is written."""
    assert [(one.path, one.text) for one in find_writes(line).written if one.text is not None] == files


@pytest.mark.parametrize("line", [row[1] for row in UNKNOWN], ids=[row[0] for row in UNKNOWN])
def test_files_without_a_text(line: str) -> None:
    """Where it is not sure that it was written, or what."""
    found = find_writes(line).written

    assert {(one.path, one.text) for one in found} == {("a", None)}


@pytest.mark.parametrize("line", [row[1] for row in NOTHING], ids=[row[0] for row in NOTHING])
def test_no_files(line: str) -> None:
    """Nothing is said of what cannot be named."""
    assert not find_writes(line).written


def test_what_is_put_behind_is_told() -> None:
    """By ``>>`` and by ``tee -a``."""
    assert [one.appends for one in find_writes("echo a >> a; echo b | tee -a a; echo c > a").written] == [
        True,
        True,
        False,
    ]


def test_what_is_taken_away_is_told_in_its_place() -> None:
    """A file that a line makes and removes again."""
    assert find_writes("echo hi > a; python a; rm -f a 'b c' $X").written == (
        FileWrite("a", "hi\n", appends=False),
        FileWrite("a", None, appends=False, gone=True),
        FileWrite("b c", None, appends=False, gone=True),
    )


@pytest.mark.parametrize(
    ("line", "folder"),
    [
        ("ls", ""),
        ("cd a && cd b", "a/b"),
        ("cd a; cd ..", ""),
        ("(cd a)", ""),
        ("cd /x", "/x"),
        ("cd $X", None),
        ("cd $X; cd /x", "/x"),
        ("cd", None),
        ("popd", None),
        ("ls | cd a", None),
        ("ls || cd a", None),
        ("ls && cd a", "a"),
        ("ls && cd a; ls", None),
    ],
)
def test_where_the_line_ends(line: str, folder: str | None) -> None:
    """None where it cannot be told."""
    assert find_writes(line).folder == folder


# commands.shell.named_writes: what a command line says that it writes.

LINES = [
    ("nothing", "ls -la", []),
    ("read", "cat a.py", []),
    ("a program's output", "make > build.log", []),
    ("scratch", "cat > /tmp/x.py <<EOF", []),
    ("a script that prints", "sed -n 1,20p a.py", []),
    ("a name only a shell knows", 'echo x > "$FILE"', []),
    ("written", "cat > src/a.py <<'EOF'\nx\nEOF", ["src/a.py"]),
    ("added to", "echo x >> notes.md", ["notes.md"]),
    ("in a folder", "cd web && echo x > a.js", ["web/a.js"]),
    ("tee", "echo x | tee -a a.py b.py", ["a.py", "b.py"]),
    ("sed in place", "sed -i 's/a/b/' a.py b.py", ["a.py", "b.py"]),
    ("sed in place on a mac", "sed -i '' 's|a|b|' a.py", ["a.py"]),
    ("sed in place with scripts", "sed -i -e 's/a/b/' -e 's/c/d/' a.py", ["a.py"]),
    ("perl in place", "perl -pi -e 's/a/b/' a.py", ["a.py"]),
    ("files that it finds itself", "find . -name '*.go' -exec sed -i 's|a|b|g' {} +", [UNKNOWN_PATH]),
    ("a script that opens", "python - <<'EOF'\nopen('a.py', 'w').write(s)\nEOF", ["a.py"]),
    ("a script with names", "python - <<'EOF'\npath = 'a.py'\nopen(path, 'w').write(s)\nEOF", ["a.py"]),
    ("a script that reads", "python - <<'EOF'\nopen('a.py').read()\nEOF", []),
]


@pytest.mark.parametrize(("line", "expected"), [row[1:] for row in LINES], ids=[row[0] for row in LINES])
def test_files_that_a_command_writes(line: str, expected: list[str]) -> None:
    """What only the program knows is not guessed."""
    assert list(find_named_writes(parse_simple_commands(line), line)) == expected
