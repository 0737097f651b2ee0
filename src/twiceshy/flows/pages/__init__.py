"""Build pages: what the terminal's screens show, put together for a browser."""

from twiceshy.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy.flows.pages.chosen_lessons import choose_lessons as choose_lessons
    from twiceshy.flows.pages.lesson_cases import list_lesson_cases as list_lesson_cases
    from twiceshy.flows.pages.model_comparisons import compare_models as compare_models
    from twiceshy.flows.pages.report_page import build_report_page as build_report_page

__getattr__, __dir__ = open_face(
    __name__,
    {
        "compare_models": "model_comparisons",
        "choose_lessons": "chosen_lessons",
        "list_lesson_cases": "lesson_cases",
        "build_report_page": "report_page",
    },
)
