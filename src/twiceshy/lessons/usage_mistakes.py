"""Tools used wrongly: each failed call whose message says that the call was wrong, with the retry that worked.

A lesson's key is the tool, the category and the message's phrase; where the message names an option, a subcommand or
another word that means the same in every project, that word too. Paths, ids and other values of one project are never
part of a key. The difference to the retry (``lessons.retry_difference``) gives typed steps; those of one session are a
proposal, on which all sessions vote and which is tested on every past success (``lessons.validators``).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from twiceshy.base.values import Severity
from twiceshy.commands.shell.shell_words import SimpleCommand, parse_simple_commands
from twiceshy.lessons.call_complaints import SHELL_SAYS, SHELL_WORDS, extract_complaints
from twiceshy.lessons.error_categories import call_words_of, mask_values, mask_variable
from twiceshy.lessons.error_phrases import FORMAT, INCORRECT, PREREQUISITE, SEQUENCE, WRONG_TOOL
from twiceshy.lessons.mistake_kinds import generalize_message
from twiceshy.lessons.occurrences import LessonTemplate, RawOccurrence, TextOf, key_of, seconds_between
from twiceshy.lessons.retry_difference import RetryPair, find_retry
from twiceshy.lessons.steps import build_form_steps, build_path_steps, build_refusal_steps, derive_steps, quote_literal
from twiceshy.lessons.tool_calls import ToolInvocation, head_of, values_of
from twiceshy.lessons.validators import elect_steps, filter_proven, find_requested_form
from twiceshy.lessons.wrong_calls import WrongCall, detect_wrong_call
from twiceshy.records.lessons import Lesson, LessonKind, PreventionStep, Trigger, Validation
from twiceshy.records.stories import Story
from twiceshy.stats.text.fingerprint import VARIABLE, normalise
from twiceshy.stats.text.quoting import MOST_LINES, excerpt, quote

VERSION = 3
_PSEUDONYM = re.compile(r"\[\w+:[0-9a-f]{4,}\]")
_FIELD = re.compile(r"\b([a-z]+[A-Z]\w*|[a-z]+_[a-z_]+)\b(?= (?:contain|must|should|is|has|was))")
_ARROW = re.compile(r"\S+ +-> +\S+")
_PREFIX = re.compile(r"^(?:<\w+>: |(?:fatal|error|Error|ERROR): |[\w.+-]{1,40}: (?=\S+ ))+")
_CLAUSE = re.compile(r"(?:\. (?=[A-Z])|;? hint: |; |, perhaps |\s*\(os error).*")
_LONGEST_SENTENCE = 120
"""Characters of a message that says one thing (guess, 2026-11-21)."""
_CAUSES = {
    INCORRECT: "a value was given that the tool does not know",
    FORMAT: "a value was written in a form that the tool does not read",
    PREREQUISITE: "something that the tool needs had not been prepared",
    SEQUENCE: "the call came at a moment at which it cannot work",
    WRONG_TOOL: "the tool or subcommand is not there",
}


_GUESSED_PATH = "the path was guessed, or is relative to another folder"
_PROGRAM_MISSING = "the machine does not have it, or not where programs are looked for"


def find_usage_mistakes(story: Story, _: TextOf) -> Iterator[RawOccurrence]:
    """Yield each wrong call as an occurrence, in order."""
    for place, moment in enumerate(story.moments):
        if (wrong := detect_wrong_call(moment, place)) is not None:
            pair = find_retry(story.moments, place, wrong.said, wrong.part)
            yield _make_occurrence(story, wrong, pair)


def _make_occurrence(story: Story, wrong: WrongCall, pair: RetryPair | None) -> RawOccurrence:
    """Build the occurrence of a wrong call."""
    moment = story.moments[wrong.place]
    done = story.moments[pair.place] if pair else None
    return RawOccurrence(
        template=_make_template(wrong, pair),
        event=moment.step.uid,
        at=moment.step.done_at or moment.step.at,
        source="failure",
        message=quote(wrong.said.line),
        file=(moment.step.path or "")[-300:],
        code=_show_call(wrong.call, wrong.part),
        fix=_show_call(pair.good, pair.better)
        if pair and pair.difference.kind != "before"
        else _describe_first_step(pair),
        fixed=pair is not None,
        cost_s=seconds_between(moment, done) if done else None,
    )


def _describe_first_step(pair: RetryPair | None) -> str:
    """Describe what was done first, where that made the same call work; empty without a retry."""
    return excerpt([f"{pair.difference.good}  (first)", _show_call(pair.good, pair.better)]) if pair else ""


def _show_call(call: ToolInvocation, part: SimpleCommand | None) -> str:
    """Return the call in at most five lines."""
    if part is not None:
        command = call.command
        whole = command if len(command) <= 160 and "\n" not in command.strip() else " ".join(part.words)
        return excerpt(whole.splitlines()[:MOST_LINES])
    return excerpt([f"{name}: {quote(str(value), 120)}" for name, value in call.params.items()][:MOST_LINES])


def _make_template(wrong: WrongCall, pair: RetryPair | None) -> LessonTemplate:
    """Build the lesson of a wrong call."""
    said, text = wrong.said, _extract_clause(wrong)
    key, description, cause = _describe_mistake(wrong, text)
    return LessonTemplate(
        key=key_of("usage", wrong.subject, said.kind, *key),
        kind=LessonKind.USAGE,
        subject=wrong.subject.lower(),
        category=said.kind.lower(),
        severity=Severity.MINOR,
        description=description,
        cause=cause,
        trigger=Trigger(
            error_regex=normalise(text.replace("<s>", wrong.named) if wrong.named else text),
            parameter=_find_parameter(wrong, pair),
            common_mistakes=(wrong.named,) if wrong.named else (),
            condition="missing-path" if wrong.missing_path else "",
        ),
        steps=_choose_steps(wrong, pair),
        quoted=_is_vague(text) and not wrong.named,
    )


def _is_vague(text: str) -> bool:
    """Tell whether a message is no sentence of its own: data, too long, or little but placeholders.

    It is kept as a quotation, which a person has to review.
    """
    words = [word for word in text.split() if "<" not in word]
    return len(text) > _LONGEST_SENTENCE or text.startswith(("{", "[")) or len(words) < text.count("<s>")


def _extract_clause(wrong: WrongCall) -> str:
    """Return the message's first clause with values replaced by their kind."""
    line = SHELL_SAYS.sub("", wrong.said.line)
    if wrong.subject in {"zsh", "bash"} and (found := SHELL_WORDS.search(line)):
        return found.group()
    masked = mask_values(_PSEUDONYM.sub("user", line), call_words_of(wrong.call.params))[0].replace("<v>", "<s>")
    masked = _PREFIX.sub("", _CLAUSE.sub("", _ARROW.sub("<s> -> <s>", masked)))
    return generalize_message(masked) if wrong.part is not None else quote(VARIABLE.sub(mask_variable, masked))


def _describe_mistake(wrong: WrongCall, text: str) -> tuple[tuple[str, ...], str, str]:
    """Return the words that the key is made of, the description and the root cause."""
    said, subject = wrong.said, _quote_subject(wrong.subject)
    if wrong.missing_path and wrong.part is not None and wrong.part.words[0] in said.values:
        return ("program path",), f"{subject} is not at the path that it was called by", "the path was guessed"
    if wrong.missing_path:
        return ("no such file",), f"{subject} fails on a path that does not exist", _GUESSED_PATH
    if said.kind == WRONG_TOOL and wrong.named in {wrong.subject, ""} and wrong.part is not None:
        return ("not there",), f"The program {subject} is not there to be run", _PROGRAM_MISSING
    if wrong.named:
        value = "subcommand" if said.kind == WRONG_TOOL and wrong.part is not None else "value"
        what = "option" if wrong.named.startswith("-") else value
        cause = f"{wrong.named} is no {what} of {wrong.subject}"
        return (said.phrase.lower(), wrong.named), f'{subject} refuses "{wrong.named}": "{text}"', cause
    return (normalise(text),), f'{subject} fails: "{text}"', _CAUSES[said.kind]


def _quote_subject(subject: str) -> str:
    """Return the subject as a sentence begins with it."""
    return f"`{subject}`"


def _find_parameter(wrong: WrongCall, pair: RetryPair | None) -> str:
    """Return the input that was wrong; empty where it is not known."""
    if wrong.part is not None:
        return "command"
    if (spoken := _FIELD.search(wrong.said.line)) is not None and find_requested_form(wrong.said.line) is not None:
        return spoken[1]
    if pair is not None and pair.difference.parameter:
        return pair.difference.parameter
    known = {*wrong.said.values, wrong.named} - {""}
    return next((name for name, value in wrong.call.params.items() if str(value) in known), "")


def _choose_steps(wrong: WrongCall, pair: RetryPair | None) -> tuple[PreventionStep, ...]:
    """Return the steps that the retry shows, else those that the message itself suggests."""
    if pair is not None and (found := derive_steps(pair, wrong.subject)):
        return found
    if wrong.missing_path:
        return build_path_steps()
    parameter = _find_parameter(wrong, pair)
    if (check := _build_check(wrong, parameter)) is not None:
        return build_refusal_steps(*check)
    form = (
        find_requested_form(wrong.said.line) if wrong.said.kind == FORMAT and wrong.part is None and parameter else None
    )
    return build_form_steps(form, parameter) if form else ()


def _build_check(wrong: WrongCall, parameter: str) -> tuple[str, str, str] | None:
    """Return check, parameter and words of what the message says is not there; None where it names nothing."""
    named, said = wrong.named, wrong.said
    if named.startswith("-"):
        return (f"{quote_literal(named)} in options", parameter, f"without {named}") if said.kind == INCORRECT else None
    if wrong.part is None:
        other = f"{parameter} == {quote_literal(named)}", parameter, f"another value than {named}"
        return other if named and parameter else None
    if said.kind != WRONG_TOOL or wrong.subject != wrong.part.program:
        return None
    if named in {wrong.subject, ""}:
        return f"program == {quote_literal(wrong.subject)}", parameter, "a program that is there"
    return f"{quote_literal(named)} in words", parameter, f"without {named}"


# Decide what a usage lesson advises: elect steps from all sessions' proposals, tested against past successes.

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
