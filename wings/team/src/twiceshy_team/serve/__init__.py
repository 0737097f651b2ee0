"""What a team's server does with a request: know who asks, check what was sent, store it, give back what is known."""

from twiceshy.base.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy_team.serve.administration import add_member as add_member
    from twiceshy_team.serve.administration import add_team as add_team
    from twiceshy_team.serve.administration import add_token as add_token
    from twiceshy_team.serve.administration import find_caller as find_caller
    from twiceshy_team.serve.administration import list_members as list_members
    from twiceshy_team.serve.administration import list_teams as list_teams
    from twiceshy_team.serve.administration import list_tokens as list_tokens
    from twiceshy_team.serve.administration import make_team_key as make_team_key
    from twiceshy_team.serve.administration import revoke_token as revoke_token
    from twiceshy_team.serve.administration import rotate_token as rotate_token
    from twiceshy_team.serve.administration import set_team_level as set_team_level
    from twiceshy_team.serve.administration import set_up_database as set_up_database
    from twiceshy_team.serve.administration import shorten_id as shorten_id
    from twiceshy_team.serve.batch_intake import accept_batch as accept_batch
    from twiceshy_team.serve.batch_intake import accept_old_events as accept_old_events
    from twiceshy_team.serve.board_reads import BoardAgents as BoardAgents
    from twiceshy_team.serve.board_reads import BoardCommands as BoardCommands
    from twiceshy_team.serve.board_reads import BoardOverview as BoardOverview
    from twiceshy_team.serve.board_reads import BoardPeople as BoardPeople
    from twiceshy_team.serve.board_reads import find_days as find_days
    from twiceshy_team.serve.board_reads import read_all_knowledge as read_all_knowledge
    from twiceshy_team.serve.board_reads import read_board_agents as read_board_agents
    from twiceshy_team.serve.board_reads import read_board_commands as read_board_commands
    from twiceshy_team.serve.board_reads import read_board_overview as read_board_overview
    from twiceshy_team.serve.board_reads import read_board_people as read_board_people
    from twiceshy_team.serve.otlp_intake import take_export as take_export
    from twiceshy_team.serve.team_knowledge import build_knowledge as build_knowledge
    from twiceshy_team.serve.team_knowledge import encode_knowledge as encode_knowledge
    from twiceshy_team.serve.team_knowledge import suggest_team_limits as suggest_team_limits
    from twiceshy_team.serve.team_reads import list_erasures as list_erasures
    from twiceshy_team.serve.team_reads import list_team_patterns as list_team_patterns
    from twiceshy_team.serve.team_reads import list_team_runs as list_team_runs
    from twiceshy_team.serve.team_server import TeamServer as TeamServer
    from twiceshy_team.serve.team_server import choose_processes as choose_processes
    from twiceshy_team.serve.team_server import open_server as open_server

__getattr__, __dir__ = open_face(
    __name__,
    {
        "TeamServer": "team_server",
        "BoardAgents": "board_reads",
        "BoardCommands": "board_reads",
        "BoardOverview": "board_reads",
        "BoardPeople": "board_reads",
        "find_days": "board_reads",
        "read_all_knowledge": "board_reads",
        "read_board_agents": "board_reads",
        "read_board_commands": "board_reads",
        "read_board_overview": "board_reads",
        "read_board_people": "board_reads",
        "accept_batch": "batch_intake",
        "accept_old_events": "batch_intake",
        "add_member": "administration",
        "add_team": "administration",
        "add_token": "administration",
        "build_knowledge": "team_knowledge",
        "choose_processes": "team_server",
        "encode_knowledge": "team_knowledge",
        "find_caller": "administration",
        "list_erasures": "team_reads",
        "list_members": "administration",
        "list_team_patterns": "team_reads",
        "list_team_runs": "team_reads",
        "list_teams": "administration",
        "list_tokens": "administration",
        "make_team_key": "administration",
        "open_server": "team_server",
        "revoke_token": "administration",
        "rotate_token": "administration",
        "set_team_level": "administration",
        "set_up_database": "administration",
        "shorten_id": "administration",
        "suggest_team_limits": "team_knowledge",
        "take_export": "otlp_intake",
    },
)
