"""Declared: a project's ``workflow.toml`` as steps, with errors that name the line.

::

    preset = "careful"                    # optional: begin with these steps
    documents = ["docs/planning.md"]      # optional: read marked steps from here

    [steps.blueprint-first]               # a step of one's own
    kind = "must-run-before-edit"
    level = "MANDATORY"                   # or RECOMMENDED; default MANDATORY
    commands = ["aud blueprint"]

    [steps.tests-after-edit]              # a step of the preset: only what is said changes
    level = "MANDATORY"

    [steps.search-before-new-file]
    off = true                            # drops it

A key that the kind does not use is an error, as it would promise what nobody checks.
"""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from twiceshy.errors import ConfigError
from twiceshy.outcomes.workflow.presets import DEFAULT_EACH, PRESETS
from twiceshy.records.workflow import Each, Kind, Level, Place, Workflow, WorkflowStep

FILE_NAME = "workflow.toml"
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_SLUG = 60
MOST_STEPS = 100
"""Guess: far above what anybody would write by hand; each step is looked at for each event."""
LONGEST_TEXT = 500
PARTS = ("read", "edit", "search", "tests", "run", "tool")
NEEDS_WORDS = ("run", "tool")
COMMON = ("kind", "level", "off", "paths", "unless")
USES: dict[Kind, tuple[str, ...]] = {
    Kind.MUST_RUN_BEFORE_EDIT: ("each", "files", "commands", "tools"),
    Kind.READ_BEFORE_EDIT: (),
    Kind.SEARCH_BEFORE_EDIT: ("each", "files", "commands", "tools"),
    Kind.RELATED_FILES_BEFORE_EDIT: ("files", "need", "related"),
    Kind.TESTS_AFTER_EDIT: ("each", "files", "commands", "tools", "green"),
    Kind.COMPLETE_BATCH_READS: (),
    Kind.NO_EDIT_OUTSIDE: (),
    Kind.SEQUENCE: ("each", "order", "restart"),
}
"""The keys that a kind uses besides ``COMMON``; a sequence does not use ``paths`` and ``unless``."""


class Declared(NamedTuple):
    """What the file says."""

    workflow: Workflow
    documents: tuple[str, ...] | None
    """Files to read marked steps from; None where the file does not say."""


class _Text:
    """The file, and where in it things are said."""

    def __init__(self, text: str, name: str) -> None:
        self.lines = text.splitlines()
        self.name = name

    def line(self, step: str, key: str = "") -> int:
        """The line, from 1, of a step's heading or of a key in it; the nearest thing that can be found, else 1."""
        start = self._first(
            rf"^\s*\[\s*[\"']?steps[\"']?\s*\.\s*[\"']?{re.escape(step)}[\"']?\s*\]", 0, len(self.lines)
        )
        start = start or self._first(rf"^\s*[\"']?{re.escape(step)}[\"']?\s*[=.]", 0, len(self.lines)) if step else 0
        if not start:
            return (self._first(rf"^\s*[\"']?{re.escape(key)}[\"']?\s*=", 0, len(self.lines)) if not step else 0) or 1
        if not key:
            return start
        end = next(
            (place for place in range(start, len(self.lines)) if self.lines[place].lstrip().startswith("[")),
            len(self.lines),
        )
        return self._first(rf"^\s*[\"']?{re.escape(key)}[\"']?\s*=", start, end) or start

    def _first(self, pattern: str, start: int, end: int) -> int:
        found = re.compile(pattern)
        return next((place + 1 for place in range(start, end) if found.search(self.lines[place])), 0)

    def wrong(self, step: str, key: str, said: str) -> ConfigError:
        """The error for what a line says."""
        return ConfigError(f"{self.name}, line {self.line(step, key)}: {said}")


def declared(text: str, name: str) -> Declared:
    """The steps of a ``workflow.toml``; ``name`` is what messages and steps call the file.

    Raises:
        ConfigError: it is not TOML, or says something that no workflow can say; the message has the line.
    """
    try:
        tree = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as exc:
        raise ConfigError(f"{name} is not valid TOML: {exc}") from exc
    where = _Text(text, name)
    if unknown := sorted(set(tree) - {"preset", "documents", "steps"}):
        raise where.wrong("", unknown[0], f"unknown key {unknown[0]!r}; known are preset, documents and steps.")
    preset = tree.get("preset", "")
    if not isinstance(preset, str) or (preset and preset not in PRESETS):
        raise where.wrong("", "preset", f"there is no preset {preset!r}; there are {', '.join(PRESETS)}.")
    documents = _texts(tree["documents"], where, "", "documents") if "documents" in tree else None
    steps = _steps(tree.get("steps", {}), {step.slug: step for step in PRESETS.get(preset, ())}, where)
    return Declared(Workflow(steps=steps, preset=preset, sources=(name,)), documents)


def _steps(tables: object, known: dict[str, WorkflowStep], where: _Text) -> tuple[WorkflowStep, ...]:
    if not isinstance(tables, dict):
        raise where.wrong("", "steps", "steps are tables: write [steps.NAME].")
    if len(tables) > MOST_STEPS:
        raise where.wrong("", "steps", f"there are {len(tables)} steps; at most {MOST_STEPS} are checked.")
    for slug, table in tables.items():
        if not SLUG.fullmatch(slug) or len(slug) > LONGEST_SLUG:
            raise where.wrong(slug, "", f"{slug!r} is no name for a step: lower-case letters, digits and hyphens.")
        if not isinstance(table, dict):
            raise where.wrong(slug, "", f"a step is a table: write [steps.{slug}].")
        step = _step(slug, table, known.get(slug), where)
        if step is None:
            known.pop(slug, None)
        else:
            known[slug] = step
    return tuple(known.values())


def _step(slug: str, table: Mapping[str, Any], base: WorkflowStep | None, where: _Text) -> WorkflowStep | None:
    """The step; None where it is off."""
    kind = _kind(slug, table, base, where)
    allowed = (*COMMON, *USES[kind]) if kind is not Kind.SEQUENCE else ("kind", "level", "off", *USES[kind])
    if unknown := [key for key in table if key not in allowed]:
        raise where.wrong(slug, unknown[0], f"{kind} has no key {unknown[0]!r}; it has {', '.join(allowed)}.")
    if base is None or base.kind is not kind:
        base = WorkflowStep(slug=slug, kind=kind, each=DEFAULT_EACH.get(kind, Each.SESSION))
    given: dict[str, Any] = {
        key: FIELDS[key](value, where, slug, key) for key, value in table.items() if key not in {"kind", "off"}
    }
    step = replace(base, **given, declared=Place(file=where.name, line=where.line(slug)))
    if table.get("off") is not None and not isinstance(table["off"], bool):
        raise where.wrong(slug, "off", "off is true or false.")
    if missing := _missing(step):
        raise where.wrong(slug, "", f"{slug} ({kind}) needs {missing}.")
    return None if table.get("off") else step


def _kind(slug: str, table: Mapping[str, Any], base: WorkflowStep | None, where: _Text) -> Kind:
    said = table.get("kind", base.kind.value if base else None)
    if said is None:
        kinds = ", ".join(Kind)
        raise where.wrong(slug, "", f"{slug} is no step of the preset, so it needs a kind: one of {kinds}.")
    try:
        return Kind(said)
    except ValueError as exc:
        raise where.wrong(slug, "kind", f"there is no kind {said!r}; there are {', '.join(Kind)}.") from exc


def _missing(step: WorkflowStep) -> str:
    if step.kind is Kind.MUST_RUN_BEFORE_EDIT and not (step.commands or step.tools):
        return "commands or tools"
    if step.kind is Kind.NO_EDIT_OUTSIDE and not step.paths:
        return "paths"
    if step.kind is Kind.SEQUENCE and len(step.order) < 2:
        return "an order of two or more parts"
    return ""


def _texts(value: object, where: _Text, step: str, key: str) -> tuple[str, ...]:
    if (
        not isinstance(value, list)
        or len(value) > MOST_STEPS
        or not all(isinstance(item, str) and 0 < len(item.strip()) <= LONGEST_TEXT for item in value)
    ):
        raise where.wrong(step, key, f"{key} is a list of texts, none of them empty.")
    return tuple(item.strip() for item in value)


def _order(value: object, where: _Text, step: str, key: str) -> tuple[str, ...]:
    parts = _texts(value, where, step, key)
    for part in parts:
        word, _, rest = part.partition(" ")
        if word not in PARTS or (word in NEEDS_WORDS and not rest) or (word in {"search", "tests"} and rest):
            allowed = "read [GLOB], edit [GLOB], search, tests, run COMMAND, tool NAME"
            raise where.wrong(step, key, f"{part!r} is no part of a sequence; parts are {allowed}.")
    return parts


def _related(value: object, where: _Text, step: str, key: str) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise where.wrong(step, key, 'related is a table: { "src/*.py" = ["tests/test_{stem}.py"] }.')
    return {glob: _texts(paths, where, step, key) for glob, paths in value.items()}


def _one_of(words: Sequence[str]) -> Callable[[object, _Text, str, str], str]:
    def read(value: object, where: _Text, step: str, key: str) -> str:
        if value not in words:
            raise where.wrong(step, key, f"{key} cannot be {value!r}; allowed: {', '.join(words)}.")
        return str(value)

    return read


def _level(value: object, where: _Text, step: str, key: str) -> Level:
    text = value.upper() if isinstance(value, str) else value
    return Level(_one_of(tuple(Level))(text, where, step, key))


def _each(value: object, where: _Text, step: str, key: str) -> Each:
    return Each(_one_of(tuple(Each))(value, where, step, key))


def _flag(value: object, where: _Text, step: str, key: str) -> bool:
    if not isinstance(value, bool):
        raise where.wrong(step, key, f"{key} is true or false.")
    return value


FIELDS: dict[str, Callable[[object, _Text, str, str], object]] = {
    "level": _level,
    "each": _each,
    "commands": _texts,
    "tools": _texts,
    "paths": _texts,
    "unless": _texts,
    "files": _one_of(("all", "new", "existing")),
    "green": _flag,
    "need": _one_of(("any", "all")),
    "related": _related,
    "order": _order,
    "restart": _flag,
}
