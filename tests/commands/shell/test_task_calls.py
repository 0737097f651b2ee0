"""commands.shell.task_calls: one table says behind which programs a project keeps commands of its own."""

import pytest

from twiceshy.commands.shell.command_forms import read_forms
from twiceshy.commands.shell.command_heads import head
from twiceshy.commands.shell.task_calls import find_task, kind_of_task

NO_TASKS = ["npm lint", "mise fmt", "make", "uv run ruff check", "git test", "deno lint", "poetry run python -m build"]


@pytest.mark.parametrize("command", NO_TASKS)
def test_what_is_no_task_of_the_project_tests_nothing(command: str) -> None:
    """A runner's own command, a program behind it, and a name that it would not take."""
    assert [form.text for form in read_forms(command, "") if form.kind == "test" or form.task] == []


TASKS = [
    ("mise test", "test"),
    ("mise run test:ci", "test"),
    ("just test", "test"),
    ("task lint", "lint"),
    ("make -C web test", "test"),
    ("npm test", "test"),
    ("npm run typecheck", "types"),
    ("pnpm build", "build"),
    ("pnpm run test:unit", "test"),
    ("yarn lint", "lint"),
    ("bun run test", "test"),
    ("bun typecheck", "types"),
    ("uv run test", "test"),
    ("poetry run lint", "lint"),
    ("pdm run test", "test"),
    ("hatch run test", "test"),
    ("./gradlew test", "test"),
    ("mvn clean test", "test"),
    ("rake spec", "test"),
    ("bundle exec rake test", "test"),
    ("nx test shop", "test"),
    ("npx nx run-many -t test", "test"),
    ("turbo run build", "build"),
    ("turbo test", "test"),
    ("deno task lint", "lint"),
    ("composer test", "test"),
    ("poe lint", "lint"),
    ("invoke test", "test"),
]


@pytest.mark.parametrize(("command", "kind"), TASKS)
def test_every_runner_is_known_in_every_form(command: str, kind: str) -> None:
    """By its verb or without one, and wrapped."""
    assert [form.kind for form in read_forms(command, "")] == [kind]


def test_a_task_of_one_part_checks_that_part() -> None:
    """It is a check; how the whole project is tested it does not say."""
    named = {"./gradlew :api:test": ":api:test", "nx run shop:lint": "shop:lint"}

    assert {line: find_task(head(line)) for line in named} == named
    assert [kind_of_task(name) for name in named.values()] == ["test", "lint"]
    assert [read_forms(line, "") for line in named] == [(), ()]


def test_a_task_is_told_with_what_names_it() -> None:
    """An option that names the task, or the folder, stands in what is typed again."""
    assert [read_forms(command, "")[0].text for command, _ in TASKS if " -" in command] == [
        "make -C web test",
        "npx nx run-many -t test",
    ]
    assert head("poetry run test") == "poetry run test"
