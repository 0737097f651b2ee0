"""Score recorded edits and changes of a work tree."""

from twiceshy.base.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy.score.recipes.score_changes import score_files as score_files
    from twiceshy.score.recipes.score_changes import score_patch as score_patch
    from twiceshy.score.recipes.score_changes import score_staged as score_staged
    from twiceshy.score.recipes.score_overview import build_overview as build_overview
    from twiceshy.score.recipes.score_overview import group_findings as group_findings
    from twiceshy.score.recipes.score_overview import phrase_unknown as phrase_unknown
    from twiceshy.score.recipes.score_overview import read_scored_session as read_scored_session
    from twiceshy.score.recipes.score_overview import to_sarif as to_sarif
    from twiceshy.score.recipes.score_sessions import score_some as score_some
    from twiceshy.score.recipes.score_sessions import score_stored as score_stored

__getattr__, __dir__ = open_face(
    __name__,
    {
        "score_files": "score_changes",
        "score_patch": "score_changes",
        "score_staged": "score_changes",
        "build_overview": "score_overview",
        "group_findings": "score_overview",
        "phrase_unknown": "score_overview",
        "read_scored_session": "score_overview",
        "to_sarif": "score_overview",
        "score_some": "score_sessions",
        "score_stored": "score_sessions",
    },
)
