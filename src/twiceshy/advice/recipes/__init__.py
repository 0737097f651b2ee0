"""Compile rules, check calls, write briefs, and measure what advice did."""

from twiceshy.base.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy.advice.recipes.advice_effects import measure_advice_effects as measure_advice_effects
    from twiceshy.advice.recipes.advice_effects import read_trial as read_trial
    from twiceshy.advice.recipes.brief_notes import is_done as is_done
    from twiceshy.advice.recipes.brief_notes import note_brief as note_brief
    from twiceshy.advice.recipes.brief_notes import note_look as note_look
    from twiceshy.advice.recipes.brief_notes import read_brief as read_brief
    from twiceshy.advice.recipes.briefing import brief_start as brief_start
    from twiceshy.advice.recipes.briefing import brief_task as brief_task
    from twiceshy.advice.recipes.briefing import find_lessons as find_lessons
    from twiceshy.advice.recipes.briefing import name_event as name_event
    from twiceshy.advice.recipes.call_checks import check_call as check_call
    from twiceshy.advice.recipes.mute_advice import mute as mute
    from twiceshy.advice.recipes.rule_compilation import TimeExceeded as TimeExceeded
    from twiceshy.advice.recipes.rule_compilation import compile_rules as compile_rules
    from twiceshy.advice.recipes.rule_compilation import replay_rules as replay_rules
    from twiceshy.advice.recipes.rule_compilation import stop_after as stop_after
    from twiceshy.advice.recipes.warning_opportunities import replay_opportunity as replay_opportunity

__getattr__, __dir__ = open_face(
    __name__,
    {
        "measure_advice_effects": "advice_effects",
        "read_trial": "advice_effects",
        "is_done": "brief_notes",
        "note_brief": "brief_notes",
        "note_look": "brief_notes",
        "read_brief": "brief_notes",
        "brief_start": "briefing",
        "brief_task": "briefing",
        "find_lessons": "briefing",
        "name_event": "briefing",
        "check_call": "call_checks",
        "mute": "mute_advice",
        "TimeExceeded": "rule_compilation",
        "compile_rules": "rule_compilation",
        "replay_rules": "rule_compilation",
        "stop_after": "rule_compilation",
        "replay_opportunity": "warning_opportunities",
    },
)
