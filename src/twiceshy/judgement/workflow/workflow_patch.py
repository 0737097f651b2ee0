"""Workflow patch: suggestions as a change of ``workflow.toml`` that ``git apply`` and ``patch`` take.

Only levels change, and only in the way the file is written: a step's own ``level`` line, a line below its heading, or
a table at the end for a step that a preset has. What cannot be changed so (a step that stands in another document, or
in a table of another form) is reported, not guessed at: the new text is read again and must say what was meant.
"""

import json
import re
from collections.abc import Sequence
from difflib import unified_diff
from typing import NamedTuple

from twiceshy.base.errors import ConfigError
from twiceshy.judgement.workflow.presets import DEFAULT_EACH
from twiceshy.judgement.workflow.workflow_file import FILE_NAME, parse_workflow
from twiceshy.records.workflow import StepAdvice, StepLevel, StepScope, StepSuggestion, WorkflowStep

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
