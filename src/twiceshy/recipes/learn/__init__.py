"""Learn everything that is due, step by step, within a budget; and all that a first report needs."""

from twiceshy.base.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy.recipes.learn.first_report import complete_store as complete_store
    from twiceshy.recipes.learn.first_report import count_unscored as count_unscored
    from twiceshy.recipes.learn.first_report import fill_store as fill_store
    from twiceshy.recipes.learn.first_report import is_empty as is_empty
    from twiceshy.recipes.learn.first_report import judge_stored as judge_stored
    from twiceshy.recipes.learn.first_report import take_first_look as take_first_look
    from twiceshy.recipes.learn.learn_all import learn as learn
    from twiceshy.recipes.learn.newest_logs import NewestLogs as NewestLogs

__getattr__, __dir__ = open_face(
    __name__,
    {
        "complete_store": "first_report",
        "count_unscored": "first_report",
        "fill_store": "first_report",
        "is_empty": "first_report",
        "judge_stored": "first_report",
        "take_first_look": "first_report",
        "learn": "learn_all",
        "NewestLogs": "newest_logs",
    },
)
