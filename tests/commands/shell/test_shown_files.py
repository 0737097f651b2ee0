"""commands.shell.printed_files: which files a command line prints."""

import pytest

from twiceshy.commands.shell.shown_files import list_printed_files

LINES = {
    "cat src/a.py": ["src/a.py"],
    "cat /home/ann/shop/src/a.py /etc/hosts": ["src/a.py", "/etc/hosts"],
    "cd web && sed -n '1,20p' src/a.ts": ["web/src/a.ts"],
    "sed -i 's/a/b/' src/a.ts": [],
    "sed -e p a.ts": [],
    "head -n 20 a.py | tail -5": ["a.py"],
    "git log | head -20": [],
    "cat a.py b.py a.py": ["a.py", "b.py"],
    "cat $FILE *.py": [],
    "cat > notes.md": [],
    "cat /dev/null": [],
    "grep -n x a.py": [],
    "echo a.py": [],
}


@pytest.mark.parametrize(("line", "files"), LINES.items())
def test_only_what_a_line_plainly_prints_is_named(line: str, files: list[str]) -> None:
    """A variable, a pattern or a file that is written is none."""
    assert list_printed_files(line, "/home/ann/shop") == files
