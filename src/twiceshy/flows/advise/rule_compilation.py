"""Compile rules: turn everything learned into the small file that the gate looks things up in.

Rules from counts come from trials; what they quote is read now, shortened, and scrubbed once more. Rules that a
person muted, and rules whose measured effect is none, are compiled as silent: they are counted and never shown.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

from twiceshy.advice import placebo, policy
from twiceshy.advice.code_lessons import CodeLesson, draft_code_lessons, find_code_patterns
from twiceshy.advice.fact_rules import (
    SHORTEST_LONG_S,
    CodePattern,
    FactDraft,
    build_fact_rules,
    draft_fix_facts,
    draft_limit_facts,
    draft_pattern_facts,
    draft_sequence_facts,
    draft_step_facts,
)
from twiceshy.advice.fixes import FixesByFailure, choose_remedies
from twiceshy.advice.lesson_forms import LessonForm
from twiceshy.advice.phrase import add_mute_line
from twiceshy.advice.replay import ReplaySession, replay
from twiceshy.advice.rule_drafts import Draft, TrialCounts, draft_rules, make_rule_id
from twiceshy.advice.rule_words import build_rule, phrase_drafts, silence_repeats
from twiceshy.advice.sequence_rules import build_sequence_rules
from twiceshy.capture.agent_hooks import AGENTS
from twiceshy.capture.readers import command_limits
from twiceshy.config import Config
from twiceshy.facts.keys.gate_keys import name_of_pattern
from twiceshy.facts.text.fingerprint import label
from twiceshy.flows.advise import lesson_trials
from twiceshy.flows.advise.advice_effects import find_retired_rules, keep_rates
from twiceshy.flows.advise.advice_outcomes import join_outcomes
from twiceshy.flows.advise.lesson_trials import read_lesson_trials, store_lesson_trials
from twiceshy.flows.advise.proven_fixes import KnownFixes, read_proven_fixes
from twiceshy.flows.advise.rule_trials import read_trials, update_trials
from twiceshy.flows.advise.workflow_rules import build_step_rules
from twiceshy.privacy.policy import RedactionLevel as Redaction
from twiceshy.privacy.policy import load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records import ids
from twiceshy.records.rules import WRONG_FATES, CallFacts, Level, ReplayResult, Rule, RuleKind, TimedRun
from twiceshy.records.values import Scrubbed
from twiceshy.run import limits
from twiceshy.score.pattern_rules import SURE, PatternRule
from twiceshy.score.pattern_rules import load as load_patterns
from twiceshy.store import rule_rows as writing
from twiceshy.store import rules_file
from twiceshy.store.db import Store
from twiceshy.store.lock import hold_lock
from twiceshy.store.reads import lessons as lesson_reads
from twiceshy.store.reads import rules as reads
from twiceshy.store.rules_file import GateRule


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
        keep_rates(store, replayed)
        rules = _build_count_rules(store, config, counts, replayed, forms)
        rules = policy.soften_refusals(rules, reads.read_demoted(store.connection))
        with store.begin_writing() as connection:
            writing.put_rules(connection, rules, now())
        speaking = [rule for rule in rules if rule.level is not Level.SILENT and config.advice_enabled]
        lines = [_line_of(rule) for rule in speaking]
        if config.advice_trial == placebo.TRIAL:
            lines += [_placebo_of(rule) for rule in speaking if rule.level is Level.WARN]
        rules_file.write(config.home, lines, _settings_of(store, config, speaking))
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
        replayed, _ = _replay_all(store, forms)
        keep_rates(store, replayed)
        return replayed


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
    found = silence_repeats(found, calls, store.salt)
    known = read_proven_fixes(store)
    instead = choose_remedies(known.fixes)
    rules = _phrase_rules(store, config, found, calls, instead=instead, forms={form.id: form for form in forms})
    rules = [
        replace(rule, lesson=lessons[rule.tried.call][0]) if rule.tried.call in lessons else rule for rule in rules
    ]
    return rules + _build_fact_rules(store, config, known)


def _phrase_rules(
    store: Store,
    config: Config,
    found: Sequence[Draft],
    calls: Mapping[bytes, CallFacts],
    *,
    instead: FixesByFailure,
    forms: Mapping[bytes, LessonForm],
) -> list[Rule]:
    """Return the drafts as rules with their words, scrubbed."""
    if not found:
        return []
    texts = _scrub(store, config, phrase_drafts(found, calls, instead, forms))
    return [
        build_rule(draft, text, calls.get(draft.tried.call), forms.get(draft.key), store.salt)
        for draft, text in zip(found, texts, strict=True)
    ]


def _build_fact_rules(store: Store, config: Config, known: KnownFixes) -> list[Rule]:
    """Return the rules that only inform: fixes after failures, times of commands, workflows, sequences, patterns."""
    long = reads.read_long_runs(store.connection, SHORTEST_LONG_S, command_limits())
    drafts = [
        *draft_fix_facts((fix, *place) for fix, place in zip(known.fixes, known.places, strict=True)),
        *draft_limit_facts(long, _find_limit, store.salt),
        *draft_step_facts(build_step_rules(store, Path.cwd(), enforce=config.advice_enforce_workflow)),
        *draft_sequence_facts(build_sequence_rules(lesson_reads.read_lessons(store.connection), store.salt)),
        *draft_pattern_facts((_describe_pattern(one), SURE) for one in _choose_patterns(config)),
        *_draft_code_lessons(store),
    ]
    if not drafts:
        return []
    texts = _scrub(store, config, [one.words for one in drafts])
    return build_fact_rules(drafts, texts, reads.read_muted(store.connection))


def _choose_patterns(config: Config) -> list[PatternRule]:
    """Return the patterns that speak at an edit before any lesson is about them."""
    known = load_patterns().rules if config.advice_patterns != "none" else ()
    return [one for one in known if one.unasked or config.advice_patterns == "all"]


def _describe_pattern(one: PatternRule) -> CodePattern:
    """Return what advice needs of a pattern."""
    return CodePattern(one.id, one.languages, one.cwe, one.why, one.fix, sure=one.unasked)


def _draft_code_lessons(store: Store) -> Iterator[FactDraft]:
    """Yield rules for the patterns that lessons in use are about."""
    patterns = [_describe_pattern(one) for one in load_patterns().rules]
    about = [one for one in lesson_reads.read_lessons(store.connection) if find_code_patterns(one, patterns)]
    lessons = [
        CodeLesson(uid, one, lesson_reads.read_places(store.connection, uid))
        for one in about
        for uid in (bytes.fromhex(one.id.partition("-")[2]),)
    ]
    return draft_code_lessons(lessons, patterns, store.salt)


def _find_limit(runs: Sequence[TimedRun]) -> float | None:
    """Return the seconds within which such runs end; None for too little data."""
    learned = limits.compute_limit([limits.RunDuration(run.seconds, run.cut) for run in runs])
    return None if learned is None else limits.round_up(learned.limit_s)


def _scrub(store: Store, config: Config, texts: Sequence[str]) -> list[Scrubbed]:
    """Return the words as they may be stored."""
    scrubber = Scrubber(load_rules(), store.salt, Redaction(config.privacy_level), cache=config.cache)
    return scrubber.texts(texts)


class TimeExceeded(Exception):  # noqa: N818  # no error: the next run goes on
    """There was more to look at than there was time for."""


def stop_after(seconds: float) -> Callable[[], None]:
    """Return a pause that raises ``TimeExceeded`` once so many seconds are over."""
    end = time.monotonic() + seconds

    def pause() -> None:
        if time.monotonic() > end:
            raise TimeExceeded

    return pause


def _line_of(rule: Rule) -> GateRule:
    """Return the rule as the gate reads it."""
    text = add_mute_line(ids.shorten(ids.WARNING, rule.id), rule.words)
    return GateRule(rule.key, rule.id.hex(), rule.level, round(rule.confidence, 4), rule.condition, rule.pattern, text)


def _placebo_of(rule: Rule) -> GateRule:
    """Return the neutral line that stands for the rule in a trial, as long as the rule's."""
    text = add_mute_line(ids.shorten(ids.WARNING, rule.id), placebo.phrase_placebo(rule.words, rule.tried))
    return rules_file.make_placebo(_line_of(rule), text)


def _settings_of(store: Store, config: Config, rules: Iterable[Rule]) -> str:
    """Return the gate's other settings: warnings per session, the holdout share and switches."""
    known = [one for one in reads.read_advice(store.connection) if one.outcome and one.level is not Level.INFORM]
    most = policy.choose_budget(sum(one.outcome in WRONG_FATES for one in known), len(known))
    names = ",".join(sorted({name for rule in rules if (name := name_of_pattern(rule.key))}))
    patterns = names and f";patterns={names}"
    patterns += ";timeout=1" if config.advice_set_timeout else ""
    early = ",".join(
        name
        for name, agent in AGENTS.items()
        if agent.words_before_since and agent.takes_words_before(reads.read_newest_version(store.connection, name))
    )
    early = early and f";early={early}"
    shares = placebo.share_lots(config.advice_held_back_percent, config.advice_trial)
    return f"budget={most}{patterns}{early}{shares}"
