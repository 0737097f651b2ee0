"""Build pages: what the terminal's screens show, put together for a browser."""

from twiceshy.base.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy.recipes.pages.chosen_lessons import choose_lessons as choose_lessons
    from twiceshy.recipes.pages.error_cases import read_error as read_error
    from twiceshy.recipes.pages.lesson_advice import read_lesson_advice as read_lesson_advice
    from twiceshy.recipes.pages.lesson_cases import list_lesson_cases as list_lesson_cases
    from twiceshy.recipes.pages.lesson_changes import LikeLesson as LikeLesson
    from twiceshy.recipes.pages.lesson_changes import find_like as find_like
    from twiceshy.recipes.pages.lesson_changes import merge_lessons as merge_lessons
    from twiceshy.recipes.pages.lesson_changes import restore_lesson as restore_lesson
    from twiceshy.recipes.pages.report_page import build_report_page as build_report_page
    from twiceshy.recipes.pages.report_page import compare_models as compare_models
    from twiceshy.recipes.pages.review_queue import ReviewQueue as ReviewQueue
    from twiceshy.recipes.pages.review_queue import build_queue as build_queue
    from twiceshy.recipes.pages.session_parts import PartAsked as PartAsked
    from twiceshy.recipes.pages.session_parts import read_folds as read_folds
    from twiceshy.recipes.pages.session_parts import read_outline as read_outline
    from twiceshy.recipes.pages.session_parts import read_part as read_part
    from twiceshy.recipes.pages.session_parts import read_run_parts as read_run_parts
    from twiceshy.recipes.pages.session_parts import read_session_context as read_session_context
    from twiceshy.recipes.pages.session_parts import read_session_cost as read_session_cost
    from twiceshy.recipes.pages.session_parts import read_whole_moment as read_whole_moment
    from twiceshy.recipes.pages.session_search import read_filter_choices as read_filter_choices
    from twiceshy.recipes.pages.session_search import search_everything as search_everything

__getattr__, __dir__ = open_face(
    __name__,
    {
        "LikeLesson": "lesson_changes",
        "PartAsked": "session_parts",
        "ReviewQueue": "review_queue",
        "build_queue": "review_queue",
        "build_report_page": "report_page",
        "choose_lessons": "chosen_lessons",
        "compare_models": "report_page",
        "find_like": "lesson_changes",
        "list_lesson_cases": "lesson_cases",
        "merge_lessons": "lesson_changes",
        "read_error": "error_cases",
        "read_filter_choices": "session_search",
        "read_folds": "session_parts",
        "read_lesson_advice": "lesson_advice",
        "read_outline": "session_parts",
        "read_part": "session_parts",
        "read_run_parts": "session_parts",
        "read_session_context": "session_parts",
        "read_session_cost": "session_parts",
        "read_whole_moment": "session_parts",
        "restore_lesson": "lesson_changes",
        "search_everything": "session_search",
    },
)
