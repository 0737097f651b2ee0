"""Share a project's memory: write it, push it, pull what others told, and look at that."""

from twiceshy.base.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy_git.share.memory_state import read_memory_state as read_memory_state
    from twiceshy_git.share.pull_memory import accept as accept
    from twiceshy_git.share.pull_memory import pull as pull
    from twiceshy_git.share.push_memory import push as push
    from twiceshy_git.share.told_lines import add_told_writers as add_told_writers
    from twiceshy_git.share.told_projects import has_told as has_told
    from twiceshy_git.share.told_records import read_told_overview as read_told_overview
    from twiceshy_git.share.told_records import search_told as search_told
    from twiceshy_git.share.told_records import show_told as show_told

__getattr__, __dir__ = open_face(
    __name__,
    {
        "read_memory_state": "memory_state",
        "accept": "pull_memory",
        "pull": "pull_memory",
        "push": "push_memory",
        "add_told_writers": "told_lines",
        "has_told": "told_projects",
        "read_told_overview": "told_records",
        "search_told": "told_records",
        "show_told": "told_records",
    },
)
