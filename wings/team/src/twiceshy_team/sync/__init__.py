"""Make rows of what is stored, send them to a team's server, and take back what the team knows."""

from twiceshy.base.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy_team.sync.send_outbox import take_files as take_files
    from twiceshy_team.sync.sync_status import ask_server as ask_server
    from twiceshy_team.sync.sync_status import list_lines as list_lines
    from twiceshy_team.sync.sync_status import read_status as read_status
    from twiceshy_team.sync.team_recipe import sync_team as sync_team

__getattr__, __dir__ = open_face(
    __name__,
    {
        "take_files": "send_outbox",
        "ask_server": "sync_status",
        "list_lines": "sync_status",
        "read_status": "sync_status",
        "sync_team": "team_recipe",
    },
)
