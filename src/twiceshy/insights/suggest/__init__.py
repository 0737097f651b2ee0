"""Propose remedies, write those that are asked for into files, take them out again, and see whether they helped."""

from twiceshy.base.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy.insights.suggest.apply_remedies import choose as choose
    from twiceshy.insights.suggest.apply_remedies import has_suggestion as has_suggestion
    from twiceshy.insights.suggest.apply_remedies import plan_undo as plan_undo
    from twiceshy.insights.suggest.apply_remedies import plan_write as plan_write
    from twiceshy.insights.suggest.apply_remedies import undo as undo
    from twiceshy.insights.suggest.apply_remedies import write as write
    from twiceshy.insights.suggest.suggestions import HostEnvironment as HostEnvironment
    from twiceshy.insights.suggest.suggestions import find_open as find_open
    from twiceshy.insights.suggest.suggestions import list_suggestions as list_suggestions
    from twiceshy.insights.suggest.suggestions import name_shown as name_shown
    from twiceshy.insights.suggest.suggestions import remember_shown as remember_shown
    from twiceshy.insights.suggest.suggestions import render_diff as render_diff

__getattr__, __dir__ = open_face(
    __name__,
    {
        "choose": "apply_remedies",
        "has_suggestion": "apply_remedies",
        "plan_write": "apply_remedies",
        "write": "apply_remedies",
        "name_shown": "suggestions",
        "remember_shown": "suggestions",
        "HostEnvironment": "suggestions",
        "find_open": "suggestions",
        "list_suggestions": "suggestions",
        "render_diff": "suggestions",
        "plan_undo": "apply_remedies",
        "undo": "apply_remedies",
    },
)
