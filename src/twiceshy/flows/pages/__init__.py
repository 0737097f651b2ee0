"""Build pages: what the terminal's screens show, put together for a browser."""

from twiceshy.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy.flows.pages.model_comparisons import compare_models as compare_models
    from twiceshy.flows.pages.report_page import build_report_page as build_report_page

__getattr__, __dir__ = open_face(
    __name__,
    {
        "compare_models": "model_comparisons",
        "build_report_page": "report_page",
    },
)
