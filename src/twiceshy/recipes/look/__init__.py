"""Report, show, search, and ask in SQL."""

from twiceshy.base.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy.recipes.look.browse_archive import show as show
    from twiceshy.recipes.look.cost_report import build_cost_report as build_cost_report
    from twiceshy.recipes.look.cost_report import read_spending_now as read_spending_now
    from twiceshy.recipes.look.insights import choose_scope as choose_scope
    from twiceshy.recipes.look.insights import find_scope_here as find_scope_here
    from twiceshy.recipes.look.insights import list_hidden_failures as list_hidden_failures
    from twiceshy.recipes.look.insights import show_insight as show_insight
    from twiceshy.recipes.look.lesson_demo import demo_lessons as demo_lessons
    from twiceshy.recipes.look.newest_sessions import find_missed as find_missed
    from twiceshy.recipes.look.newest_sessions import list_sessions as list_sessions
    from twiceshy.recipes.look.project_facts import read_fact_story as read_fact_story
    from twiceshy.recipes.look.project_facts import read_project_facts as read_project_facts
    from twiceshy.recipes.look.spend_pictures import build_spend_pictures as build_spend_pictures
    from twiceshy.recipes.look.spend_report import build_spend_report as build_spend_report
    from twiceshy.recipes.look.whole_report import build_overview as build_overview
    from twiceshy.recipes.look.whole_report import build_report as build_report
    from twiceshy.recipes.look.whole_report import read_proof_calls as read_proof_calls
    from twiceshy.recipes.look.word_search import ask as ask
    from twiceshy.recipes.look.word_search import find_words as find_words
    from twiceshy.recipes.look.word_search import render_schema_page as render_schema_page

__getattr__, __dir__ = open_face(
    __name__,
    {
        "build_cost_report": "cost_report",
        "read_spending_now": "cost_report",
        "build_spend_pictures": "spend_pictures",
        "build_spend_report": "spend_report",
        "find_words": "word_search",
        "list_sessions": "newest_sessions",
        "show": "browse_archive",
        "find_missed": "newest_sessions",
        "demo_lessons": "lesson_demo",
        "read_fact_story": "project_facts",
        "read_project_facts": "project_facts",
        "list_hidden_failures": "insights",
        "show_insight": "insights",
        "build_overview": "whole_report",
        "choose_scope": "insights",
        "find_scope_here": "insights",
        "ask": "word_search",
        "render_schema_page": "word_search",
        "build_report": "whole_report",
        "read_proof_calls": "whole_report",
    },
)
