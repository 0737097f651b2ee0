"""Rules that only inform: fixes after failures, times of commands, workflows, sequences, patterns."""

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from twiceshy.advice import policy
from twiceshy.advice.phrase import phrase_fix, phrase_limit, phrase_pattern
from twiceshy.advice.rule_drafts import make_rule_id
from twiceshy.advice.rule_words import LONGEST_NAME
from twiceshy.advice.sequence_rules import SequenceRule
from twiceshy.advice.workflow_rules import StepRule
from twiceshy.base.values import Scrubbed
from twiceshy.commands.keys.gate_keys import LONGEST_COMMAND, key_of_command, key_of_pattern, shorten_folder
from twiceshy.records.rules import Level, ProvenFix, Rule, RuleKind, TimedRun, TrialSummary
from twiceshy.stats.intervals import quantile
from twiceshy.stats.text.foreign_names import quote_command

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
