"""Judge what suggests code, on the edits of one's own sessions."""

from twiceshy.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy.flows.edits.judge_answers import evaluate_edits as evaluate_edits

__getattr__, __dir__ = open_face(__name__, {"evaluate_edits": "judge_answers"})
