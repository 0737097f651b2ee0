"""A project's memory: what goes into it, where it lies, how clones share it, other tools' forms of it."""

from twiceshy.faces import open_face

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy.flows.memory.entire_sessions import read_checkpoints as read_checkpoints

__getattr__, __dir__ = open_face(
    __name__,
    {
        "read_checkpoints": "entire_sessions",
    },
)
