"""Compile rules: turn everything learned into the small file that the gate looks things up in.

Rules from counts come from trials; what they quote is read now, shortened, and scrubbed once more. Rules that a
person muted, and rules whose measured effect is none, are compiled as silent: they are counted and never shown.
"""

import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from twiceshy.account.leaving_reads import read_folder_projects
from twiceshy.advice import placebo, policy, project_rules
from twiceshy.advice.advice_fates import count_right
from twiceshy.advice.code_lessons import CodeLesson, draft_code_lessons, find_code_patterns
from twiceshy.advice.fact_rules import (
    SHORTEST_LONG_S,
    CodePattern,
    FactDraft,
    StepRule,
    build_fact_rules,
    build_sequence_rules,
    build_step_rule,
    draft_fix_facts,
    draft_limit_facts,
    draft_pattern_facts,
    draft_sequence_facts,
    draft_step_facts,
    measure_steps,
)
from twiceshy.advice.lesson_forms import LessonForm
from twiceshy.advice.phrase import add_mute_line
from twiceshy.advice.project_rules import ProjectSubject
from twiceshy.advice.recipes import past_sessions
from twiceshy.advice.recipes.advice_effects import find_retired_rules, join_outcomes, keep_rates
from twiceshy.advice.recipes.proven_fixes import KnownFixes, read_proven_fixes
from twiceshy.advice.recipes.rule_trials import update_trials
from twiceshy.advice.replay import ReplayArms, replay
from twiceshy.advice.rule_drafts import Draft, TrialCounts, draft_exceptions, draft_rules, make_rule_id
from twiceshy.advice.rule_words import RuleSource, build_rule, phrase_drafts, silence_repeats
from twiceshy.advice.team_rules import TeamForm, TeamPlaces, draft_team_calls, draft_team_edits
from twiceshy.archive import rule_rows as writing
from twiceshy.archive import rules_file, team_knowledge
from twiceshy.archive.db import Store
from twiceshy.archive.lock import hold_lock
from twiceshy.archive.observations import read_observations
from twiceshy.archive.reads import judgements as marks_of
from twiceshy.archive.reads import lessons as lesson_reads
from twiceshy.archive.reads import rules as reads
from twiceshy.archive.reads.ratings import read_ratings
from twiceshy.archive.reads.runs import read_place_limits
from twiceshy.archive.rules_file import GateRule
from twiceshy.base.config import Config
from twiceshy.base.values import Scrubbed
from twiceshy.commands.keys.gate_keys import name_of_pattern, shorten_folder
from twiceshy.insights.remedies.cause_words import is_state
from twiceshy.insights.remedies.fixes import FixesByFailure, choose_remedies
from twiceshy.judgement.recipes.workflow_compliance import EVERYTHING, Workflows
from twiceshy.lessons.steps import MISSING_PROGRAM
from twiceshy.logs.hook_changes import AGENTS
from twiceshy.logs.local_paths import to_local_path
from twiceshy.logs.readers import command_limits
from twiceshy.privacy.policy import RedactionLevel as Redaction
from twiceshy.privacy.policy import load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records import ids
from twiceshy.records.rules import CallFacts, Level, ReplayResult, Rule, RuleKind, TimedRun
from twiceshy.run.learned_limits import key_of_line
from twiceshy.score.pattern_rules import SURE, PatternRule
from twiceshy.score.pattern_rules import load as load_patterns
from twiceshy.stats.text.fingerprint import label


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
        past = past_sessions.read_past(store, pause)
        replayed, counts = replay(past.sessions, past_sessions.decide_as_live(store, config))
        keep_rates(store, replayed)
        placed = _build_rules(store, config, counts, replayed, past)
        with store.begin_writing() as connection:
            writing.put_rules(connection, [one.rule for one in placed if one.rule.level is not Level.ALLOW], now())
        told = [one for one in placed if one.rule.level is not Level.SILENT and config.advice_enabled]
        speaking = [one.rule for one in told if one.rule.level is not Level.ALLOW]
        rules_file.write(config.home, _write_lines(told, config.advice_trial), _settings_of(store, config, speaking))
        return Compilation(len(fresh), len(speaking), len(placed) - len(speaking), replayed, past.left_out)


_OF_CALLS = frozenset({*policy.WIDTH, RuleKind.LESSON})
"""Kinds of rules that may know one mistake in several classes of calls."""


class _Knowledge(NamedTuple):
    """What rules are made of."""

    past: past_sessions.Past
    counts: TrialCounts
    replayed: ReplayResult
    instead: FixesByFailure


class _PlacedRule(NamedTuple):
    """A rule and all keys under which the gate finds it."""

    rule: Rule
    keys: Sequence[bytes]


def replay_rules(config: Config) -> ReplayResult:
    """Return what warnings would have said in the stored sessions; new sessions are looked at first.

    Raises:
        NotFound: nothing was ever stored.
        StoreBusy: another run compiles rules.
    """
    Store.open(config.home, readonly=True).close()
    with Store.open(config.home) as store, hold_lock(config.home, "rules"):
        update_trials(store)
        past = past_sessions.read_past(store)
        replayed, _ = replay(past.sessions, past_sessions.decide_as_live(store, config), ReplayArms())
        keep_rates(store, replayed)
        return replayed


def _build_rules(
    store: Store, config: Config, counts: TrialCounts, replayed: ReplayResult, past: past_sessions.Past
) -> list[_PlacedRule]:
    """Return all rules with their keys; a rule that once refused wrongly only warns."""
    fixes = read_proven_fixes(store)
    counted = _build_count_rules(store, config, _Knowledge(past, counts, replayed, choose_remedies(fixes.fixes)))
    own = {one.rule.id for one in counted if one.rule.level is not Level.SILENT}
    known = [*_draft_own_facts(store, config, fixes), *_draft_team_facts(store, past.forms, counts, own)]
    stated = _build_fact_rules(store, config, known)
    ids_said = {rule.id for rule in stated}
    placed = [one for one in counted if one.rule.id not in ids_said]
    placed += [_PlacedRule(rule, [rule.key]) for rule in stated]
    softened = policy.soften_refusals([one.rule for one in placed], reads.read_demoted(store.connection))
    return [one._replace(rule=rule) for one, rule in zip(placed, softened, strict=True)]


def _build_count_rules(store: Store, config: Config, known: _Knowledge) -> list[_PlacedRule]:
    """Return the rules made from trials, silent ones included."""
    past, counts = known.past, known.counts
    records = {one.kind: one for one in known.replayed.kinds}
    candidates = draft_rules(counts, records, {})
    calls = reads.read_call_facts(store.connection, [draft.tried.call for draft in candidates])
    errors = {uid: label(call.message) for uid, call in calls.items() if call.message}
    lessons = reads.find_lessons(store.connection, calls)
    unwanted = _list_unwanted(store, candidates, lessons, past.forms)
    unwanted |= {one.id for one in candidates if _is_over(one, calls.get(one.tried.call))}
    found = silence_repeats(draft_rules(counts, records, errors, unwanted), calls, store.salt)
    warned = {(one.kind, one.key) for one in found if one.level is not Level.SILENT}
    found += draft_exceptions(counts, (one.tallies for one in past.sessions), warned)
    calls |= reads.read_call_facts(store.connection, [one.tried.call for one in found if one.tried.call not in calls])
    rules = [_link_lesson(one, lessons) for one in _phrase_rules(store, config, found, calls, known)]
    return [one for one in rules if one.keys or one.rule.level is not Level.ALLOW]


def _is_over(draft: Draft, call: CallFacts | None) -> bool:
    """Tell whether a draft is about an outage: it ended with the newest session in which the same thing worked."""
    return call is not None and draft.tried.quiet > 0 and is_state(call.message)


def _list_unwanted(
    store: Store,
    candidates: Iterable[Draft],
    lessons: Mapping[bytes, tuple[bytes, bool]],
    forms: Iterable[LessonForm],
) -> set[bytes]:
    """Return the rules that are not to speak: muted, without effect, or of a lesson that is."""
    unwanted = reads.read_muted(store.connection) | find_retired_rules(store).keys()
    unwanted |= {one.id for one in candidates if lessons.get(one.tried.call, (b"", False))[1]}
    return unwanted | {make_rule_id(RuleKind.LESSON, form.id) for form in forms if not form.said}


def _link_lesson(one: _PlacedRule, lessons: Mapping[bytes, tuple[bytes, bool]]) -> _PlacedRule:
    """Return the rule with the lesson that its newest failed call taught."""
    lesson = lessons.get(one.rule.tried.call)
    return one if lesson is None else one._replace(rule=replace(one.rule, lesson=lesson[0]))


def _phrase_rules(
    store: Store,
    config: Config,
    found: Sequence[Draft],
    calls: Mapping[bytes, CallFacts],
    known: _Knowledge,
) -> list[_PlacedRule]:
    """Return the drafts as rules with their words, scrubbed, and the keys of each."""
    if not found:
        return []
    past = known.past
    forms = {form.id: form for form in past.forms}
    subjects = {
        draft.id: subject
        for draft in found
        if draft.kind in project_rules.KINDS
        and (call := calls.get(draft.tried.call)) is not None
        and (subject := past.find_subject(draft, call, store.salt)) is not None
    }
    told = [one for one in found if one.kind not in project_rules.KINDS or one.id in subjects]
    words = phrase_drafts(told, calls, known.instead, forms, subjects)
    placed = []
    for draft, text in zip(told, _scrub(store, config, words), strict=True):
        call, subject = calls.get(draft.tried.call), subjects.get(draft.id)
        rule = build_rule(draft, text, RuleSource(call, forms.get(draft.key), subject), store.salt)
        keys = _list_keys(past, rule, call, subject, store.salt)
        placed.append(_PlacedRule(rule, keys))
    return placed


def _list_keys(
    past: past_sessions.Past, rule: Rule, call: CallFacts | None, subject: ProjectSubject | None, salt: bytes
) -> Sequence[bytes]:
    """Return all keys under which the gate finds a rule."""
    form = next(
        (one for one in past.forms if rule.kind is RuleKind.LESSON and make_rule_id(rule.kind, one.id) == rule.id), None
    )
    if form is not None:
        return past.list_lesson_keys(form, salt)
    return past.list_keys(call, subject, salt) if call and subject else [rule.key]


def _build_fact_rules(store: Store, config: Config, drafts: Sequence[FactDraft]) -> list[Rule]:
    """Return the rules of what is known without counts of warnings."""
    if not drafts:
        return []
    texts = _scrub(store, config, [one.words for one in drafts])
    return build_fact_rules(drafts, texts, reads.read_muted(store.connection))


def _draft_team_facts(
    store: Store, forms: Iterable[LessonForm], counts: TrialCounts, own: Collection[bytes]
) -> list[FactDraft]:
    """Return what several people of the team know, but what is muted or was measured to help nobody."""
    told = [one for one in forms if one.lesson.team is not None and not _is_program_here(one)]
    known = [TeamForm(one, counts.summarize((RuleKind.LESSON, one.id))) for one in told]
    patterns = [_describe_pattern(one) for one in load_patterns().rules]
    drafts = [
        *draft_team_calls(known, own, store.salt, lambda form: make_rule_id(RuleKind.LESSON, form.id)),
        *draft_team_edits(lesson_reads.read_lessons(store.connection), patterns, _find_team_places(store), store.salt),
    ]
    retired = find_retired_rules(store).keys() if drafts else ()
    return [one for one in drafts if make_rule_id(one.kind, one.subject or one.key + one.name) not in retired]


def _find_team_places(store: Store) -> TeamPlaces:
    """Return where lessons of the team may speak."""
    told = team_knowledge.read_lessons(store.connection)
    folders = defaultdict[str, list[str]](list)
    for folder, identity in read_folder_projects(store.connection).items():
        folders[identity].append(folder)
    return TeamPlaces({one.told.key for one in told if len(one.list_projects()) > 1}, folders)


def _is_program_here(form: LessonForm) -> bool:
    """Tell whether others lack a program that this machine has: what they cannot run may work here."""
    return form.is_command and form.wrong.expected == MISSING_PROGRAM and shutil.which(form.wrong.subject) is not None


def _draft_own_facts(store: Store, config: Config, known: KnownFixes) -> list[FactDraft]:
    """Return what only informs: fixes after failures, times of commands, workflows, sequences, patterns."""
    long = reads.read_long_runs(store.connection, SHORTEST_LONG_S, command_limits())
    return [
        *draft_fix_facts((fix, *place) for fix, place in zip(known.fixes, known.places, strict=True)),
        *draft_limit_facts(long, partial(_find_limit, store), store.salt),
        *draft_step_facts(_build_step_rules(store, Path.cwd(), enforce=config.advice_enforce_workflow)),
        *draft_sequence_facts(build_sequence_rules(lesson_reads.read_lessons(store.connection), store.salt)),
        *draft_pattern_facts((_describe_pattern(one), SURE) for one in _choose_patterns(config)),
        *_draft_code_lessons(store),
    ]


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


def _build_step_rules(store: Store, here: Path, *, enforce: bool) -> Iterator[StepRule]:
    """Yield the steps, as rules, of every stored project that declares some."""
    workflows = Workflows(here)
    known: dict[str, str] = {}  # folder: project, each once
    names = marks_of.read_project_names(store.connection)
    effects = measure_steps(read_observations(store, EVERYTHING))
    for session, spot in marks_of.read_folders(store.connection).items():
        folder, project = shorten_folder(spot.cwd), names.get(session, "")
        if not folder or folder in known:
            continue
        known[folder] = project
        for step in workflows.of(spot).workflow.steps:
            rule = build_step_rule(step, folder, project, effects, store.salt, enforce=enforce)
            if rule is not None:
                yield rule


def _find_limit(store: Store, runs: Sequence[TimedRun]) -> float | None:
    """Return the learned limit in seconds, the same as ``run --timeout auto`` takes there; None where there is none."""
    place = key_of_line(to_local_path(runs[-1].command), to_local_path(runs[-1].folder), store.salt)
    known = read_place_limits(store.connection, place).get("timeout_s")
    return None if known is None else known[0]


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


def _write_lines(told: Sequence[_PlacedRule], trial: str) -> list[GateRule]:
    """Return the rules as the gate reads them, and in a trial the neutral line of each.

    Rules that rest on the same newest case are one mistake in several classes: they have one id, so that a session
    hears of it once, and one word mutes all.
    """
    first: dict[bytes, Rule] = {}
    lines: list[GateRule] = []
    order = {kind: number for number, kind in enumerate(policy.TELLING_FIRST)}
    for one in sorted(told, key=lambda one: (-round(one.rule.confidence, 2), order.get(one.rule.kind, 0))):
        of_call = one.rule.kind in _OF_CALLS and one.rule.level is Level.WARN
        # A rule of a person's own lesson rests on no call: it is no other rule's mistake.
        same = (one.rule.tried.call if of_call else b"") or one.rule.id
        shown = replace(one.rule, id=first.setdefault(same, one.rule).id)
        lines += [_line_of(shown, key) for key in one.keys]
        if trial == placebo.TRIAL and shown.level is Level.WARN:
            lines += [_placebo_of(shown, key) for key in one.keys]
    return lines


def _line_of(rule: Rule, key: bytes) -> GateRule:
    """Return the rule as the gate reads it under one of its keys."""
    text = add_mute_line(ids.shorten(ids.WARNING, rule.id), rule.words)
    return GateRule(key, rule.id.hex(), rule.level, round(rule.confidence, 4), rule.condition, rule.pattern, text)


def _placebo_of(rule: Rule, key: bytes) -> GateRule:
    """Return the neutral line that stands for the rule in a trial, as long as the rule's."""
    text = add_mute_line(ids.shorten(ids.WARNING, rule.id), placebo.phrase_placebo(rule.words, rule.tried))
    return rules_file.make_placebo(_line_of(rule, key), text)


def _settings_of(store: Store, config: Config, rules: Iterable[Rule]) -> str:
    """Return the gate's other settings: warnings per session, the holdout share and switches."""
    given = (one for one in reads.read_advice(store.connection) if one.level is not Level.INFORM)
    most = policy.choose_budget(*count_right(given, read_ratings(store.connection)))
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
