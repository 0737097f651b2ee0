"""Compiling rules: everything learned becomes the small file that the gate looks things up in.

Rules of counts come from trials; what they quote is read now, bounded, and scrubbed once more. Rules that a person
muted, and those whose effect was measured and is none, are compiled as silent: they are counted and never said.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import NamedTuple

from twiceshy.advice import policy
from twiceshy.advice.compile import CONDITIONS, Counts, Draft, drafts
from twiceshy.advice.keys import two_words
from twiceshy.advice.phrase import Facts, whole, words
from twiceshy.advice.replay import Session, replay
from twiceshy.config import Config
from twiceshy.facts.fingerprint import label
from twiceshy.flows.advice_outcomes import join_outcomes
from twiceshy.flows.trials import keep_trials, kept
from twiceshy.lessons.quoting import quoted
from twiceshy.privacy.policy import Level as Redaction
from twiceshy.privacy.policy import load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records import ids
from twiceshy.records.rules import WRONG, Level, Replayed, Rule, RuleKind
from twiceshy.records.text import Scrubbed
from twiceshy.store import rules as writing
from twiceshy.store import rules_file
from twiceshy.store.db import Store
from twiceshy.store.lock import held
from twiceshy.store.reads import rules as reads
from twiceshy.store.reads.rules import CallFacts
from twiceshy.store.rules_file import Line

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
        replayed, counts = replayed_all(store)
        rules = rules_of_counts(store, config, counts, replayed)
        with store.writing() as connection:
            writing.put_rules(connection, rules, now())
        speaking = [rule for rule in rules if rule.level is not Level.SILENT and config.advice_enabled]
        rules_file.write(config.home, [line_of(rule) for rule in speaking], settings_of(store, config))
        return Compiled(len(fresh), len(speaking), len(rules) - len(speaking), replayed)


def replayed_all(store: Store) -> tuple[Replayed, Counts]:
    """What warnings would have said in all sessions, and the counts that they leave."""

    @cache
    def error_of(call: bytes) -> str:
        found = reads.call_facts(store.connection, [call]).get(call)
        return label(found.message) if found else ""

    return replay((Session(stored.at, stored.calls, found) for stored, found in kept(store)), error_of)


def replayed_rules(config: Config) -> Replayed:
    """What warnings would have said in the stored sessions; those not looked at yet are looked at first.

    Raises:
        NotFound: nothing was ever stored.
        StoreBusy: another run compiles rules.
    """
    Store.open(config.home, readonly=True).close()
    with Store.open(config.home) as store, held(config.home, "rules"):
        keep_trials(store)
        return replayed_all(store)[0]


def rules_of_counts(store: Store, config: Config, counts: Counts, replayed: Replayed) -> list[Rule]:
    """The rules that trials make, silent ones too."""
    records = {one.kind: one for one in replayed.kinds}
    candidates = drafts(counts, records, {})
    calls = reads.call_facts(store.connection, [draft.tried.call for draft in candidates])
    errors = {uid: label(call.message) for uid, call in calls.items() if call.message}
    found = drafts(counts, records, errors, reads.muted(store.connection))
    return phrased(store, config, found, calls)


def phrased(store: Store, config: Config, found: Sequence[Draft], calls: Mapping[bytes, CallFacts]) -> list[Rule]:
    """The drafts with their words, scrubbed."""
    if not found:
        return []
    scrubber = Scrubber(load_rules(), store.salt, Redaction(config.privacy_level), cache=config.cache)
    texts = scrubber.texts(
        [words(draft.kind, draft.tried, facts_of(draft.kind, calls.get(draft.tried.call))) for draft in found]
    )
    return [rule_of(draft, text, calls.get(draft.tried.call)) for draft, text in zip(found, texts, strict=True)]


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


def facts_of(kind: RuleKind, call: CallFacts | None) -> Facts:
    """What is quoted of a call."""
    if call is None:
        return Facts()
    name = two_words(call.command) if kind is RuleKind.HEAD else call.command or call.path
    return Facts(
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
    return f"budget={most};held={round(config.advice_held_back_percent / 100 * 65536)}"
