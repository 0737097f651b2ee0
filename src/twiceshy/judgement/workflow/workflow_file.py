"""Workflow file: a project's ``workflow.toml`` as steps, with errors that name the line.

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

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from difflib import unified_diff
from typing import Any, NamedTuple

from twiceshy.base.errors import ConfigError
from twiceshy.base.foreign_toml import parse_foreign_toml
from twiceshy.records.workflow import (
    FilePosition,
    StepAdvice,
    StepKind,
    StepLevel,
    StepScope,
    StepSuggestion,
    Workflow,
    WorkflowStep,
)

# Presets: workflows to begin with. A project's file may change or drop each of their steps.

_PROSE = ("*.md", "*.mdx", "*.rst", "*.txt", "*.adoc", "LICENSE*", "CHANGELOG*")
"""Files that tests say nothing about."""
CAREFUL = "careful"
THEAUDITOR = "theauditor"
PRESETS: dict[str, tuple[WorkflowStep, ...]] = {
    CAREFUL: (
        WorkflowStep(slug="read-before-edit", kind=StepKind.READ_BEFORE_EDIT),
        WorkflowStep(slug="complete-batch-reads", kind=StepKind.COMPLETE_BATCH_READS),
        WorkflowStep(
            slug="tests-after-edit", kind=StepKind.TESTS_AFTER_EDIT, level=StepLevel.RECOMMENDED, unless=_PROSE
        ),
        WorkflowStep(
            slug="search-before-new-file",
            kind=StepKind.SEARCH_BEFORE_EDIT,
            level=StepLevel.RECOMMENDED,
            each=StepScope.SESSION,
            files="new",
            unless=_PROSE,
        ),
    ),
    THEAUDITOR: (
        # `aud full` runs the blueprint too, which is why TheAuditor's own checker accepts it
        WorkflowStep(
            slug="blueprint-first", kind=StepKind.MUST_RUN_BEFORE_EDIT, commands=("aud blueprint", "aud full")
        ),
        WorkflowStep(
            slug="query-before-edit", kind=StepKind.MUST_RUN_BEFORE_EDIT, commands=("aud query", "aud context")
        ),
        WorkflowStep(slug="no-blind-reads", kind=StepKind.READ_BEFORE_EDIT),
        WorkflowStep(slug="complete-batch-reads", kind=StepKind.COMPLETE_BATCH_READS),
        WorkflowStep(
            slug="context-before-edit",
            kind=StepKind.MUST_RUN_BEFORE_EDIT,
            level=StepLevel.RECOMMENDED,
            commands=("aud context",),
        ),
    ),
}
DEFAULT_EACH = {StepKind.SEQUENCE: StepScope.TIME}
"""How long what was done counts where nothing is said; of other kinds ``session``."""


FILE_NAME = "workflow.toml"
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_SLUG = 60
"""Characters of a step's name. Guess of 2026-11-21: what fits into a table."""
_MOST_STEPS = 100
"""Guess of 2026-11-21: far above what anybody would write by hand; each step is looked at for each event."""
_LONGEST_TEXT = 500
"""Characters of one glob, command or file name. Guess of 2026-11-21: far above what anybody would write."""
_PARTS = ("read", "edit", "search", "tests", "run", "tool")
_NEEDS_WORDS = ("run", "tool")
_COMMON = ("kind", "level", "off", "paths", "unless")
USES: dict[StepKind, tuple[str, ...]] = {
    StepKind.MUST_RUN_BEFORE_EDIT: ("each", "files", "commands", "tools"),
    StepKind.READ_BEFORE_EDIT: (),
    StepKind.SEARCH_BEFORE_EDIT: ("each", "files", "commands", "tools"),
    StepKind.RELATED_FILES_BEFORE_EDIT: ("files", "need", "related"),
    StepKind.TESTS_AFTER_EDIT: ("each", "files", "commands", "tools", "green"),
    StepKind.COMPLETE_BATCH_READS: (),
    StepKind.NO_EDIT_OUTSIDE: (),
    StepKind.SEQUENCE: ("each", "order", "restart"),
}
"""The keys that a kind uses besides ``_COMMON``; a sequence does not use ``paths`` and ``unless``."""


class WorkflowFile(NamedTuple):
    """The contents of the file: its workflow, and the documents it names."""

    workflow: Workflow
    documents: tuple[str, ...] | None
    """Files to read marked steps from; None where the file does not say."""


class _Text:
    """The text of the file, and on which line of it each thing stands."""

    def __init__(self, text: str, name: str) -> None:
        self.lines = text.splitlines()
        self.name = name

    def line(self, step: str, key: str = "") -> int:
        """Return the line, from 1, of a step's heading or of a key in it; the nearest that can be found, else 1."""
        start = self._find_first(
            rf"^\s*\[\s*[\"']?steps[\"']?\s*\.\s*[\"']?{re.escape(step)}[\"']?\s*\]", 0, len(self.lines)
        )
        start = (
            start or self._find_first(rf"^\s*[\"']?{re.escape(step)}[\"']?\s*[=.]", 0, len(self.lines)) if step else 0
        )
        if not start:
            return (
                self._find_first(rf"^\s*[\"']?{re.escape(key)}[\"']?\s*=", 0, len(self.lines)) if not step else 0
            ) or 1
        if not key:
            return start
        end = next(
            (place for place in range(start, len(self.lines)) if self.lines[place].lstrip().startswith("[")),
            len(self.lines),
        )
        return self._find_first(rf"^\s*[\"']?{re.escape(key)}[\"']?\s*=", start, end) or start

    def _find_first(self, pattern: str, start: int, end: int) -> int:
        found = re.compile(pattern)
        return next((place + 1 for place in range(start, end) if found.search(self.lines[place])), 0)

    def build_error(self, step: str, key: str, said: str) -> ConfigError:
        """Return the error for what a line says."""
        return ConfigError(f"{self.name}, line {self.line(step, key)}: {said}")


def parse_workflow(text: str, name: str) -> WorkflowFile:
    """Return the steps of a ``workflow.toml``; ``name`` is what messages and steps call the file.

    Raises:
        ConfigError: it is not TOML, or says something that no workflow can say; the message has the line.
    """
    try:
        tree = parse_foreign_toml(text)
    except ValueError as exc:
        raise ConfigError(f"{name} is not valid TOML: {exc}") from exc
    where = _Text(text, name)
    if unknown := sorted(set(tree) - {"preset", "documents", "steps"}):
        raise where.build_error("", unknown[0], f"unknown key {unknown[0]!r}; known are preset, documents and steps.")
    preset = tree.get("preset", "")
    if not isinstance(preset, str) or (preset and preset not in PRESETS):
        raise where.build_error("", "preset", f"there is no preset {preset!r}; there are {', '.join(PRESETS)}.")
    documents = _parse_texts(tree["documents"], where, "", "documents") if "documents" in tree else None
    steps = _parse_steps(tree.get("steps", {}), {step.slug: step for step in PRESETS.get(preset, ())}, where)
    return WorkflowFile(Workflow(steps=steps, preset=preset, sources=(name,)), documents)


def _parse_steps(tables: object, known: dict[str, WorkflowStep], where: _Text) -> tuple[WorkflowStep, ...]:
    if not isinstance(tables, dict):
        raise where.build_error("", "steps", "steps are tables: write [steps.NAME].")
    if len(tables) > _MOST_STEPS:
        raise where.build_error("", "steps", f"there are {len(tables)} steps; at most {_MOST_STEPS} are checked.")
    for slug, table in tables.items():
        if not _SLUG.fullmatch(slug) or len(slug) > _LONGEST_SLUG:
            raise where.build_error(
                slug, "", f"{slug!r} is no name for a step: lower-case letters, digits and hyphens."
            )
        if not isinstance(table, dict):
            raise where.build_error(slug, "", f"a step is a table: write [steps.{slug}].")
        step = _parse_step(slug, table, known.get(slug), where)
        if step is None:
            known.pop(slug, None)
        else:
            known[slug] = step
    return tuple(known.values())


def _parse_step(slug: str, table: Mapping[str, Any], base: WorkflowStep | None, where: _Text) -> WorkflowStep | None:
    """Return the step; None where it is off."""
    kind = _parse_kind(slug, table, base, where)
    allowed = (*_COMMON, *USES[kind]) if kind is not StepKind.SEQUENCE else ("kind", "level", "off", *USES[kind])
    if unknown := [key for key in table if key not in allowed]:
        raise where.build_error(slug, unknown[0], f"{kind} has no key {unknown[0]!r}; it has {', '.join(allowed)}.")
    if base is None or base.kind is not kind:
        base = WorkflowStep(slug=slug, kind=kind, each=DEFAULT_EACH.get(kind, StepScope.SESSION))
    given: dict[str, Any] = {
        key: _FIELDS[key](value, where, slug, key) for key, value in table.items() if key not in {"kind", "off"}
    }
    step = replace(base, **given, declared=FilePosition(file=where.name, line=where.line(slug)))
    if table.get("off") is not None and not isinstance(table["off"], bool):
        raise where.build_error(slug, "off", "off is true or false.")
    if missing := _find_missing(step):
        raise where.build_error(slug, "", f"{slug} ({kind}) needs {missing}.")
    return None if table.get("off") else step


def _parse_kind(slug: str, table: Mapping[str, Any], base: WorkflowStep | None, where: _Text) -> StepKind:
    said = table.get("kind", base.kind.value if base else None)
    if said is None:
        kinds = ", ".join(StepKind)
        raise where.build_error(slug, "", f"{slug} is no step of the preset, so it needs a kind: one of {kinds}.")
    try:
        return StepKind(said)
    except ValueError as exc:
        raise where.build_error(slug, "kind", f"there is no kind {said!r}; there are {', '.join(StepKind)}.") from exc


def _find_missing(step: WorkflowStep) -> str:
    if step.kind is StepKind.MUST_RUN_BEFORE_EDIT and not (step.commands or step.tools):
        return "commands or tools"
    if step.kind is StepKind.NO_EDIT_OUTSIDE and not step.paths:
        return "paths"
    if step.kind is StepKind.SEQUENCE and len(step.order) < 2:
        return "an order of two or more parts"
    return ""


def _parse_texts(value: object, where: _Text, step: str, key: str) -> tuple[str, ...]:
    if (
        not isinstance(value, list)
        or len(value) > _MOST_STEPS
        or not all(isinstance(item, str) and 0 < len(item.strip()) <= _LONGEST_TEXT for item in value)
    ):
        raise where.build_error(step, key, f"{key} is a list of texts, none of them empty.")
    return tuple(item.strip() for item in value)


def _parse_order(value: object, where: _Text, step: str, key: str) -> tuple[str, ...]:
    parts = _parse_texts(value, where, step, key)
    for part in parts:
        word, _, rest = part.partition(" ")
        if word not in _PARTS or (word in _NEEDS_WORDS and not rest) or (word in {"search", "tests"} and rest):
            allowed = "read [GLOB], edit [GLOB], search, tests, run COMMAND, tool NAME"
            raise where.build_error(step, key, f"{part!r} is no part of a sequence; parts are {allowed}.")
    return parts


def _parse_related(value: object, where: _Text, step: str, key: str) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise where.build_error(step, key, 'related is a table: { "src/*.py" = ["tests/test_{stem}.py"] }.')
    return {glob: _parse_texts(paths, where, step, key) for glob, paths in value.items()}


def _make_choice_parser(words: Sequence[str]) -> Callable[[object, _Text, str, str], str]:
    def read(value: object, where: _Text, step: str, key: str) -> str:
        if value not in words:
            raise where.build_error(step, key, f"{key} cannot be {value!r}; allowed: {', '.join(words)}.")
        return str(value)

    return read


def _parse_level(value: object, where: _Text, step: str, key: str) -> StepLevel:
    text = value.upper() if isinstance(value, str) else value
    return StepLevel(_make_choice_parser(tuple(StepLevel))(text, where, step, key))


def _parse_each(value: object, where: _Text, step: str, key: str) -> StepScope:
    return StepScope(_make_choice_parser(tuple(StepScope))(value, where, step, key))


def _parse_flag(value: object, where: _Text, step: str, key: str) -> bool:
    if not isinstance(value, bool):
        raise where.build_error(step, key, f"{key} is true or false.")
    return value


_FIELDS: dict[str, Callable[[object, _Text, str, str], object]] = {
    "level": _parse_level,
    "each": _parse_each,
    "commands": _parse_texts,
    "tools": _parse_texts,
    "paths": _parse_texts,
    "unless": _parse_texts,
    "files": _make_choice_parser(("all", "new", "existing")),
    "green": _parse_flag,
    "need": _make_choice_parser(("any", "all")),
    "related": _parse_related,
    "order": _parse_order,
    "restart": _parse_flag,
}


# Workflow patch: suggestions as a change of ``workflow.toml`` that ``git apply`` and ``patch`` take.
#
# Only levels change, and only in the way the file is written: a step's own ``level`` line, a line below its heading, or
# a table at the end for a step that a preset has. What cannot be changed so (a step that stands in another document, or
# in a table of another form) is reported, not guessed at: the new text is read again and must say what was meant.

_FILE_PATH = f".twiceshy/{FILE_NAME}"


class WorkflowPatch(NamedTuple):
    """A change of the file."""

    text: str
    """A unified diff from the project's folder; empty where nothing changes."""
    by_hand: tuple[StepSuggestion, ...]
    """What it could not change."""


def build_patch(old: str | None, name: str, suggestions: Sequence[StepSuggestion]) -> WorkflowPatch:
    """Return the suggested changes as a patch.

    Args:
        old: the file; None where there is none.
        name: as the file was called when its steps were read.
        suggestions: those that change nothing are passed over.
    """
    text, by_hand = old or "", []
    for one in suggestions:
        if one.advice not in {StepAdvice.PROMOTE, StepAdvice.DEMOTE}:
            continue
        changed = _apply_suggestion(text, name, one)
        if changed is None:
            by_hand.append(one)
        else:
            text = changed
    before = "/dev/null" if old is None else f"a/{_FILE_PATH}"
    return WorkflowPatch(_render_diff(old or "", text, before), tuple(by_hand))


def _apply_suggestion(text: str, name: str, one: StepSuggestion) -> str | None:
    """Return the text after one suggestion; None where the text cannot be made to say it."""
    end = "\r\n" if "\r\n" in text else "\n"
    slug = one.step.slug
    said = f'level = "{one.to}"' if one.to else "off = true"
    if one.step.declared.file not in {"", name}:
        return None
    if one.now is None:
        changed = _append_lines(text, [f"[steps.{slug}]", *_render_table(one.step, one.to)], end)
    else:
        changed = _change_in_place(text, slug, said, end) or _append_lines(text, [f"[steps.{slug}]", said], end)
    try:
        levels = {step.slug: step.level for step in parse_workflow(changed, name).workflow.steps}
    except ConfigError:
        return None
    return changed if levels.get(slug) == one.to else None


def _change_in_place(text: str, slug: str, said: str, end: str) -> str | None:
    """Return the text with the step's own table changed; None where it has none."""
    lines = text.split("\n")
    heading = re.compile(rf"^\s*\[\s*steps\s*\.\s*[\"']?{re.escape(slug)}[\"']?\s*\]")
    start = next((place for place, line in enumerate(lines) if heading.match(line)), None)
    if start is None:
        return None
    level = re.compile(r"^(\s*level\s*=\s*)(?:\"[A-Za-z]*\"|'[A-Za-z]*')")
    for place in range(start + 1, len(lines)):
        if lines[place].lstrip().startswith("["):
            break
        if level.match(lines[place]) and said.startswith("level"):
            lines[place] = level.sub(rf"\g<1>{said.partition('= ')[2]}", lines[place], count=1)
            return "\n".join(lines)
    lines.insert(start + 1, said + end[:-1])
    if start + 2 == len(lines):
        lines.append("")
        lines[start] += end[:-1] if not lines[start].endswith("\r") else ""
    return "\n".join(lines)


def _append_lines(text: str, lines: Sequence[str], end: str) -> str:
    if text and not text.endswith("\n"):
        text += end
    return text + (end if text else "") + "".join(line + end for line in lines)


def _render_table(step: WorkflowStep, level: StepLevel | None) -> list[str]:
    """Return a step's keys as they stand in the file, without those that only repeat a default."""
    lines = [f'kind = "{step.kind}"', f'level = "{level}"']
    if step.each is not DEFAULT_EACH.get(step.kind, StepScope.SESSION):
        lines.append(f'each = "{step.each}"')
    if step.files != "all":
        lines.append(f'files = "{step.files}"')
    lists = {key: list(getattr(step, key)) for key in ("commands", "tools", "paths", "unless", "order")}
    return [*lines, *(f"{key} = {json.dumps(values, ensure_ascii=False)}" for key, values in lists.items() if values)]


def _render_diff(old: str, new: str, before: str) -> str:
    lines = unified_diff(_split_lines(old), _split_lines(new), before, f"b/{_FILE_PATH}", n=3)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _split_lines(text: str) -> list[str]:
    """Return the lines with their ends; only a line feed ends one, as for git."""
    lines = [line + "\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]
