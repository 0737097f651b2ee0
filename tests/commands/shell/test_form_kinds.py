"""commands.shell.form_kinds: what a command is for, by its name."""

import pytest

from twiceshy.commands.shell.form_kinds import find_kind

KINDS = [
    ("ls", "ls", None),
    ("python <script>", "python test_idea.py", None),
    ("python -m py_compile", "python -m py_compile", None),
    ("tox", "tox -e docs", None),
    ("npm run", "npm run", None),
    ("go vet", "go vet", None),
    ("bun run css:build", "bun run css:build", None),
    ("tox", "tox -e lint", "lint"),
    ("tox", "tox", "test"),
    ("black", "black --check", "lint"),
    ("black", "black", "format"),
    ("ruff check", "ruff check --fix", "format"),
    ("ruff check", "ruff check", "lint"),
    ("mise run fmt", "mise run fmt", "format"),
    ("python <script>", "python manage.py test", "test"),
    ("python <script>", "python setup.py build_ext", "build"),
    ("npm run dev", "npm run dev", "run"),
    ("go run", "go run ./cmd/shop", "run"),
]


@pytest.mark.parametrize(("head", "form", "kind"), KINDS, ids=[row[1] for row in KINDS])
def test_a_name_says_what_a_command_is_for(head: str, form: str, kind: str | None) -> None:
    """What only looks formats nothing, and an agent's own try is no test of the project."""
    assert find_kind(head, form.split(), form) == kind
