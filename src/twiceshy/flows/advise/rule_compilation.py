"""Compile rules: turn everything learned into the small file that the gate looks things up in.

Rules from counts come from trials; what they quote is read now, shortened, and scrubbed once more. Rules that a
person muted, and rules whose measured effect is none, are compiled as silent: they are counted and never shown.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

from twiceshy.advice import policy
from twiceshy.advice.fixes import Remedy, choose_remedies
from twiceshy.advice.phrase import (
    RuleFacts,
    add_mute_line,
    phrase_fix,
    phrase_lesson,
    phrase_limit,
    phrase_pattern,
    phrase_rule,
)
from twiceshy.advice.replay import ReplaySession, replay
from twiceshy.advice.rule_drafts import CONDITIONS, Draft, TrialCounts, draft_rules, make_rule_id
from twiceshy.capture.agent_hooks import AGENTS
from twiceshy.capture.readers import command_limits
from twiceshy.config import Config
from twiceshy.facts.keys.gate_keys import (
    LONGEST_COMMAND,
    head_words_of,
    key_of_command,
    key_of_head,
    key_of_pattern,
    shorten_folder,
)
from twiceshy.facts.stats.intervals import quantile
from twiceshy.facts.text.fingerprint import label
from twiceshy.flows.advise import lesson_trials
from twiceshy.flows.advise.advice_effects import find_retired_rules
from twiceshy.flows.advise.advice_outcomes import join_outcomes
from twiceshy.flows.advise.lesson_rules import build_sequence_rules, quote_lesson
from twiceshy.flows.advise.lesson_trials import LessonForm, read_lesson_trials, store_lesson_trials
from twiceshy.flows.advise.rule_trials import read_fixes, read_trials, update_trials
from twiceshy.flows.advise.workflow_rules import build_step_rules
from twiceshy.lessons.quoting import quote
from twiceshy.privacy.policy import RedactionLevel as Redaction
from twiceshy.privacy.policy import load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records import ids
from twiceshy.records.rules import WRONG_FATES, Level, ReplayResult, Rule, RuleKind, TrialSummary
from twiceshy.records.values import Scrubbed
from twiceshy.run import limits
from twiceshy.score.gate_patterns import EXPLANATIONS
from twiceshy.store import rule_rows as writing
from twiceshy.store import rules_file
from twiceshy.store.db import Store
from twiceshy.store.lock import hold_lock
from twiceshy.store.reads import rules as reads
from twiceshy.store.reads.rules import CallFacts, TimedRun
from twiceshy.store.rules_file import GateRule

_SHORTEST_LONG_S = 90.0
"""Seconds that a command must usually need before its time is worth a line: a quarter below the shortest limit that an
agent sets by itself, 120 s."""
_LONGEST_LIMIT_S = 600
"""What an agent gives a command at most; few and scattered runs teach longer limits than anyone means."""
_LONGEST_NAME, _LONGEST_MESSAGE = 120, 160


class Compilation(NamedTuple):
    """The counts of one compilation."""

    sessions: int
    """Looked at anew."""
    rules: int
    """That speak."""
    silent: int
    """With enough evidence, but not sure enough, muted, or of a kind that was not right often enough."""
    replayed: ReplayResult
    left_out: int = 0
    """Validators and orders of usage lessons that the gate has no means to check."""


def compile_rules(
    config: Config,
    *,
    pause: Callable[[], None] = lambda: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Compilation:
    """Compile all rules and write them where the gate reads them from its next call on; return the counts.

    ``pause`` is called between groups of sessions and may raise to end the run; the earlier rules stay then.

    Raises:
        StoreBusy: another run compiles rules.
        StoreError: the store or the rules cannot be written.
    """
    with Store.open(config.home) as store, hold_lock(config.home, "rules"):
        fresh = update_trials(store, pause)
        join_outcomes(store, set(fresh))
        forms, left_out = lesson_trials.collect_forms(store)
        store_lesson_trials(store, forms, pause)
        replayed, counts = _replay_all(store, forms)
        rules = _build_count_rules(store, config, counts, replayed, forms)
        with store.begin_writing() as connection:
            writing.put_rules(connection, rules, now())
        speaking = [rule for rule in rules if rule.level is not Level.SILENT and config.advice_enabled]
        rules_file.write(config.home, [_line_of(rule) for rule in speaking], _settings_of(store, config))
        return Compilation(len(fresh), len(speaking), len(rules) - len(speaking), replayed, left_out)


def _replay_all(store: Store, forms: Sequence[LessonForm]) -> tuple[ReplayResult, TrialCounts]:
    """Return what warnings would have said in all sessions, and the counts that result."""

    @cache
    def error_of(call: bytes) -> str:
        found = reads.read_call_facts(store.connection, [call]).get(call)
        return label(found.message) if found else ""

    taught = read_lesson_trials(store, forms)
    sessions = (
        ReplaySession(stored.at, stored.calls, [*found, *known], early)
        for stored, found in read_trials(store)
        for known, early in (taught.get(stored.session, ([], [])),)
    )
    return replay(sessions, error_of)


def replay_rules(config: Config) -> ReplayResult:
    """Return what warnings would have said in the stored sessions; new sessions are looked at first.

    Raises:
        NotFound: nothing was ever stored.
        StoreBusy: another run compiles rules.
    """
    Store.open(config.home, readonly=True).close()
    with Store.open(config.home) as store, hold_lock(config.home, "rules"):
        update_trials(store)
        forms, _ = lesson_trials.collect_forms(store)
        store_lesson_trials(store, forms)
        return _replay_all(store, forms)[0]


def _build_count_rules(
    store: Store, config: Config, counts: TrialCounts, replayed: ReplayResult, forms: Sequence[LessonForm]
) -> list[Rule]:
    """Return the rules made from trials, silent ones included."""
    records = {one.kind: one for one in replayed.kinds}
    candidates = draft_rules(counts, records, {})
    calls = reads.read_call_facts(store.connection, [draft.tried.call for draft in candidates])
    errors = {uid: label(call.message) for uid, call in calls.items() if call.message}
    lessons = reads.find_lessons(store.connection, calls)
    unwanted = reads.read_muted(store.connection) | find_retired_rules(store).keys()
    unwanted |= {one.id for one in candidates if lessons.get(one.tried.call, (b"", False))[1]}
    unwanted |= {make_rule_id(RuleKind.LESSON, form.id) for form in forms if not form.said}
    found = draft_rules(counts, records, errors, unwanted)
    found = _silence_repeats(found, calls, store.salt)
    ways = choose_remedies(read_fixes(store))
    rules = [
        replace(rule, lesson=lessons[rule.tried.call][0]) if rule.tried.call in lessons else rule
        for rule in _phrase_rules(store, config, found, calls, ways, forms={form.id: form for form in forms})
    ]
    return rules + _build_fact_rules(store, config, ways)


def _silence_repeats(found: Sequence[Draft], calls: Mapping[bytes, CallFacts], salt: bytes) -> list[Draft]:
    """Return the drafts; warnings for single commands are silenced where a rule already covers them.

    That is so where another rule warns that all commands with the same beginning fail.
    """
    heads = {draft.key: draft for draft in found if draft.kind is RuleKind.HEAD and draft.level is not Level.SILENT}

    def level_of(draft: Draft) -> Level:
        call = calls.get(draft.tried.call)
        head = key_of_head(head_words_of(call.command), salt) if call and draft.kind is RuleKind.COMMAND else None
        return Level.SILENT if head in heads and draft.level is Level.WARN else draft.level

    return [draft._replace(level=level_of(draft)) for draft in found]


def _build_fact_rules(store: Store, config: Config, ways: Sequence[Remedy]) -> list[Rule]:
    """Return the rules that only inform: fixes after failures, times of commands, workflows, sequences, patterns."""
    told = [*_draft_fix_facts(store, ways), *_draft_limit_facts(store), *_draft_workflow_facts(store, config)]
    told += [*_draft_sequence_facts(store), *(_draft_pattern_facts() if config.advice_patterns else [])]
    if not told:
        return []
    muted = reads.read_muted(store.connection)
    scrubber = Scrubber(load_rules(), store.salt, Redaction(config.privacy_level), cache=config.cache)
    texts = scrubber.texts([one.words for one in told])
    return [
        Rule(
            id=(rule := make_rule_id(one.kind, one.key + one.name)),
            kind=one.kind,
            key=one.key,
            condition=one.condition,
            level=Level.SILENT if rule in muted else one.level,
            confidence=one.tried.wrong / one.tried.n if one.tried.n else 0.5,
            words=text,
            tried=one.tried,
        )
        for one, text in zip(told, texts, strict=True)
    ]


class TimeExceeded(Exception):  # noqa: N818  # no error: the next run goes on
    """There was more to look at than there was time for."""


def stop_after(seconds: float) -> Callable[[], None]:
    """Return a pause that raises ``TimeExceeded`` once so many seconds are over."""
    end = time.monotonic() + seconds

    def pause() -> None:
        if time.monotonic() > end:
            raise TimeExceeded

    return pause


class _FactDraft(NamedTuple):
    """A rule that informs, before its words are scrubbed; ``tried.wrong`` counts what it says happened."""

    kind: RuleKind
    key: bytes
    condition: str
    words: str
    tried: TrialSummary
    level: Level = Level.INFORM
    name: bytes = b""
    """Tells rules under one key apart."""


def _draft_workflow_facts(store: Store, config: Config) -> Iterator[_FactDraft]:
    """Yield drafts for the workflow steps that projects declare."""
    for one in build_step_rules(store, Path.cwd(), enforce=config.advice_enforce_workflow):
        words_ = _quote_lines(one.words)
        yield _FactDraft(RuleKind.WORKFLOW, one.key, one.condition, words_, one.tried, one.level, one.slug.encode())


def _draft_sequence_facts(store: Store) -> Iterator[_FactDraft]:
    """Yield drafts for sequences of lessons that a person promoted."""
    for one in build_sequence_rules(store):
        words_ = _quote_lines(one.words)
        yield _FactDraft(RuleKind.LESSON, one.key, one.condition, words_, one.tried, Level.WARN, one.slug.encode())


def _quote_lines(text: str) -> str:
    """Return the lines, each quoted and shortened, as they hold foreign words."""
    return "\n".join(quote(line, 2 * _LONGEST_NAME) for line in text.split("\n"))


def _draft_pattern_facts() -> Iterator[_FactDraft]:
    """Yield drafts for faults that patterns find in an edit before it is made."""
    for name, (cwe, _, wrong, instead) in EXPLANATIONS.items():
        yield _FactDraft(
            RuleKind.PATTERN, key_of_pattern(name), "", phrase_pattern(name, cwe, wrong, instead), TrialSummary()
        )


def _draft_fix_facts(store: Store, ways: Sequence[Remedy]) -> Iterator[_FactDraft]:
    """Yield drafts for what worked after a failure."""
    calls = reads.read_call_facts(store.connection, [way.fix_call for way in ways])
    for way in ways:
        if (call := calls.get(way.fix_call)) is not None:
            fix = quote(call.command, _LONGEST_NAME * 2)
            tried = TrialSummary(n=way.tried, wrong=way.worked, sessions=way.sessions, call=way.failed_call)
            yield _FactDraft(RuleKind.FIX, way.key, "", phrase_fix(fix, way.worked, way.tried, way.sessions), tried)


def _draft_limit_facts(store: Store) -> Iterator[_FactDraft]:
    """Yield drafts for commands that usually need longer than agents give them."""
    groups: dict[bytes, list[TimedRun]] = {}
    for run in reads.read_long_runs(store.connection, _SHORTEST_LONG_S, command_limits()):
        if (folder := shorten_folder(run.folder)) and len(run.command) < LONGEST_COMMAND:
            groups.setdefault(key_of_command(run.command, folder, store.salt), []).append(run)
    for key, runs in groups.items():
        times = sorted(run.seconds for run in runs)
        usual = quantile(times, 0.5)
        if len(runs) < policy.FEWEST_CALLS or usual < _SHORTEST_LONG_S:
            continue
        tried = TrialSummary(
            n=len(runs),
            wrong=sum(run.seconds >= usual for run in runs),
            sessions=len({run.session for run in runs}),
            call=runs[-1].call,
        )
        words_ = phrase_limit(quote(runs[-1].command, _LONGEST_NAME), usual, len(runs), times[-1])
        learned = limits.compute_limit([limits.RunDuration(run.seconds, run.cut) for run in runs])
        given = f":{math.ceil(min(limits.round_up(learned.limit_s), _LONGEST_LIMIT_S))}" if learned else ""
        yield _FactDraft(RuleKind.LIMIT, key, f"short:{usual:.0f}{given}", words_, tried)


def _phrase_rules(
    store: Store,
    config: Config,
    found: Sequence[Draft],
    calls: Mapping[bytes, CallFacts],
    ways: Sequence[Remedy],
    *,
    forms: Mapping[bytes, LessonForm],
) -> list[Rule]:
    """Return the drafts as rules with their words, scrubbed."""
    if not found:
        return []
    instead = _find_replacements(store, ways)
    scrubber = Scrubber(load_rules(), store.salt, Redaction(config.privacy_level), cache=config.cache)
    facts = [_facts_of(draft.kind, calls.get(draft.tried.call), instead) for draft in found]
    texts = scrubber.texts(
        [
            phrase_lesson(quote_lesson(forms[draft.key]), draft.tried, told)
            if draft.key in forms
            else phrase_rule(draft.kind, draft.tried, told)
            for draft, told in zip(found, facts, strict=True)
        ]
    )
    rules = [_rule_of(draft, text, calls.get(draft.tried.call)) for draft, text in zip(found, texts, strict=True)]
    return [_adapt_to_lesson(rule, forms[rule.key], store.salt) if rule.key in forms else rule for rule in rules]


def _adapt_to_lesson(rule: Rule, form: LessonForm, salt: bytes) -> Rule:
    """Return the rule under the key by which the gate finds it."""
    return replace(
        rule,
        key=lesson_trials.key_of(form, salt),
        condition=lesson_trials.condition_of(form, salt),
        pattern=form.wrong.pattern,
        lesson=bytes.fromhex(form.lesson.id.removeprefix("l-")),
        project="",
    )


def _rule_of(draft: Draft, text: Scrubbed, call: CallFacts | None) -> Rule:
    """Return the rule made from a draft and its words."""
    everywhere = draft.kind in {RuleKind.UNREAD_EDIT, RuleKind.RETRY_EDIT, RuleKind.RERUN, RuleKind.HEAD}
    return Rule(
        id=draft.id,
        kind=draft.kind,
        key=draft.key,
        condition=CONDITIONS.get(draft.kind, ""),
        level=draft.level,
        confidence=draft.confidence,
        words=text,
        tried=draft.tried,
        project="" if everywhere or call is None else call.project,
    )


def _find_replacements(store: Store, ways: Sequence[Remedy]) -> dict[str, tuple[str, Remedy]]:
    """Map a failure's message to a command that worked in place of the failed one, and to its counts."""
    failed = reads.read_call_facts(store.connection, [way.failed_call for way in ways])
    fixed = reads.read_call_facts(store.connection, [way.fix_call for way in ways])
    return {
        failed[way.failed_call].message: (quote(fixed[way.fix_call].command, _LONGEST_NAME), way)
        for way in ways
        if way.failed_call in failed and way.fix_call in fixed
    }


def _facts_of(kind: RuleKind, call: CallFacts | None, instead: Mapping[str, tuple[str, Remedy]]) -> RuleFacts:
    """Return what is quoted of a call."""
    if call is None:
        return RuleFacts()
    name = head_words_of(call.command) if kind is RuleKind.HEAD else call.command or call.path
    command, way = instead.get(call.message, ("", None)) if call.command else ("", None)
    return RuleFacts(
        instead=command,
        instead_n=way.tried if way else 0,
        instead_worked=way.worked if way else 0,
        name=quote(name, _LONGEST_NAME),
        message=quote(call.message, _LONGEST_MESSAGE),
        at=call.at,
        session=ids.shorten(ids.SESSION, call.session),
    )


def _line_of(rule: Rule) -> GateRule:
    """Return the rule as the gate reads it."""
    text = add_mute_line(ids.shorten(ids.WARNING, rule.id), rule.words)
    return GateRule(rule.key, rule.id.hex(), rule.level, round(rule.confidence, 4), rule.condition, rule.pattern, text)


def _settings_of(store: Store, config: Config) -> str:
    """Return the gate's other settings: warnings per session, the holdout share and switches."""
    known = [one for one in reads.read_advice(store.connection) if one.outcome and one.level is not Level.INFORM]
    most = policy.choose_budget(sum(one.outcome in WRONG_FATES for one in known), len(known))
    patterns = ";patterns=1" if config.advice_patterns else ""
    patterns += ";timeout=1" if config.advice_set_timeout else ""
    early = ",".join(
        name
        for name, agent in AGENTS.items()
        if agent.words_before_since and agent.takes_words_before(reads.read_newest_version(store.connection, name))
    )
    early = early and f";early={early}"
    return f"budget={most}{patterns}{early};held={round(config.advice_held_back_percent / 100 * 65536)}"
