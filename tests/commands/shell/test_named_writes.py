"""commands.shell.named_writes: what a command line says that it writes."""

import pytest

from twiceshy.commands.shell.named_writes import UNKNOWN_PATH, find_named_writes
from twiceshy.commands.shell.shell_words import parse_simple_commands

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
