"""Rules made of trials: what each quotes of the call that it was learned from, and how the gate finds it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from twiceshy.advice import lesson_forms
from twiceshy.advice.lesson_forms import LessonForm
from twiceshy.advice.phrase import RuleFacts, UsageFacts, phrase_lesson, phrase_rule
from twiceshy.advice.project_rules import ProjectSubject
from twiceshy.advice.rule_drafts import CONDITIONS, Draft
from twiceshy.base.values import Quoted, Scrubbed
from twiceshy.commands.keys.gate_keys import head_words_of, key_of_head
from twiceshy.insights.remedies.fixes import FixesByFailure, find_remedy
from twiceshy.records import ids
from twiceshy.records.rules import CallFacts, Level, Rule, RuleKind
from twiceshy.stats.text.foreign_names import quote_command, quote_name, quote_words

LONGEST_NAME, _LONGEST_MESSAGE = 120, 160
"""Characters of what is quoted of a call (guesses of 2026-11-21)."""
_LONGEST_USAGE, _LONGEST_GOOD = 80, 160
"""Characters of what is quoted of a lesson (guesses of 2026-11-21)."""


def silence_repeats(found: Sequence[Draft], calls: Mapping[bytes, CallFacts], salt: bytes) -> list[Draft]:
    """Return the drafts; warnings for single commands are silenced where a rule already covers them.

    That is so where another rule warns that all commands with the same beginning fail.
    """
    heads = {draft.key: draft for draft in found if draft.kind is RuleKind.HEAD and draft.level is not Level.SILENT}

    def level_of(draft: Draft) -> Level:
        call = calls.get(draft.tried.call)
        head = key_of_head(head_words_of(call.command), salt) if call and draft.kind is RuleKind.COMMAND else None
        return Level.SILENT if head in heads and draft.level is Level.WARN else draft.level

    return [draft._replace(level=level_of(draft)) for draft in found]


def phrase_drafts(
    drafts: Sequence[Draft],
    calls: Mapping[bytes, CallFacts],
    instead: FixesByFailure,
    forms: Mapping[bytes, LessonForm],
    subjects: Mapping[bytes, ProjectSubject],
) -> list[str]:
    """Return the words of each draft, not yet scrubbed; ``subjects``: of rules for a project, by their ids."""
    facts = [
        _name_subject(_facts_of(draft.kind, calls.get(draft.tried.call), instead), subjects.get(draft.id))
        for draft in drafts
    ]
    return [
        phrase_lesson(quote_lesson(forms[draft.key]), draft.tried, told)
        if draft.key in forms
        else phrase_rule(draft.kind, draft.tried, told)
        for draft, told in zip(drafts, facts, strict=True)
    ]


def _name_subject(facts: RuleFacts, subject: ProjectSubject | None) -> RuleFacts:
    """Return the facts with what a rule for a project is about."""
    return facts if subject is None else facts._replace(name=subject.name, about=subject.about)


class RuleSource(NamedTuple):
    """What a rule is made of besides its draft."""

    call: CallFacts | None
    form: LessonForm | None = None
    subject: ProjectSubject | None = None


def build_rule(draft: Draft, text: Scrubbed, source: RuleSource, salt: bytes) -> Rule:
    """Return the rule made from a draft and its words, under the key by which the gate finds it."""
    rule = _rule_of(draft, text, source.call, source.subject)
    return rule if source.form is None else _adapt_to_lesson(rule, source.form, salt)


def _adapt_to_lesson(rule: Rule, form: LessonForm, salt: bytes) -> Rule:
    """Return the rule under the key by which the gate finds it."""
    return replace(
        rule,
        key=lesson_forms.key_of(form, salt),
        condition=lesson_forms.condition_of(form, salt),
        pattern=form.wrong.pattern,
        lesson=bytes.fromhex(form.lesson.id.removeprefix("l-")),
        project="",
    )


def _rule_of(draft: Draft, text: Scrubbed, call: CallFacts | None, subject: ProjectSubject | None) -> Rule:
    """Return the rule made from a draft and its words."""
    everywhere = draft.kind in {RuleKind.UNREAD_EDIT, RuleKind.RETRY_EDIT, RuleKind.RERUN, RuleKind.HEAD}
    return Rule(
        id=draft.id,
        kind=draft.kind,
        key=draft.key,
        condition=subject.condition if subject else CONDITIONS.get(draft.kind, ""),
        level=draft.level,
        confidence=draft.confidence,
        words=text,
        tried=draft.tried,
        project="" if everywhere or call is None else call.project,
    )


def _facts_of(kind: RuleKind, call: CallFacts | None, instead: FixesByFailure) -> RuleFacts:
    """Return what is quoted of a call."""
    if call is None:
        return RuleFacts()
    return RuleFacts(
        fix=find_remedy(instead, call.identity, call.fingerprint, call.command)
        if call.command and call.fingerprint
        else None,
        name=_quote_call(kind, call),
        message=quote_words(call.message, _LONGEST_MESSAGE),
        at=call.at,
        session=ids.shorten(ids.SESSION, call.session),
    )


def _quote_call(kind: RuleKind, call: CallFacts) -> Quoted:
    """Return what the call is about, in quotes: the beginning of a command, the whole of it, or a path."""
    if kind is RuleKind.HEAD:
        return quote_name(head_words_of(call.command), LONGEST_NAME)
    return quote_command(call.command, LONGEST_NAME) if call.command else quote_name(call.path, LONGEST_NAME)


def quote_lesson(form: LessonForm) -> UsageFacts:
    """Return what is quoted of a usage lesson; the lines of its example are joined into one."""
    wrong = form.wrong
    return UsageFacts(
        subject=quote_name(wrong.subject, _LONGEST_USAGE),
        parameter=Quoted("") if form.is_command else quote_name(wrong.parameter, _LONGEST_USAGE),
        expected=quote_words(wrong.expected, _LONGEST_USAGE),
        first=quote_name(wrong.first, _LONGEST_USAGE),
        has_first=bool(wrong.first),
        good=quote_command("; ".join((form.lesson.good or "").split("\n")), _LONGEST_GOOD),
    )
