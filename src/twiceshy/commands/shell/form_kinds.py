"""What is a command for: tests, lint, build, types, format or running the program? Its name and options say it."""

import re

from twiceshy.commands.shell.command_heads import ShellPart
from twiceshy.commands.shell.task_calls import find_task
from twiceshy.commands.testlog.check_tools import find_tool
from twiceshy.records.project_facts import ProjectFactKind

WRITING = frozenset({"--write", "--fix"})
"""With one of these a linter changes files."""
_OWN_TRIES = frozenset({"py_compile", "compileall", "go vet"})
"""Tools that an agent asks whether its own text is right: they say nothing of how the project builds or lints."""
_FORMAT_TASK = re.compile(r"(?:.*[:-])?(?:fmt|format|prettier)\Z|(?:.*[:-])?lint[:-]fix\Z")
_FORMAT_HEADS = frozenset({"cargo fmt", "go fmt", "ruff format", "black", "isort"})
PRINTING = frozenset({"gofmt", "gofumpt", "goimports", "shfmt"})
"""Formatters that only print what they would write, but with ``-w``."""
_RUN_TASK = re.compile(r"(?:dev|start|serve|preview)(?:[:-][\w-]+)?\Z")
_RUN_HEADS = frozenset({"go run", "cargo run", "flask", "uvicorn", "docker compose up"})
_BUILD_WORDS = ("setup.py build", "setup.py build_ext")
_LINT_HEADS = frozenset({"prettier", "biome", "eslint", "ruff check"})
LOOKING = frozenset({"--check", "--list-different", "-l", "--diff", "-d"})
"""With one of these a formatter only looks."""
_PART_OF_IT = re.compile(r"[\w-]+:(?:test|lint|build|types?|typecheck)(?::|\Z)")
"""Tasks of a part of the project, named before what is done: ``css:build`` is not how the project is built."""
_ENVIRONMENTS = re.compile(r" -(?:e|s|-session) (\S+)")
_NO_TESTS = re.compile(r"lint|style|flake|mypy|docs|build|type|format|cover")
_CHECK_KINDS = {kind.value: kind for kind in ProjectFactKind}


def find_kind(head: str, words: list[str], form: str) -> ProjectFactKind | None:
    """Return what the command is for; None where it is nothing that a project has its own way for.

    ``head`` is its name by ``commands.shell``, ``words`` are all it was given, ``form`` is what its runs share.
    """
    kind = _find_writing_kind(head, words) or _find_named_kind(head, form)
    if kind is not None:
        return kind
    if _PART_OF_IT.match(find_task(head)):
        return None
    tool = find_tool(ShellPart(head, "", 2, fails=False, words=" ".join(words)))
    if tool is None or tool.tool in _OWN_TRIES or tool.script:
        return None
    if head in {"tox", "nox"} and (of := _ENVIRONMENTS.search(form)) and _NO_TESTS.search(of[1]):
        return ProjectFactKind.LINT if re.search("lint|style|flake", of[1]) else None
    return _CHECK_KINDS.get(tool.kind)


def _find_writing_kind(head: str, words: list[str]) -> ProjectFactKind | None:
    """Return that a command formats; None where it changes no file."""
    if _FORMAT_TASK.match(find_task(head)):
        return ProjectFactKind.FORMAT
    if head in PRINTING:
        return ProjectFactKind.FORMAT if "-w" in words else None
    if head in _FORMAT_HEADS:
        return None if LOOKING.intersection(words) else ProjectFactKind.FORMAT
    return ProjectFactKind.FORMAT if head in _LINT_HEADS and not WRITING.isdisjoint(words) else None


def _find_named_kind(head: str, form: str) -> ProjectFactKind | None:
    """Return what a command is for whose name alone says it; None for any other."""
    if form.endswith(_BUILD_WORDS):
        return ProjectFactKind.BUILD
    if form.endswith("manage.py test"):
        return ProjectFactKind.TEST
    runs = head in _RUN_HEADS or form.endswith("manage.py runserver") or _RUN_TASK.match(find_task(head))
    return ProjectFactKind.RUN if runs else None
