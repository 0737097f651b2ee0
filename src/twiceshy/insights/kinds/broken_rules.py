"""A rule that the project declares for agents and that is not kept, with how often it was.

Which lines of CLAUDE.md, AGENTS.md and workflow.toml are rules, and what keeps them, ``workflow`` says.
"""

from collections.abc import Iterator

from twiceshy.base.values import Quoted
from twiceshy.insights.kinds.draft import CountedCase, InsightDraft
from twiceshy.insights.kinds.project_history import Place, ProjectHistory
from twiceshy.judgement.outcomes.judged_work import RuleKeeping
from twiceshy.records.insights import InsightKind
from twiceshy.stats.text.foreign_names import quote_name

_LEAST_SESSIONS = 3
"""In which it was broken (guess, 2026-11-22)."""
_LEAST_SHARE = 0.25
"""Of the sessions that it was about (guess, 2026-11-22: a rule that is kept nearly always needs nobody)."""
_HIDES_S = 60.0
"""Seconds that one break hides. Guess of 2026-11-22: a check that was left out shows later what it would have shown at
once; a minute is what the next run of it takes."""


def find_broken_rules(history: ProjectHistory) -> Iterator[InsightDraft]:
    """Yield a draft for each declared step that is broken again and again."""
    for rule in history.judged.rules:
        if rule.project == history.identity:
            yield from _draft(history, rule)


def _draft(history: ProjectHistory, rule: RuleKeeping) -> Iterator[InsightDraft]:
    """Yield the draft of one rule; nothing where it is kept, or its name cannot be quoted."""
    places: list[Place] = sorted(history.find_places(set(rule.broken)).values())
    sessions = len({place.session for place in places})
    about = sessions + len({one.session for one in history.sessions} & {*rule.kept})
    name, file = quote_name(rule.step), quote_name(f"{rule.file}:{rule.line}") if rule.file else Quoted("")
    if sessions < _LEAST_SESSIONS or sessions < _LEAST_SHARE * about or not name:
        return
    yield InsightDraft(
        kind=InsightKind.BROKEN_RULE,
        key=rule.step,
        says=f"The rule {name}{' of ' + file if file else ''} was broken in {sessions} of {about} sessions that it was "
        f"about, {len(places)} times",
        cases=tuple(CountedCase(place=place) for place in places),
        place=file or name,
        cause=Quoted(""),
        hides_s=_HIDES_S,
    )
