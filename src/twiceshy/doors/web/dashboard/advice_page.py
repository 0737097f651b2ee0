"""What advice did: beside the holdout, by category, rule and whole sessions; and of one lesson, with every case."""

import math

from twiceshy.advice import recipes as advise
from twiceshy.doors.web.dashboard.asked import Asked, Drawn, link_message, link_session
from twiceshy.doors.web.report_parts import write_minute
from twiceshy.recipes import pages
from twiceshy.records import ids
from twiceshy.records.effects import ArmCounts, CategoryEffect, Estimate, RuleEffect, SessionEffect
from twiceshy.records.rules import WRONG_FATES, Fate
from twiceshy.records.trial_effects import AdviceEffects, GivenAdvice, LessonAdvice

_MOST_RULES = 100  # rows of a table (guess, 2026-11-23)
_MOST_CASES = 100  # of one lesson (guess, 2026-11-23: the newest are looked at)
_COMPARED_WITH = {"held-back": "holdout", "before": "earlier sessions"}
_ENDS = {Fate.NOT_MADE: "the call was not made", Fate.FINE: "the call was fine"}
_TOLD_ENDS = {Fate.NOT_MADE: "no occasion for it", Fate.FINE: "not made again"}
Row = tuple[str, ...]


def read_effects(asked: Asked) -> AdviceEffects:
    """Return what `twiceshy lessons effect` says."""
    return asked.kept.ask(("lessons-effect",), lambda: advise.measure_advice_effects(asked.config))


def draw_effects(found: AdviceEffects, asked: Asked) -> Drawn:
    """Draw the three tables, as far as there is anything to show."""
    words = asked.words
    return Drawn(
        "advice.html",
        {
            "given": words.plural(found.given, "time") if found.given else "",
            "unknown": words.number(found.unknown) if found.unknown else "",
            "categories": [_draw_category(one, asked) for one in found.categories],
            "rules": [_draw_rule(one) for one in found.rules[:_MOST_RULES]],
            "more_rules": words.number(len(found.rules) - _MOST_RULES) if len(found.rules) > _MOST_RULES else "",
            "sessions": [_draw_session(one, asked) for one in found.sessions],
        },
    )


def read_lesson_effects(asked: Asked) -> LessonAdvice:
    """Return what one lesson's advice did."""
    return pages.read_lesson_advice(asked.config, asked.path["id"], read_effects(asked), limit=_MOST_CASES)


def draw_lesson_effects(found: LessonAdvice, asked: Asked) -> Drawn:
    """Draw its effect, and each time that it was given or held out."""
    words = asked.words
    shown, total = len(found.cases), words.plural(found.total, "time")
    return Drawn(
        "lesson_advice.html",
        {
            "rules": [_draw_rule(one) for one in found.effects],
            "retired": [one.why for one in found.effects if one.retired],
            "cases": [_draw_case(one) for one in found.cases],
            "total": f"The newest {words.number(shown)} of {total}" if shown < found.total else total,
        },
    )


def _draw_category(one: CategoryEffect, asked: Asked) -> Row:
    difference = f"{_sign(100 * one.difference.estimate)} points" if math.isfinite(one.difference.estimate) else ""
    arms = _write_arms(one.arms)
    number = asked.words.number
    return (one.category, number(one.rules), *arms, difference, _write_range(one.difference), number(one.sessions))


def _draw_rule(one: RuleEffect) -> Row:
    prevents = f"{_sign(100 * one.benefit.estimate)} %" if math.isfinite(one.benefit.estimate) else ""
    where = (one.rule[:10], one.category)
    return (*where, *_write_arms(one.arms), prevents, _write_range(one.benefit), "retired" if one.retired else "")


def _draw_session(one: SessionEffect, asked: Asked) -> Row:
    values = tuple("" if math.isnan(value) else f"{value:.2f}" for value in (one.value, one.other))
    found = one.difference
    known = math.isfinite(found.low) and math.isfinite(found.high)
    interval = f"{found.low:+.2f} to {found.high:+.2f}" if known else ""
    sessions = f"{asked.words.number(one.sessions)} / {asked.words.number(one.others)}"
    return (one.outcome, _COMPARED_WITH.get(one.compared, one.compared), *values, interval, sessions)


def _draw_case(one: GivenAdvice) -> dict[str, str]:
    href = link_message(one.session, one.message) if one.message else link_session(one.session)
    return {
        "at": write_minute(one.at) if one.at else "",
        "href": href if one.stored else "",
        "session": ids.shorten(ids.SESSION, one.session),
        "how": "in a brief, before a task" if one.told else "by a hook, before the call",
        "arm": "told" if one.shown else "held out",
        "end": _describe_end(one),
    }


def _describe_end(one: GivenAdvice) -> str:
    """Describe what became of it; where it was told, whether that was right."""
    if one.outcome is None:
        return "not known"
    if one.outcome in WRONG_FATES:
        return "made again" if one.told else f"it went wrong ({one.outcome.value.replace('-', ' ')})"
    return (_TOLD_ENDS if one.told else _ENDS)[one.outcome]


def _write_arms(arms: ArmCounts) -> tuple[str, str]:
    return f"{arms.bad} of {arms.shown}", f"{arms.held_bad} of {arms.held}"


def _write_range(found: Estimate) -> str:
    known = math.isfinite(found.estimate) and math.isfinite(found.low) and math.isfinite(found.high)
    return f"{_sign(100 * found.low)} to {_sign(100 * found.high)}" if known else ""


def _sign(value: float) -> str:
    return f"{value:+.0f}"
