"""Decide what a usage lesson advises: elect steps from all sessions' proposals, tested against past successes."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from twiceshy.commands.shell.shell_words import parse_simple_commands
from twiceshy.lessons.output_speakers import extract_complaints
from twiceshy.lessons.tool_calls import ToolInvocation, head_of, values_of
from twiceshy.lessons.validators import elect_steps, filter_proven
from twiceshy.records.lessons import Lesson, PreventionStep, Validation

_IN_CHECK = re.compile(r"'([\w.+:-]+)' in (?:options|words)\Z")
PastReader = Callable[[Lesson, str], list[Mapping[str, object]]]
"""Gives the inputs of past calls of the lesson's tool that worked; of commands only those with the word, if any."""


def elect(lesson: Lesson, proposed: Sequence[tuple[PreventionStep, ...]], read_past: PastReader) -> Lesson:
    """Return the lesson with the elected steps whose validators the past successes do not speak against."""
    if not proposed:
        return lesson
    if any(can_refuse(step) for steps in proposed for step in steps):
        past = read_past(lesson, _common_word(proposed))
        failures = _count_failures(proposed)
        proposed = [filter_proven(steps, past, failures) for steps in proposed]
    steps = elect_steps(proposed)
    shown = next((step.validation for step in steps if step.validation is not None), None)
    return replace(lesson, steps=steps, trigger=replace(lesson.trigger, validation=shown))


def _count_failures(proposed: Iterable[Iterable[PreventionStep]]) -> Counter[Validation]:
    """Count for each validator the sessions whose failures propose it."""
    return Counter(one for steps in proposed for one in {step.validation for step in steps} if one is not None)


def can_refuse(step: PreventionStep) -> bool:
    """Tell whether a step can refuse a call."""
    return step.validation is not None and bool(step.validation.check or step.validation.regex)


def _common_word(proposed: Iterable[Iterable[PreventionStep]]) -> str:
    """Return the word that a command must contain for any of these steps to refuse it.

    Empty if they have no such word in common.
    """
    checks = {step.validation.check for steps in proposed for step in steps if step.validation and can_refuse(step)}
    words = {found[1] if (found := _IN_CHECK.match(check)) else "" for check in checks}
    return words.pop() if len(words) == 1 else ""


def list_values(lesson: Lesson, command: str, output: str) -> Iterator[Mapping[str, object]]:
    """Yield the inputs of the lesson's tool in a command line whose output holds no complaint about them."""
    call = ToolInvocation("", {"command": command}, parse_simple_commands(command))
    if not extract_complaints(call, output):
        for part in call.parts:
            if lesson.subject in {head_of(part).lower(), part.program.lower()}:
                yield values_of(part)
