"""Rules that only inform: fixes after failures, times of commands, workflows, sequences, patterns."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from twiceshy.advice import policy
from twiceshy.advice.phrase import phrase_fix, phrase_limit, phrase_pattern, phrase_sequence, phrase_step
from twiceshy.advice.rule_drafts import make_rule_id
from twiceshy.advice.rule_words import LONGEST_NAME
from twiceshy.base.values import Scrubbed
from twiceshy.commands.keys.gate_keys import (
    LONGEST_COMMAND,
    head_words_of,
    key_of_command,
    key_of_folder,
    key_of_head,
    key_of_pattern,
    make_spool_run,
    make_spool_word,
    name_condition,
    name_run,
    shorten_folder,
)
from twiceshy.records.effects import BREAKS, Observation
from twiceshy.records.lessons import Lesson, LessonState
from twiceshy.records.rules import Level, ProvenFix, Rule, RuleKind, TimedRun, TrialSummary
from twiceshy.records.workflow import StepKind, WorkflowStep
from twiceshy.records.workflow import StepLevel as Duty
from twiceshy.stats.intervals import quantile
from twiceshy.stats.text.foreign_names import quote_command, quote_name

# Declared workflow steps as rules of the gate, each with its measured effect on tasks that skipped it.
#
# A step becomes a rule only if the gate can see for certain whether it was kept: a file edited unread, an edit
# before any search, an edit before a command that has to come first. If a command may have run behind another (``cd
# web && …``, ``uv run …``), nothing is said. A recommended step warns; a mandatory one refuses the call if the user
# allows that (``advice.enforce_workflow``).

_WRAPPERS = (
    *(
        "cd",
        "uv",
        "poetry",
        "pipx",
        "npx",
        "env",
        "sudo",
        "bash",
        "sh",
        "zsh",
        "timeout",
        "time",
        "nice",
        "make",
        "just",
    ),
    *("docker", "mise", "direnv", "source", "export", "set", "python", "python3", "npm", "pnpm", "yarn", "bun"),
)
"""Programs behind which another may run."""
StepEffects = dict[tuple[str, str], TrialSummary]
"""By project and step: tasks that skipped it and those that did not, and how many of each were corrected."""


class StepRule(NamedTuple):
    """One step as a rule, before its words are scrubbed."""

    key: bytes
    slug: str
    project: str
    condition: str
    level: Level
    words: str
    tried: TrialSummary


def build_step_rule(
    step: WorkflowStep, folder: str, project: str, effects: StepEffects, salt: bytes, *, enforce: bool
) -> StepRule | None:
    """Return the step as a rule for a folder; None if the gate cannot see whether it was kept."""
    condition = condition_of(step, salt)
    if not condition:
        return None
    tried = effects.get((project, step.slug), TrialSummary())
    level = Level.BLOCK if enforce and step.level is Duty.MANDATORY else Level.WARN
    words = phrase_step(quote_name(step.slug), step.level, _phrase_request(step), tried)
    return StepRule(key_of_folder(folder, salt), step.slug, project, condition, level, words, tried)


def condition_of(step: WorkflowStep, salt: bytes) -> str:
    """Return the gate's condition for a step; empty if the gate cannot see for certain whether it was kept."""
    if step.paths or step.unless or step.files == "new":
        return ""
    if step.kind is StepKind.READ_BEFORE_EDIT:
        return "unread"
    if step.kind is StepKind.SEARCH_BEFORE_EDIT and not step.commands:
        return "unsearched"
    if step.kind is StepKind.MUST_RUN_BEFORE_EDIT and step.commands and not step.tools:
        return _build_run_condition(step.commands, salt)
    return ""


def _build_run_condition(commands: Iterable[str], salt: bytes) -> str:
    """Return the condition that no such command ran; empty where a command's program is a pattern."""
    programs = [command.split()[0] for command in commands if command.split()]
    if any(set(program) & set("*?[") for program in programs):
        return ""
    return "never:" + ",".join(make_spool_word(name, salt) for name in dict.fromkeys([*programs, *_WRAPPERS]))


def _phrase_request(step: WorkflowStep) -> str:
    """Return in words what the step asks for."""
    if step.kind is StepKind.MUST_RUN_BEFORE_EDIT:
        commands = [shown for one in step.commands[:3] if (shown := quote_command(one))]
        return f"{' or '.join(commands) or 'a command'} before the first edit"
    return "reading a file before it is edited" if step.kind is StepKind.READ_BEFORE_EDIT else "a search before an edit"


def measure_steps(observations: Iterable[Observation]) -> StepEffects:
    """Count by project and step the tasks that skipped it and those that did not, and the corrected ones of each."""
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for one in observations:
        corrected = one.became.get("corrected")
        if one.unit == "task" and corrected is not None:
            for step, broke in _list_steps(one):
                first = 0 if broke else 2
                counts[one.project, step][first] += one.n
                counts[one.project, step][first + 1] += one.n * corrected
    return {
        place: TrialSummary(n=n, wrong=wrong, others=others, others_wrong=others_wrong)
        for place, (n, wrong, others, others_wrong) in counts.items()
    }


def _list_steps(task: Observation) -> list[tuple[str, bool]]:
    """Return the steps that the task could keep, and whether it broke each."""
    return [(did[len(BREAKS) :], bool(broke)) for did, broke in task.did.items() if did.startswith(BREAKS)]


# Rules from promoted lessons that name a sequence: what has to come before a command, or must not.
#
# A lesson's trigger names the commands that it is about (``parameter`` is ``head``, ``common_mistakes`` their first two
# words) and what has to stand among the last ten calls of the dialogue, by program and subcommand. What would have to
# come before itself says nothing. Nobody replayed them, so only a person activates them.


class SequenceRule(NamedTuple):
    """One lesson at one command, before its words are scrubbed."""

    key: bytes
    slug: str
    condition: str
    words: str
    tried: TrialSummary


def build_sequence_rules(known: Iterable[Lesson], salt: bytes) -> Iterator[SequenceRule]:
    """Yield a rule for each command that such a lesson names."""
    for lesson in known:
        if lesson.state is LessonState.PROMOTED and lesson.trigger.parameter == "head" and lesson.trigger.sequence:
            yield from _build_rules(lesson, salt)


def _build_rules(lesson: Lesson, salt: bytes) -> Iterator[SequenceRule]:
    """Yield a rule for each command and condition of one lesson; none for what would have to come before itself."""
    before = {name_run(part) for part in lesson.trigger.sequence if not part.startswith("!")}
    heads = [head for head in lesson.trigger.common_mistakes if head_words_of(head) and name_run(head) not in before]
    tried = TrialSummary(n=lesson.observations, wrong=lesson.observations, sessions=lesson.sessions)
    for condition, what in _list_conditions(lesson, salt):
        for head in heads:
            key = key_of_head(head_words_of(head), salt)
            words = phrase_sequence(quote_name(head), what, lesson.description, lesson.observations, lesson.sessions)
            yield SequenceRule(key, f"{lesson.slug} {condition}", condition, words, tried)


def _list_conditions(lesson: Lesson, salt: bytes) -> Iterator[tuple[str, str]]:
    """Yield each condition for the gate, and the same in words."""
    before = [part for part in lesson.trigger.sequence if not part.startswith("!")]
    after = [part[1:] for part in lesson.trigger.sequence if part.startswith("!")]
    if before:
        yield (
            name_condition("without", [make_spool_run(part, salt) for part in before]),
            f"without {' and '.join(map(_quote_part, before))}",
        )
    if after:
        yield (
            name_condition("with", [make_spool_run(part, salt) for part in after]),
            f"after {' or '.join(map(_quote_part, after))}",
        )


def _quote_part(part: str) -> str:
    """Return a tool or a command's beginning in quotes; of an odd one only that there is one."""
    return quote_name(part) or "another command"


SHORTEST_LONG_S = 90.0
"""Seconds that a command must usually need before its time is worth a line: a quarter below the shortest limit that an
agent sets by itself, 120 s (guess of 2026-11-21)."""
_LONGEST_LIMIT_S = 600
"""What an agent gives a command at most; few and scattered runs teach longer limits than anyone means
(seconds; guess of 2026-11-21)."""
_STEP_BELOW = 0.0001
"""How far a workflow's step ranks below the one before it. Guess of 2026-11-22: the least that rules.db keeps apart."""
LimitFinder = Callable[[Sequence[TimedRun]], float | None]
"""Gives the seconds within which such runs end; None for too little data."""


class CodePattern(NamedTuple):
    """A pattern that the gate can look for."""

    name: str
    languages: tuple[str, ...]
    cwe: int
    why: str
    fix: str
    sure: bool = False
    """Nearly all that it finds in an edit is right."""


class FactDraft(NamedTuple):
    """A rule that informs, before its words are scrubbed; ``tried.wrong`` counts what it says happened."""

    kind: RuleKind
    key: bytes
    condition: str
    words: str
    tried: TrialSummary
    level: Level = Level.INFORM
    name: bytes = b""
    """Tells rules under one key apart."""
    pattern: str = ""
    """What the call must have besides, as an expression."""
    subject: bytes = b""
    """What the rule's id is made of; empty: its key and name."""
    lesson: bytes | None = None
    """That says it."""
    sure: float | None = None
    """How sure it is; None: the share of ``tried`` that went wrong."""


def build_fact_rules(drafts: Sequence[FactDraft], texts: Sequence[Scrubbed], muted: Collection[bytes]) -> list[Rule]:
    """Return the drafts as rules with their scrubbed words; muted ones are silent."""
    return [
        Rule(
            id=(rule := make_rule_id(one.kind, one.subject or one.key + one.name)),
            kind=one.kind,
            key=one.key,
            condition=one.condition,
            level=Level.SILENT if rule in muted else one.level,
            confidence=sure,
            words=text,
            tried=one.tried,
            pattern=one.pattern,
            lesson=one.lesson,
        )
        for one, text, sure in zip(drafts, texts, _rank_drafts(drafts), strict=True)
    ]


def _rank_drafts(drafts: Sequence[FactDraft]) -> list[float]:
    """Return how sure each draft is, by which the gate ranks them.

    The steps of one project's workflow rank as the surest of them, each a little below the one before it: who skipped
    the first step is told of it first, however often the later ones went wrong.
    """
    counted = [one.tried.wrong / one.tried.n if one.tried.n else 0.5 for one in drafts]
    sure = [share if one.sure is None else one.sure for one, share in zip(drafts, counted, strict=True)]
    best: dict[bytes, float] = {}
    places = Counter[bytes]()
    for one, value in zip(drafts, sure, strict=True):
        if one.kind is RuleKind.WORKFLOW:
            best[one.key] = max(best.get(one.key, 0.0), value)
    for place, one in enumerate(drafts):
        if one.kind is RuleKind.WORKFLOW:
            sure[place] = best[one.key] - _STEP_BELOW * places[one.key]
            places[one.key] += 1
    return sure


def draft_step_facts(rules: Iterable[StepRule]) -> Iterator[FactDraft]:
    """Yield drafts for the workflow steps that projects declare."""
    for one in rules:
        yield FactDraft(RuleKind.WORKFLOW, one.key, one.condition, one.words, one.tried, one.level, one.slug.encode())


def draft_sequence_facts(rules: Iterable[SequenceRule]) -> Iterator[FactDraft]:
    """Yield drafts for sequences of lessons that a person promoted."""
    for one in rules:
        yield FactDraft(RuleKind.LESSON, one.key, one.condition, one.words, one.tried, Level.WARN, one.slug.encode())


def draft_pattern_facts(patterns: Iterable[tuple[CodePattern, float]]) -> Iterator[FactDraft]:
    """Yield drafts for faults that patterns find in an edit before it is made, each with how sure it is."""
    for one, sure in patterns:
        words = phrase_pattern(one.name, one.cwe, one.why, one.fix)
        yield FactDraft(
            RuleKind.PATTERN, key_of_pattern(one.name), "", words, TrialSummary(), level=Level.WARN, sure=sure
        )


def draft_fix_facts(fixes: Iterable[tuple[ProvenFix, Collection[bytes], str]]) -> Iterator[FactDraft]:
    """Yield drafts for what worked after a failure, given with the keys and the condition by which the gate knows it.

    All are one rule, so that a session hears it once, however the failure reads.
    """
    for fix, keys, condition in fixes:
        tried = TrialSummary(n=fix.tried, wrong=fix.worked, sessions=fix.sessions, call=fix.failed_call)
        words = phrase_fix(fix)
        subject = b"\0".join((fix.fingerprint, fix.head.encode(), words.rpartition("\n")[2].encode()))
        for key in sorted(keys):
            yield FactDraft(RuleKind.FIX, key, condition, words, tried, pattern=fix.pattern, subject=subject)


def draft_limit_facts(runs: Iterable[TimedRun], find_limit: LimitFinder, salt: bytes) -> Iterator[FactDraft]:
    """Yield drafts for commands that usually need longer than agents give them."""
    groups: dict[bytes, list[TimedRun]] = {}
    for run in runs:
        if (folder := shorten_folder(run.folder)) and len(run.command) < LONGEST_COMMAND:
            groups.setdefault(key_of_command(run.command, folder, salt), []).append(run)
    for key, mine in groups.items():
        usual = quantile(sorted(run.seconds for run in mine), 0.5)
        if len(mine) >= policy.FEWEST_CALLS and usual >= SHORTEST_LONG_S:
            yield _draft_limit(key, mine, usual, find_limit(mine))


def _draft_limit(key: bytes, runs: Sequence[TimedRun], usual: float, limit_s: float | None) -> FactDraft:
    """Return the draft for one command."""
    tried = TrialSummary(
        n=len(runs),
        wrong=sum(run.seconds >= usual for run in runs),
        sessions=len({run.session for run in runs}),
        call=runs[-1].call,
    )
    longest = max(run.seconds for run in runs)
    words = phrase_limit(quote_command(runs[-1].command, LONGEST_NAME), usual, len(runs), longest)
    given = f":{math.ceil(min(limit_s, _LONGEST_LIMIT_S))}" if limit_s is not None else ""
    return FactDraft(RuleKind.LIMIT, key, f"short:{usual:.0f}{given}", words, tried)
