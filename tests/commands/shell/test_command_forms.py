"""commands.shell.command_forms: what a person would type, whatever one run named."""

import pytest

from twiceshy.commands.shell.command_forms import find_kind, read_forms
from twiceshy.records.project_facts import ProjectFactKind

NONE = [
    "ls -la",
    "python test_my_idea.py",
    "python -m py_compile a.py",
    "python -c 'import pytest'",
    "pytest --version",
    "npm run $TASK",
    "npm run `cat task`",
    "cd /elsewhere && pytest",
    "../other/scripts/check.sh",
    "cat test.log | grep pytest",
]


@pytest.mark.parametrize("command", NONE)
def test_what_is_no_way_of_the_project_has_no_form(command: str) -> None:
    """Other programs, an agent's own tries, what only a shell can tell, and what lies outside of the project."""
    assert read_forms(command, "") == ()


FORMS = [
    ("pytest tests/test_a.py -x", "test", "pytest", "", True),
    ("pytest -q --tb=short", "test", "pytest", "", False),
    ("uv run pytest -k name", "test", "uv run pytest", "", True),
    ("python3 -m pytest tests/", "test", "python3 -m pytest", "", True),
    ("CI=1 timeout 60 npm test -- --watch=false", "test", "npm test", "-- --watch=false", False),
    ("go test ./... -count=1", "test", "go test", "./...", False),
    ("go test -run TestX ./cmd", "test", "go test", "", True),
    ("mise run test:ci", "test", "mise run test:ci", "", False),
    ("./tests/runtests.py queries", "test", "./tests/runtests.py", "", True),
    ("bin/test sympy/core", "test", "bin/test", "", True),
    ("./manage.py test shop", "test", "./manage.py test", "", True),
    ("tox -e py311", "test", "tox -e py311", "", False),
    ("tox -e lint", "lint", "tox -e lint", "", False),
    ("npx eslint src/a.ts", "lint", "npx eslint", "", True),
    ("ruff check .", "lint", "ruff check", ".", False),
    ("bunx biome check --write src", "format", "bunx biome check --write", "", True),
    ("black --check .", "lint", "black --check", ".", False),
    ("mise run fmt", "format", "mise run fmt", "", False),
    ("bun run lint:fix", "format", "bun run lint:fix", "", False),
    ("go build ./...", "build", "go build", "./...", False),
    ("python setup.py build_ext --inplace", "build", "python setup.py build_ext", "--inplace", False),
    ("bun run typecheck 2>&1 | tail -5", "types", "bun run typecheck", "", False),
    ("npm run dev", "run", "npm run dev", "", False),
    ("make -C web test", "test", "make -C web test", "", False),
    ("pnpm --filter @shop/api test", "test", "pnpm --filter @shop/api test", "", False),
    ("/opt/conda/bin/pytest", "test", "pytest", "", False),
]


@pytest.mark.parametrize(("command", "kind", "text", "tail", "narrowed"), FORMS, ids=[row[0] for row in FORMS])
def test_a_form_is_what_every_run_of_it_shares(command: str, kind: str, text: str, tail: str, narrowed: bool) -> None:
    """Wrapper, program, subcommand and script stay; files, names of tests and how much is shown go."""
    (form,) = read_forms(command, "")

    assert (form.kind, form.text, form.tail, form.narrowed) == (ProjectFactKind(kind), text, tail, narrowed)


def test_spellings_of_one_script_are_one_form() -> None:
    """By interpreter, by its own first line, or from its folder."""
    spelled = [("python3 tests/runtests.py a", ""), ("./tests/runtests.py b", ""), ("./runtests.py c", "tests")]

    assert {read_forms(command, folder)[0].key for command, folder in spelled} == {"tests/runtests.py"}


def test_commands_of_one_line_have_a_form_each() -> None:
    """None of them is alone, so the line's end and time are nobody's own."""
    found = read_forms("mise run fmt && mise run lint && mise run test", "")

    assert [form.text for form in found] == ["mise run fmt", "mise run lint", "mise run test"]
    assert not any(form.alone for form in found)


# commands.shell.form_kinds: what a command is for, by its name.

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
