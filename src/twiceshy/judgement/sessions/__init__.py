"""What a session did, chat by chat and agent by agent, and what it left open."""

from twiceshy.base.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy.judgement.sessions.handoff import hand_over as hand_over
    from twiceshy.judgement.sessions.live_logs import read_live_logs as read_live_logs
    from twiceshy.judgement.sessions.session_chats import list_chats as list_chats
    from twiceshy.judgement.sessions.session_chats import show_agents as show_agents
    from twiceshy.judgement.sessions.session_chats import show_chat as show_chat

__getattr__, __dir__ = open_face(
    __name__,
    {
        "hand_over": "handoff",
        "read_live_logs": "live_logs",
        "list_chats": "session_chats",
        "show_agents": "session_chats",
        "show_chat": "session_chats",
    },
)
