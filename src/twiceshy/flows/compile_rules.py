"""Compiling rules: everything learned becomes the small file that the gate looks things up in.

Rules of counts come from trials; what they quote is read now, bounded, and scrubbed once more. Rules that a person
muted, and those whose effect was measured and is none, are compiled as silent: they are counted and never said.
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
from twiceshy.advice.compile import CONDITIONS, Counts, Draft, drafts, rule_id
from twiceshy.advice.fixes import Remedy, remedies
from twiceshy.advice.keys import LONGEST_COMMAND, of_command, of_head, of_pattern, place, two_words
from twiceshy.advice.phrase import Facts, fix_words, lesson_words, limit_words, pattern_words, whole, words
from twiceshy.advice.replay import Session, replay
from twiceshy.config import Config
from twiceshy.facts.fingerprint import label
from twiceshy.facts.stats import quantile
from twiceshy.flows import lesson_trials
from twiceshy.flows.advice_effects import retired
from twiceshy.flows.advice_outcomes import join_outcomes
from twiceshy.flows.lesson_rules import lesson_facts, sequence_rules
from twiceshy.flows.lesson_trials import Form, keep_lesson_trials, kept_lesson_trials
from twiceshy.flows.trials import keep_trials, kept, kept_fixes
from twiceshy.flows.workflow_rules import step_rules
from twiceshy.lessons.quoting import quoted
from twiceshy.privacy.policy import Level as Redaction
from twiceshy.privacy.policy import load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records import ids
from twiceshy.records.rules import WRONG, Level, Replayed, Rule, RuleKind, Tried
from twiceshy.records.text import Scrubbed
from twiceshy.run import limits
from twiceshy.score.gate_patterns import TOLD
from twiceshy.store import rules as writing
from twiceshy.store import rules_file
from twiceshy.store.db import Store
from twiceshy.store.lock import held
from twiceshy.store.reads import rules as reads
from twiceshy.store.reads.rules import CallFacts, Run
from twiceshy.store.rules_file import Line

SHORTEST_LONG_S = 90.0
"""Seconds that a command must usually need before its time is worth a line: a quarter below the shortest limit that an
agent sets by itself, 120 s."""
LONGEST_LIMIT_S = 600
"""What an agent gives a command at most; few and scattered runs teach longer limits than anyone means."""
LONGEST_NAME, LONGEST_MESSAGE = 120, 160


class Compiled(NamedTuple):
    """What a compilation gave."""

    sessions: int
    """Looked at anew."""
    rules: int
    """That speak."""
    silent: int
    """With enough evidence, but not sure enough, muted, or of a kind that was not right often enough."""
    replayed: Replayed
    left_out: int = 0
    """Validators and orders of usage lessons that the gate has no means to check."""


def compile_rules(
    config: Config,
    *,
    pause: Callable[[], None] = lambda: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Compiled:
    """What was compiled; the gate looks at it from its next call on.

    ``pause`` is called between groups of sessions and may raise to end the run; the rules before stay then.

    Raises:
        StoreBusy: another run is at it.
        StoreError: the store or the rules cannot be written.
    """
    with Store.open(config.home) as store, held(config.home, "rules"):
        fresh = keep_trials(store, pause)
        join_outcomes(store, set(fresh))
        forms, left_out = lesson_trials.forms(store)
        keep_lesson_trials(store, forms, pause)
        replayed, counts = replayed_all(store, forms)
        rules = rules_of_counts(store, config, counts, replayed, forms)
        with store.writing() as connection:
            writing.put_rules(connection, rules, now())
        speaking = [rule for rule in rules if rule.level is not Level.SILENT and config.advice_enabled]
        rules_file.write(config.home, [line_of(rule) for rule in speaking], settings_of(store, config))
        return Compiled(len(fresh), len(speaking), len(rules) - len(speaking), replayed, left_out)


def replayed_all(store: Store, forms: Sequence[Form]) -> tuple[Replayed, Counts]:
    """What warnings would have said in all sessions, and the counts that they leave."""

    @cache
    def error_of(call: bytes) -> str:
        found = reads.call_facts(store.connection, [call]).get(call)
        return label(found.message) if found else ""

    taught = kept_lesson_trials(store, forms)
    sessions = (
        Session(stored.at, stored.calls, [*found, *known], early)
        for stored, found in kept(store)
        for known, early in (taught.get(stored.session, ([], [])),)
    )
    return replay(sessions, error_of)


def replayed_rules(config: Config) -> Replayed:
    """What warnings would have said in the stored sessions; those not looked at yet are looked at first.

    Raises:
        NotFound: nothing was ever stored.
        StoreBusy: another run compiles rules.
    """
    Store.open(config.home, readonly=True).close()
    with Store.open(config.home) as store, held(config.home, "rules"):
        keep_trials(store)
        forms, _ = lesson_trials.forms(store)
        keep_lesson_trials(store, forms)
        return replayed_all(store, forms)[0]


def rules_of_counts(
    store: Store, config: Config, counts: Counts, replayed: Replayed, forms: Sequence[Form]
) -> list[Rule]:
    """The rules that trials make, silent ones too."""
    records = {one.kind: one for one in replayed.kinds}
    candidates = drafts(counts, records, {})
    calls = reads.call_facts(store.connection, [draft.tried.call for draft in candidates])
    errors = {uid: label(call.message) for uid, call in calls.items() if call.message}
    lessons = reads.lessons_of(store.connection, calls)
    unwanted = reads.muted(store.connection) | retired(store).keys()
    unwanted |= {one.id for one in candidates if lessons.get(one.tried.call, (b"", False))[1]}
    unwanted |= {rule_id(RuleKind.LESSON, form.id) for form in forms if not form.said}
    found = drafts(counts, records, errors, unwanted)
    found = said_once(found, calls, store.salt)
    ways = remedies(kept_fixes(store))
    rules = [
        replace(rule, lesson=lessons[rule.tried.call][0]) if rule.tried.call in lessons else rule
        for rule in phrased(store, config, found, calls, ways, forms={form.id: form for form in forms})
    ]
    return rules + told_rules(store, config, ways)


def said_once(found: Sequence[Draft], calls: Mapping[bytes, CallFacts], salt: bytes) -> list[Draft]:
    """The drafts, those of commands silent of which all that begin alike are said to fail anyway."""
    heads = {draft.key: draft for draft in found if draft.kind is RuleKind.HEAD and draft.level is not Level.SILENT}

    def level(draft: Draft) -> Level:
        call = calls.get(draft.tried.call)
        head = of_head(call.command, salt) if call and draft.kind is RuleKind.COMMAND else None
        return Level.SILENT if head in heads and draft.level is Level.WARN else draft.level

    return [draft._replace(level=level(draft)) for draft in found]


def told_rules(store: Store, config: Config, ways: Sequence[Remedy]) -> list[Rule]:
    """Rules that only inform: what worked after a failure, and how long a command needs."""
    told = [*fix_facts(store, ways), *limit_facts(store), *workflow_facts(store, config)]
    told += [*sequence_facts(store), *(pattern_facts() if config.advice_patterns else [])]
    if not told:
        return []
    muted = reads.muted(store.connection)
    scrubber = Scrubber(load_rules(), store.salt, Redaction(config.privacy_level), cache=config.cache)
    texts = scrubber.texts([one.words for one in told])
    return [
        Rule(
            id=(rule := rule_id(one.kind, one.key + one.name)),
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


class TooLong(Exception):  # noqa: N818  # no error: the next run goes on
    """There was more to look at than there was time for."""


def until(seconds: float) -> Callable[[], None]:
    """A pause that raises ``TooLong`` once so many seconds are over."""
    end = time.monotonic() + seconds

    def pause() -> None:
        if time.monotonic() > end:
            raise TooLong

    return pause


class Told(NamedTuple):
    """A rule that informs, before its words are scrubbed; ``tried.wrong`` counts what it says happened."""

    kind: RuleKind
    key: bytes
    condition: str
    words: str
    tried: Tried
    level: Level = Level.INFORM
    name: bytes = b""
    """Tells rules under one key apart."""


def workflow_facts(store: Store, config: Config) -> Iterator[Told]:
    """Steps that projects declare."""
    for one in step_rules(store, Path.cwd(), enforce=config.advice_enforce_workflow):
        words_ = quoted_lines(one.words)
        yield Told(RuleKind.WORKFLOW, one.key, one.condition, words_, one.tried, one.level, one.slug.encode())


def sequence_facts(store: Store) -> Iterator[Told]:
    """Sequences of lessons that a person promoted."""
    for one in sequence_rules(store):
        words_ = quoted_lines(one.words)
        yield Told(RuleKind.LESSON, one.key, one.condition, words_, one.tried, Level.WARN, one.slug.encode())


def quoted_lines(text: str) -> str:
    """Lines with foreign words in them, each bounded."""
    return "\n".join(quoted(line, 2 * LONGEST_NAME) for line in text.split("\n"))


def pattern_facts() -> Iterator[Told]:
    """Faults that patterns find in an edit before it is made."""
    for name, (cwe, _, wrong, instead) in TOLD.items():
        yield Told(RuleKind.PATTERN, of_pattern(name), "", pattern_words(name, cwe, wrong, instead), Tried())


def fix_facts(store: Store, ways: Sequence[Remedy]) -> Iterator[Told]:
    """What worked after a failure."""
    calls = reads.call_facts(store.connection, [way.fix_call for way in ways])
    for way in ways:
        if (call := calls.get(way.fix_call)) is not None:
            fix = quoted(call.command, LONGEST_NAME * 2)
            tried = Tried(n=way.tried, wrong=way.worked, sessions=way.sessions, call=way.failed_call)
            yield Told(RuleKind.FIX, way.key, "", fix_words(fix, way.worked, way.tried, way.sessions), tried)


def limit_facts(store: Store) -> Iterator[Told]:
    """Commands that usually need longer than agents give them."""
    groups: dict[bytes, list[Run]] = {}
    for run in reads.long_runs(store.connection, SHORTEST_LONG_S):
        if (folder := place(run.folder)) and len(run.command) < LONGEST_COMMAND:
            groups.setdefault(of_command(run.command, folder, store.salt), []).append(run)
    for key, runs in groups.items():
        times = sorted(run.seconds for run in runs)
        usual = quantile(times, 0.5)
        if len(runs) < policy.FEWEST_CALLS or usual < SHORTEST_LONG_S:
            continue
        tried = Tried(
            n=len(runs),
            wrong=sum(run.seconds >= usual for run in runs),
            sessions=len({run.session for run in runs}),
            call=runs[-1].call,
        )
        words_ = limit_words(quoted(runs[-1].command, LONGEST_NAME), usual, len(runs), times[-1])
        learned = limits.limit([limits.Timed(run.seconds, run.cut) for run in runs])
        given = f":{math.ceil(min(limits.rounded_up(learned.limit_s), LONGEST_LIMIT_S))}" if learned else ""
        yield Told(RuleKind.LIMIT, key, f"short:{usual:.0f}{given}", words_, tried)


def phrased(
    store: Store,
    config: Config,
    found: Sequence[Draft],
    calls: Mapping[bytes, CallFacts],
    ways: Sequence[Remedy],
    *,
    forms: Mapping[bytes, Form],
) -> list[Rule]:
    """The drafts with their words, scrubbed."""
    if not found:
        return []
    instead = instead_of(store, ways)
    scrubber = Scrubber(load_rules(), store.salt, Redaction(config.privacy_level), cache=config.cache)
    facts = [facts_of(draft.kind, calls.get(draft.tried.call), instead) for draft in found]
    texts = scrubber.texts(
        [
            lesson_words(lesson_facts(forms[draft.key]), draft.tried, told)
            if draft.key in forms
            else words(draft.kind, draft.tried, told)
            for draft, told in zip(found, facts, strict=True)
        ]
    )
    rules = [rule_of(draft, text, calls.get(draft.tried.call)) for draft, text in zip(found, texts, strict=True)]
    return [of_lesson(rule, forms[rule.key], store.salt) if rule.key in forms else rule for rule in rules]


def of_lesson(rule: Rule, form: Form, salt: bytes) -> Rule:
    """The rule under the key by which the gate finds it."""
    return replace(
        rule,
        key=lesson_trials.key_of(form, salt),
        condition=lesson_trials.condition_of(form, salt),
        pattern=form.wrong.pattern,
        lesson=bytes.fromhex(form.lesson.id.removeprefix("l-")),
        project="",
    )


def rule_of(draft: Draft, text: Scrubbed, call: CallFacts | None) -> Rule:
    """The record."""
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


def instead_of(store: Store, ways: Sequence[Remedy]) -> dict[str, tuple[str, Remedy]]:
    """By what a failure said: a command that worked in place of the one that failed."""
    failed = reads.call_facts(store.connection, [way.failed_call for way in ways])
    fixed = reads.call_facts(store.connection, [way.fix_call for way in ways])
    return {
        failed[way.failed_call].message: (quoted(fixed[way.fix_call].command, LONGEST_NAME), way)
        for way in ways
        if way.failed_call in failed and way.fix_call in fixed
    }


def facts_of(kind: RuleKind, call: CallFacts | None, instead: Mapping[str, tuple[str, Remedy]]) -> Facts:
    """What is quoted of a call."""
    if call is None:
        return Facts()
    name = two_words(call.command) if kind is RuleKind.HEAD else call.command or call.path
    command, way = instead.get(call.message, ("", None)) if call.command else ("", None)
    return Facts(
        instead=command,
        instead_n=way.tried if way else 0,
        instead_worked=way.worked if way else 0,
        name=quoted(name, LONGEST_NAME),
        message=quoted(call.message, LONGEST_MESSAGE),
        at=call.at,
        session=ids.short(ids.SESSION, call.session),
    )


def line_of(rule: Rule) -> Line:
    """The rule as the gate reads it."""
    text = whole(ids.short(ids.WARNING, rule.id), rule.words)
    return Line(rule.key, rule.id.hex(), rule.level, round(rule.confidence, 4), rule.condition, rule.pattern, text)


def settings_of(store: Store, config: Config) -> str:
    """What the gate must know besides: warnings a session, and the share held back."""
    known = [one for one in reads.advice(store.connection) if one.outcome and one.level is not Level.INFORM]
    most = policy.budget(sum(one.outcome in WRONG for one in known), len(known))
    patterns = ";patterns=1" if config.advice_patterns else ""
    patterns += ";timeout=1" if config.advice_set_timeout else ""
    early = ";early=codex" if policy.codex_takes_early(reads.newest_version(store.connection, "codex")) else ""
    return f"budget={most}{patterns}{early};held={round(config.advice_held_back_percent / 100 * 65536)}"
