"""Report, show, search, and ask in SQL."""

from twiceshy.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy.flows.look.browse_archive import show as show
    from twiceshy.flows.look.cost_report import build_cost_report as build_cost_report
    from twiceshy.flows.look.cost_report import read_spending_now as read_spending_now
    from twiceshy.flows.look.insight_stories import list_hidden_failures as list_hidden_failures
    from twiceshy.flows.look.insight_stories import show_insight as show_insight
    from twiceshy.flows.look.insights import choose_scope as choose_scope
    from twiceshy.flows.look.insights import list_insights_here as list_insights_here
    from twiceshy.flows.look.lesson_demo import demo_lessons as demo_lessons
    from twiceshy.flows.look.newest_sessions import list_sessions as list_sessions
    from twiceshy.flows.look.project_facts import read_fact_story as read_fact_story
    from twiceshy.flows.look.project_facts import read_project_facts as read_project_facts
    from twiceshy.flows.look.scope_check import find_missed as find_missed
    from twiceshy.flows.look.sql_questions import ask as ask
    from twiceshy.flows.look.sql_questions import render_schema_page as render_schema_page
    from twiceshy.flows.look.whole_report import build_overview as build_overview
    from twiceshy.flows.look.whole_report import build_report as build_report
    from twiceshy.flows.look.whole_report import read_proof_calls as read_proof_calls
    from twiceshy.flows.look.word_search import find_words as find_words

__getattr__, __dir__ = open_face(
    __name__,
    {
        "build_cost_report": "cost_report",
        "read_spending_now": "cost_report",
        "find_words": "word_search",
        "list_sessions": "newest_sessions",
        "show": "browse_archive",
        "find_missed": "scope_check",
        "demo_lessons": "lesson_demo",
        "read_fact_story": "project_facts",
        "read_project_facts": "project_facts",
        "list_hidden_failures": "insight_stories",
        "show_insight": "insight_stories",
        "build_overview": "whole_report",
        "choose_scope": "insights",
        "list_insights_here": "insights",
        "ask": "sql_questions",
        "render_schema_page": "sql_questions",
        "build_report": "whole_report",
        "read_proof_calls": "whole_report",
    },
)
