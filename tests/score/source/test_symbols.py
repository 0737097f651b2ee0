"""facts.source.modules: which file an import means."""

import pytest

from twiceshy.score.source.symbols import matches_file

MISSES = [
    ("python", "other.app", "t.py", "src/flask/app.py"),
    ("python", "app", "tests/t.py", "deep/er/app.py"),
    ("python", ".app", "src/other/cli.py", "src/flask/app.py"),
    ("python", "flask", "t.py", "flask/app.py"),
    ("javascript", "lib", "t.js", "lib.js"),
    ("javascript", "./lib", "test/t.js", "lib.js"),
    ("go", "render", "a.go", "render/a.go"),
    ("go", "example.com/x/other", "a.go", "render/a.go"),
]
HITS = [
    ("python", ".", "pkg/a.py", "pkg/__init__.py"),
    ("python", "..b", "pkg/sub/a.py", "pkg/b.py"),
    ("python", "helper", "scripts/a.py", "scripts/helper.py"),
    ("javascript", "./lib", "t.js", "lib/index.ts"),
    ("javascript", "../lib.js", "test/t.ts", "lib.ts"),
    ("go", "example.com/me/x", "sub/a.go", "x.go"),
]


@pytest.mark.parametrize("row", MISSES, ids=lambda row: f"{row[1]} from {row[2]}")
def test_another_file_is_not_meant(row: tuple[str, str, str, str]) -> None:
    """The same last name is not enough."""
    assert not matches_file(*row)


@pytest.mark.parametrize("row", HITS, ids=lambda row: f"{row[1]} from {row[2]}")
def test_the_file_is_meant(row: tuple[str, str, str, str]) -> None:
    """By relative path, source root or module address."""
    assert matches_file(*row)
