"""Read what git and others say of a project's commits: notes of hooks, messages, CI results, reverts."""

from twiceshy.base.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy.logs.history.backfill_commits import backfill as backfill
    from twiceshy.logs.history.told_verdicts import CiWish as CiWish
    from twiceshy.logs.history.told_verdicts import add_test_reports as add_test_reports
    from twiceshy.logs.history.told_verdicts import get_ci_result as get_ci_result
    from twiceshy.logs.history.told_verdicts import list_known_reverts as list_known_reverts
    from twiceshy.logs.history.told_verdicts import set_ci_result as set_ci_result
    from twiceshy.logs.history.told_verdicts import tell_revert as tell_revert

__getattr__, __dir__ = open_face(
    __name__,
    {
        "backfill": "backfill_commits",
        "CiWish": "told_verdicts",
        "add_test_reports": "told_verdicts",
        "get_ci_result": "told_verdicts",
        "list_known_reverts": "told_verdicts",
        "set_ci_result": "told_verdicts",
        "tell_revert": "told_verdicts",
    },
)
